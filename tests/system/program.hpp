#pragma once

#include <sys/types.h>

#include <chrono>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace orch::testing {

/// A program that runs beside the test, its output in a file. Killed and reaped at the latest by
/// the destructor.
class Program {
public:
    /// `extra` is added to the test's own variables, of which ORCH_* and GIT_* are left out.
    Program(std::vector<std::string> command,
            const std::filesystem::path& output,
            const std::map<std::string, std::string>& extra = {});
    Program(const Program&) = delete;
    Program& operator=(const Program&) = delete;
    ~Program();

    [[nodiscard]] pid_t pid() const { return pid_; }
    [[nodiscard]] bool running();
    /// Sends the signal; returns at once.
    void signal(int number);
    /// SIGKILL, and waits until it is gone.
    void kill9();
    /// Waits for its end: the exit code, or 128 + signal. Kills it when it takes too long: then 137
    /// is the answer.
    int exitCode(std::chrono::seconds patience = std::chrono::seconds{60});

private:
    pid_t pid_ = 0;
    std::optional<int> status_;
};

/// This process's variables without ORCH_* and GIT_*, and with `extra`: "NAME=value".
[[nodiscard]] std::vector<std::string> plainEnvironment(
    const std::map<std::string, std::string>& extra = {});

}  // namespace orch::testing
