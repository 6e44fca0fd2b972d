#pragma once

#include <fcntl.h>
#include <poll.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include <cstdint>
#include <filesystem>
#include <stdexcept>
#include <string>
#include <vector>

#include "base/files.hpp"

namespace orch::bench {

/// Of CLOCK_MONOTONIC, as bench_agent reads it.
[[nodiscard]] inline std::int64_t nanosecondsNow() {
    timespec now{};
    clock_gettime(CLOCK_MONOTONIC, &now);
    return std::int64_t{now.tv_sec} * 1'000'000'000 + now.tv_nsec;
}

/// Where agents (bench_agent.cpp) say when they began.
class StartFifo {
public:
    explicit StartFifo(std::filesystem::path path) : path_(std::move(path)) {
        if (mkfifo(path_.c_str(), 0600) != 0) throw std::runtime_error("mkfifo");
        // Open for writing as well: it never ends.
        fd_ = UniqueFd{open(path_.c_str(), O_RDWR | O_CLOEXEC)};
    }
    [[nodiscard]] std::vector<std::string> agent() const { return {ORCH_BENCH_AGENT, path_}; }
    /// Waits for the next agent, a minute at most.
    [[nodiscard]] std::int64_t next() const {
        constexpr int kMinute = 60'000;
        pollfd begun{fd_.get(), POLLIN, 0};
        if (poll(&begun, 1, kMinute) != 1) throw std::runtime_error("no agent has begun");
        std::int64_t at{};
        if (read(fd_.get(), &at, sizeof at) != sizeof at) throw std::runtime_error("read of FIFO");
        return at;
    }

private:
    std::filesystem::path path_;
    UniqueFd fd_;
};

}  // namespace orch::bench
