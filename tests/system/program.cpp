#include "system/program.hpp"

#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <stdexcept>
#include <string_view>

#include "support/eventually.hpp"

namespace orch::testing {

namespace {

std::vector<char*> pointersTo(std::vector<std::string>& texts) {
    std::vector<char*> pointers;
    for (auto& text : texts) pointers.push_back(text.data());
    pointers.push_back(nullptr);
    return pointers;
}

}  // namespace

std::vector<std::string> plainEnvironment(const std::map<std::string, std::string>& extra) {
    std::vector<std::string> variables{"GIT_CONFIG_GLOBAL=/dev/null",
                                       "GIT_CONFIG_SYSTEM=/dev/null"};
    for (char** at = environ; *at != nullptr; ++at) {
        const std::string_view variable{*at};
        const auto named = std::string{variable.substr(0, variable.find('='))};
        const bool other = named.starts_with("ORCH_") || named.starts_with("GIT_");
        if (!other && !extra.contains(named)) variables.emplace_back(variable);
    }
    for (const auto& [name, value] : extra) variables.push_back(name + "=" + value);
    return variables;
}

Program::Program(std::vector<std::string> command,
                 const std::filesystem::path& output,
                 const std::map<std::string, std::string>& extra) {
    auto environment = plainEnvironment(extra);
    posix_spawn_file_actions_t files;
    posix_spawn_file_actions_init(&files);
    posix_spawn_file_actions_addopen(&files, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
    posix_spawn_file_actions_addopen(
        &files, STDOUT_FILENO, output.c_str(), O_WRONLY | O_CREAT | O_APPEND, 0600);
    posix_spawn_file_actions_adddup2(&files, STDOUT_FILENO, STDERR_FILENO);
    const int error = posix_spawnp(&pid_,
                                   command.front().c_str(),
                                   &files,
                                   nullptr,
                                   pointersTo(command).data(),
                                   pointersTo(environment).data());
    posix_spawn_file_actions_destroy(&files);
    if (error != 0) throw std::runtime_error("cannot start " + command.front());
}

Program::~Program() {
    kill9();
}

bool Program::running() {
    int status = 0;
    if (!status_ && waitpid(pid_, &status, WNOHANG) == pid_) status_ = status;
    return !status_;
}

void Program::signal(int number) {
    if (running()) kill(pid_, number);
}

void Program::kill9() {
    signal(SIGKILL);
    int status = 0;
    if (!status_ && waitpid(pid_, &status, 0) == pid_) status_ = status;
}

int Program::exitCode(std::chrono::seconds patience) {
    if (!eventually([this] { return !running(); }, patience)) kill9();
    return WIFEXITED(*status_) ? WEXITSTATUS(*status_) : 128 + WTERMSIG(*status_);
}

}  // namespace orch::testing
