#include "base/git.hpp"

#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstdlib>
#include <sstream>
#include <string_view>

#include "base/error.hpp"
#include "base/search_path.hpp"
#include "base/text.hpp"

namespace orch {

namespace {

using namespace std::string_view_literals;

/// What of the user's GIT_* settings says how to reach and trust a repository. The others name one
/// (GIT_DIR, GIT_INDEX_FILE …) or change answers, and are not handed on.
constexpr std::array kKept{"GIT_SSH="sv,
                           "GIT_SSH_COMMAND="sv,
                           "GIT_SSL_CAINFO="sv,
                           "GIT_CONFIG_GLOBAL="sv,
                           "GIT_CONFIG_SYSTEM="sv,
                           "GIT_CONFIG_NOSYSTEM="sv,
                           "GIT_EXEC_PATH="sv};
constexpr std::array kReplaced{"GIT_"sv, "ORCH_"sv, "LC_ALL="sv, "LANGUAGE="sv, "PATH="sv};

bool startsWithAny(std::string_view text, const auto& beginnings) {
    return std::any_of(beginnings.begin(), beginnings.end(), [text](std::string_view beginning) {
        return text.substr(0, beginning.size()) == beginning;
    });
}

std::vector<std::string> cleanEnvironment(const std::string& search_path) {
    std::vector<std::string> clean{
        "GIT_TERMINAL_PROMPT=0", "GIT_OPTIONAL_LOCKS=0", "LC_ALL=C", "PATH=" + search_path};
    for (char** entry = environ; entry != nullptr && *entry != nullptr; ++entry) {
        const std::string_view text{*entry};
        if (startsWithAny(text, kKept) || !startsWithAny(text, kReplaced)) clean.emplace_back(text);
    }
    return clean;
}

/// Settings of the user's that would change what our commands do or print.
const std::vector<std::string>& settings() {
    static const std::vector<std::string> kSettings{"core.hooksPath=/dev/null",
                                                    "core.fsmonitor=false",
                                                    "core.attributesFile=/dev/null",
                                                    "gc.auto=0",
                                                    "maintenance.auto=false",
                                                    "color.ui=false",
                                                    "log.showSignature=false",
                                                    "push.followTags=false",
                                                    "push.gpgSign=false",
                                                    "push.recurseSubmodules=no",
                                                    "submodule.recurse=false",
                                                    "safe.bareRepository=all",
                                                    "advice.detachedHead=false",
                                                    "core.quotePath=false"};
    return kSettings;
}

std::string sentence(const std::string& tried,
                     const Git::Arguments& arguments,
                     const std::string& came_back) {
    const auto command = "git " + (arguments.empty() ? "" : arguments.front());
    return (tried.empty() ? "" : tried + ": ") + command + ": " + came_back;
}

/// What it has to say is cut at the limit.
GitAnswer runSome(const RunSpec& spec,
                  const Git::Arguments& arguments,
                  const std::function<RunResult(const RunSpec&)>& runner) {
    RunResult result;
    try {
        result = runner(spec);
    } catch (const RemoteError&) {
        throw;
    } catch (const Error& error) {
        throw RemoteError(sentence({}, arguments, error.what()), true);
    }
    if (result.timed_out) {
        const auto late = "it had not ended after " + spokenDuration(spec.timeout);
        throw RemoteError(sentence({}, arguments, late), true);
    }
    return {
        result.exit_code, std::move(result.output), std::move(result.errors), result.output_cut};
}

std::string trimmed(std::string_view line) {
    constexpr auto kBlank = " \t\r"sv;
    const auto first = line.find_first_not_of(kBlank);
    if (first == std::string_view::npos) return {};
    return std::string{line.substr(first, line.find_last_not_of(kBlank) - first + 1)};
}

}  // namespace

Git Git::handing(int descriptor) const {
    Git git{*this};
    git.handed_ = descriptor;
    return git;
}

Git Git::reading(int descriptor) const {
    Git git{*this};
    git.input_ = descriptor;
    return git;
}

/// A git in ~/.local/bin can be an agent's, and whatever ours starts (git-lfs, ssh, a helper for
/// credentials) is looked for as well.
GitProgram gitProgram() {
    const char* set = getenv("PATH");
    const std::string path = set == nullptr ? "/usr/bin:/bin" : set;
    auto trusted = trustedFolders(path, geteuid());
    if (auto found = findProgram("git", trusted)) return {*std::move(found), std::move(trusted)};
    const auto elsewhere = untrustedProgram("git", path, geteuid());
    throw RemoteError(elsewhere.value_or("there is no program git in PATH: install it, such as "
                                         "with apt-get install git"),
                      false);
}

/// The .git of a submodule or a linked worktree is a file.
std::filesystem::path Git::workingFolder() const {
    if (!work_tree_.empty()) return work_tree_;
    std::error_code error;
    return std::filesystem::is_directory(git_dir_, error) ? git_dir_ : "/";
}

GitAnswer Git::ask(const Arguments& arguments, std::chrono::milliseconds timeout) const {
    auto answer = askSome(arguments, RunSpec{}.output_limit, timeout);
    if (answer.cut) throw RemoteError(sentence({}, arguments, "more than 16 MB"), false);
    return answer;
}

GitAnswer Git::askSome(const Arguments& arguments,
                       std::size_t limit,
                       std::chrono::milliseconds timeout) const {
    RunSpec spec;
    spec.timeout = timeout;
    spec.output_limit = std::min(limit, spec.output_limit);
    spec.hand_on = handed_;
    spec.input = input_;
    const auto program = gitProgram();
    spec.command = {program.git};
    for (const auto& setting : settings()) spec.command.insert(spec.command.end(), {"-c", setting});
    if (!git_dir_.empty()) spec.command.push_back("--git-dir=" + git_dir_.string());
    if (!work_tree_.empty()) spec.command.push_back("--work-tree=" + work_tree_.string());
    spec.command.insert(spec.command.end(), arguments.begin(), arguments.end());
    spec.environment = cleanEnvironment(program.search_path);
    spec.folder = workingFolder();
    return runSome(spec, arguments, orch::run);
}

GitAnswer runGit(const RunSpec& spec,
                 const Git::Arguments& arguments,
                 const std::function<RunResult(const RunSpec&)>& runner) {
    auto answer = runSome(spec, arguments, runner);
    if (answer.cut) throw RemoteError(sentence({}, arguments, "more than 16 MB"), false);
    return answer;
}

std::string Git::run(const std::string& tried,
                     const Arguments& arguments,
                     std::chrono::milliseconds timeout) const {
    auto answer = ask(arguments, timeout);
    if (!answer.ok()) throwGitFailure(tried, arguments, answer);
    if (!answer.output.empty() && answer.output.back() == '\n') answer.output.pop_back();
    return std::move(answer.output);
}

std::vector<std::string> linesOf(const std::string& output) {
    std::vector<std::string> lines;
    std::istringstream stream(output);
    for (std::string line; std::getline(stream, line);) lines.push_back(line);
    return lines;
}

std::string firstErrors(const std::string& errors) {
    std::vector<std::string> telling;
    for (std::size_t from = 0; from < errors.size() && telling.size() < 3;) {
        const auto end = std::min(errors.find('\n', from), errors.size());
        auto line = trimmed(std::string_view{errors}.substr(from, end - from));
        from = end + 1;
        if (!line.empty() && line.rfind("hint:", 0) != 0) telling.push_back(std::move(line));
    }
    return shorten(cleanUtf8(join(telling, " / ")), 500);
}

bool looksTransient(const std::string& errors) {
    constexpr std::array kSigns{".lock': File exists"sv,
                                "but expected"sv,
                                "No space left on device"sv,
                                "Too many open files"sv,
                                "Resource temporarily"sv,
                                "Cannot allocate memory"sv,
                                "Connection "sv,
                                "the remote end hung up"sv};
    return std::any_of(kSigns.begin(), kSigns.end(), [&](std::string_view sign) {
        return errors.find(sign) != std::string::npos;
    });
}

void throwGitFailure(const std::string& tried,
                     const Git::Arguments& arguments,
                     const GitAnswer& answer) {
    auto came_back = "exit code " + std::to_string(answer.exit_code);
    const auto errors = firstErrors(answer.errors);
    if (!errors.empty()) came_back += ": " + errors;
    // 128 + signal: whoever killed git may not kill it the next time.
    const bool killed = answer.exit_code > 128;
    throw RemoteError(sentence(tried, arguments, came_back),
                      killed || looksTransient(answer.errors));
}

}  // namespace orch
