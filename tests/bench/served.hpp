#pragma once

#include <sys/types.h>

#include <cstdint>
#include <string>
#include <vector>

#include "base/files.hpp"

namespace orch::bench {

/// Sends a whole request to a port of 127.0.0.1: the answer until the connection ends, at most 64
/// KB; empty when nobody listens.
[[nodiscard]] std::string answerTo(const std::string& request, std::uint16_t port);

/// A program that prints "… at http://127.0.0.1:PORT" once it listens; ended by SIGTERM and waited
/// for at its destruction.
class Served {
public:
    /// Returns when /readyz has answered 200. Throws std::runtime_error when the program ends
    /// before.
    explicit Served(const std::vector<std::string>& command);
    ~Served();
    Served(const Served&) = delete;
    Served& operator=(const Served&) = delete;

    [[nodiscard]] pid_t pid() const { return pid_; }
    [[nodiscard]] std::uint16_t port() const { return port_; }
    /// From the start of the program to the answer.
    [[nodiscard]] double readyAfterMs() const { return ready_after_ms_; }
    /// What it had used of all processors when it answered: hardly moved by what else runs.
    [[nodiscard]] double cpuUntilReadyMs() const { return cpu_until_ready_ms_; }
    [[nodiscard]] double rssMb() const;
    /// How often all its threads together went to sleep so far.
    [[nodiscard]] std::int64_t sleeps() const;

private:
    [[nodiscard]] double cpuMs() const;

    pid_t pid_{};
    std::uint16_t port_{};
    UniqueFd output_;
    double ready_after_ms_{}, cpu_until_ready_ms_{};
};

}  // namespace orch::bench
