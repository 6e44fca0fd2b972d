#include "ctl/demo/greeter.hpp"

#include <unistd.h>

#include <string_view>

#include "base/error.hpp"
#include "base/run.hpp"
#include "base/text.hpp"
#include "ctl/demo/greeter_files.hpp"

namespace orch::ctl {

namespace fs = std::filesystem;

namespace {

/// Ours, without what git would take from a surrounding repository or the user's settings.
std::vector<std::string> quietEnvironment() {
    std::vector<std::string> variables{"GIT_CONFIG_GLOBAL=/dev/null", "GIT_CONFIG_NOSYSTEM=1"};
    for (char** at = environ; *at != nullptr; ++at) {
        const std::string_view variable{*at};
        if (!variable.starts_with("GIT_")) variables.emplace_back(variable);
    }
    return variables;
}

std::string trimmedTail(const RunResult& result) {
    const auto words = result.errors.empty() ? result.output : result.errors;
    return cleanUtf8(words.size() > 2000 ? words.substr(words.size() - 2000) : words);
}

}  // namespace

std::string runProgram(const std::vector<std::string>& command) {
    auto result = run({.command = command, .environment = quietEnvironment()});
    if (result.exit_code != 0) {
        throw Error("`" + join(command, " ") + "` ended with " + std::to_string(result.exit_code) +
                    ": " + trimmedTail(result));
    }
    if (result.output.ends_with('\n')) result.output.pop_back();
    return std::move(result.output);
}

std::string git(const fs::path& repository, const std::vector<std::string>& arguments) {
    std::vector<std::string> command{"git", "-C", repository.string()};
    command.insert(command.end(), arguments.begin(), arguments.end());
    return runProgram(command);
}

void makeGreeter(const DemoFolder& folder) {
    const auto repository = folder.greeter();
    for (const auto& file : greeterFiles()) {
        fs::create_directories((repository / file.path).parent_path());
        replaceFile(repository / file.path, file.content, Sync::kNo, file.mode);
    }
    git(repository, {"init", "--quiet", "--initial-branch=main"});
    git(repository, {"config", "user.name", "Orch Demo"});
    git(repository, {"config", "user.email", "demo@localhost"});
    git(repository, {"add", "--all"});
    git(repository, {"commit", "--quiet", "--message=Greet in English and German"});
}

}  // namespace orch::ctl
