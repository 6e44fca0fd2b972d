#pragma once

#ifdef ORCH_CRASH_POINTS
#include <fcntl.h>
#include <signal.h>
#include <unistd.h>

#include <atomic>
#include <cstdlib>
#include <map>
#include <mutex>
#include <string>
#endif

namespace orch {

// Two names for the linker: a program may be made of parts with and without crash points.
#ifndef ORCH_CRASH_POINTS

inline namespace without_crash_points {

/// Marks a durable step after which tests pull the plug. Nothing in a normal build.
inline void crashPoint(const char* /*name*/) {}

}  // namespace without_crash_points

#else

inline namespace with_crash_points {

namespace crash_point {

inline void note(const char* file, const std::string& name) {
    const int fd = open(file, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
    const auto line = name + "\n";
    if (fd < 0 || write(fd, line.data(), line.size()) < 0) abort();
    close(fd);
}

/// Counts the points passed by this process, all together and by name.
struct Counters {
    std::mutex mutex;
    int all = 0;
    std::map<std::string, int> by_name;

    bool reached(const std::string& wanted, const std::string& name) {
        const std::scoped_lock lock(mutex);
        const auto passed = std::to_string(++all);
        const auto passed_here = std::to_string(++by_name[name]);
        return wanted == passed || wanted == name + ":" + passed_here ||
               (wanted == name && passed_here == "1");
    }
};

}  // namespace crash_point

/// Test builds only (ORCH_CRASH_POINTS): the process kills itself with SIGKILL here when the
/// variable ORCH_CRASH_AT is the number of this point in the process's life ("3": the third point
/// it passes), its name, or name and count ("spawned:2"). ORCH_CRASH_LOG names a file that gets
/// the names of the points passed, one a line.
inline void crashPoint(const char* name) {
    static crash_point::Counters counters;
    const char* log = getenv("ORCH_CRASH_LOG");
    if (log != nullptr) crash_point::note(log, name);
    const char* wanted = getenv("ORCH_CRASH_AT");
    if (counters.reached(wanted != nullptr ? wanted : "", name)) raise(SIGKILL);
}

}  // namespace with_crash_points

#endif

}  // namespace orch
