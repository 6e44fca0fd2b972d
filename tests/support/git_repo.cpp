#include "support/git_repo.hpp"

#include <unistd.h>

#include <fstream>
#include <sstream>
#include <stdexcept>
#include <string_view>

#include "base/run.hpp"

namespace orch::testing {

namespace fs = std::filesystem;

namespace {

std::vector<std::string> environmentOfATest() {
    std::vector<std::string> environment{"GIT_CONFIG_GLOBAL=/dev/null",
                                         "GIT_CONFIG_SYSTEM=/dev/null",
                                         "GIT_AUTHOR_NAME=Somebody",
                                         "GIT_AUTHOR_EMAIL=somebody@example.org",
                                         "GIT_COMMITTER_NAME=Somebody",
                                         "GIT_COMMITTER_EMAIL=somebody@example.org",
                                         "LC_ALL=C"};
    for (char** entry = environ; *entry != nullptr; ++entry) {
        if (std::string_view{*entry}.substr(0, 4) != "GIT_") environment.emplace_back(*entry);
    }
    return environment;
}

RunResult runGit(const fs::path& folder, const std::vector<std::string>& arguments) {
    RunSpec spec;
    spec.command = {"git", "-c", "protocol.file.allow=always"};
    spec.command.insert(spec.command.end(), arguments.begin(), arguments.end());
    spec.environment = environmentOfATest();
    spec.folder = folder;
    return run(spec);
}

}  // namespace

GitRepo GitRepo::createEmpty(const fs::path& path, const std::vector<std::string>& options) {
    fs::create_directories(path);
    const GitRepo repo{path};
    std::vector<std::string> command{"init", "-q", "-b", "main"};
    command.insert(command.end(), options.begin(), options.end());
    repo.git(command);
    return repo;
}

GitRepo GitRepo::create(const fs::path& path) {
    auto repo = createEmpty(path);
    repo.commit("README", "hello\n");
    return repo;
}

GitRepo GitRepo::createBare(const fs::path& path, const GitRepo& of) {
    of.git({"clone", "-q", "--bare", of.path().string(), path.string()});
    return GitRepo{path};
}

std::string GitRepo::git(const std::vector<std::string>& arguments) const {
    auto result = runGit(path_, arguments);
    if (result.exit_code != 0) {
        throw std::runtime_error("git " + arguments.front() + " in " + path_.string() + ": " +
                                 result.output + result.errors);
    }
    if (!result.output.empty() && result.output.back() == '\n') result.output.pop_back();
    return result.output;
}

bool GitRepo::succeeds(const std::vector<std::string>& arguments) const {
    return runGit(path_, arguments).exit_code == 0;
}

void GitRepo::write(const fs::path& file, const std::string& text) const {
    fs::create_directories((path_ / file).parent_path());
    std::ofstream stream(path_ / file, std::ios::binary);
    stream << text;
    if (!stream.flush()) throw std::runtime_error("cannot write " + (path_ / file).string());
}

std::string GitRepo::read(const fs::path& file) const {
    std::ifstream stream(path_ / file, std::ios::binary);
    std::ostringstream text;
    text << stream.rdbuf();
    return text.str();
}

bool GitRepo::has(const fs::path& file) const {
    return fs::exists(path_ / file);
}

std::string GitRepo::commitAll(const std::string& message) const {
    git({"add", "-A"});
    git({"commit", "-q", "--allow-empty", "-m", message});
    return tip();
}

std::string GitRepo::commit(const fs::path& file, const std::string& text) const {
    write(file, text);
    return commitAll();
}

std::string GitRepo::tip(const std::string& of) const {
    return git({"rev-parse", "--verify", of + "^{commit}"});
}

}  // namespace orch::testing
