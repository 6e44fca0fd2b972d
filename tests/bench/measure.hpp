#pragma once

#include <fcntl.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <filesystem>
#include <stdexcept>
#include <string>
#include <vector>

namespace orch::bench {

using Seconds = std::chrono::duration<double>;
using Steady = std::chrono::steady_clock;

[[nodiscard]] inline double secondsSince(Steady::time_point start) {
    return Seconds(Steady::now() - start).count();
}

[[nodiscard]] inline double percentile(std::vector<double> values, double share) {
    if (values.empty()) return 0;
    std::sort(values.begin(), values.end());
    const auto last = values.size() - 1;
    return values[std::min(last,
                           static_cast<std::size_t>(share * static_cast<double>(last) + 0.5))];
}
[[nodiscard]] inline double median(std::vector<double> values) {
    return percentile(std::move(values), 0.5);
}

/// What this process has used of all processors so far. Unlike the time of day it is not moved by
/// what else the machine does.
[[nodiscard]] inline double cpuSeconds() {
    timespec used{};
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &used);
    return static_cast<double>(used.tv_sec) + static_cast<double>(used.tv_nsec) * 1e-9;
}

/// The same, with all children that have ended and were waited for, and theirs.
[[nodiscard]] inline double cpuSecondsWithChildren() {
    rusage used{};
    getrusage(RUSAGE_CHILDREN, &used);
    const auto seconds = [](const timeval& time) {
        return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) * 1e-6;
    };
    return cpuSeconds() + seconds(used.ru_utime) + seconds(used.ru_stime);
}

/// The disk's mood: the median of 60 small fdatasyncs, in microseconds. It changes by a factor of
/// thirty with what else the machine does, so only lines whose probes agree may be compared.
[[nodiscard]] inline double probeFsync(const std::filesystem::path& folder) {
    const int fd = open((folder / "probe").c_str(), O_CREAT | O_RDWR | O_CLOEXEC, 0600);
    if (fd < 0) throw std::runtime_error("cannot probe " + folder.string());
    const std::string page(4096, 'x');
    std::vector<double> micros;
    for (int i = 0; i < 60; ++i) {
        const auto start = Steady::now();
        if (pwrite(fd, page.data(), page.size(), 0) < 0 || fdatasync(fd) != 0) break;
        micros.push_back(secondsSince(start) * 1e6);
    }
    close(fd);
    return median(micros);
}

}  // namespace orch::bench
