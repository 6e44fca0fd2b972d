#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

namespace orch {

/// A short-lived helper program (git, say) with its bounds. Agents and checks are not run like
/// this: orch-shim owns those.
struct RunSpec {
    std::vector<std::string> command;      ///< never through a shell; found in PATH
    std::vector<std::string> environment;  ///< all of it, "NAME=value"
    std::filesystem::path folder;          ///< where it runs; empty: where we do
    std::chrono::milliseconds timeout{std::chrono::minutes{2}};
    std::size_t output_limit = 16U << 20U;  ///< bytes kept; more is read and dropped
    std::size_t errors_limit = 64U << 10U;
    int hand_on = -1;  ///< a descriptor that the child gets as number 3; -1: none
    int input = -1;    ///< a descriptor it reads as its standard input; -1: an empty one
    int output = -1;   ///< a descriptor it writes to instead of RunResult::output; -1: none
    std::uint64_t file_limit = 0;  ///< bytes of the largest file it may write; 0: as for us
    int stop = -1;                 ///< a descriptor: once it can be read, the run ends; -1: none
};

struct RunResult {
    int exit_code{};    ///< 128 + signal when a signal ended it
    bool timed_out{};   ///< its process group was ended: SIGTERM, two seconds, SIGKILL
    bool stopped{};     ///< the same, because of `stop`
    bool output_cut{};  ///< it wrote more than `output_limit`
    std::string output;
    std::string errors;
};

/// Runs the command to its end: own process group, empty signal mask, default dispositions,
/// no descriptor but those named. Blocks; thread-safe. What a background
/// child of the command writes after the command's end is not waited for. Throws Error when it
/// cannot be started.
[[nodiscard]] RunResult run(const RunSpec& spec);

}  // namespace orch
