#include "store/file_lock.hpp"

#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <optional>
#include <string>
#include <thread>

#include "base/error.hpp"

namespace orch {
namespace {

constexpr Milliseconds kRetry{20};
constexpr std::uint64_t kPidLength = 32;

std::string holderOf(const std::filesystem::path& lock) {
    auto pid = readFile(lock, kPidLength).value_or("");
    pid.erase(std::remove_if(pid.begin(), pid.end(), [](char c) { return c < '0' || c > '9'; }),
              pid.end());
    return pid.empty() ? "its pid is not written yet" : "pid " + pid;
}

void nameHolder(const UniqueFd& fd, const std::filesystem::path& lock) {
    const auto pid = std::to_string(getpid()) + "\n";
    const auto size = static_cast<ssize_t>(pid.size());
    if (ftruncate(fd.get(), 0) == 0 && pwrite(fd.get(), pid.data(), pid.size(), 0) == size) return;
    throw StoreError("write the pid into " + lock.string() + ": " +
                     std::strerror(errno));  // NOLINT(concurrency-mt-unsafe)
}

// flock has no time-out of its own, and an alarm signal does not belong into a threaded process.
std::optional<UniqueFd> lockWithin(const std::filesystem::path& lock, Milliseconds wait) {
    const auto until = std::chrono::steady_clock::now() + wait;
    for (;;) {
        if (auto fd = tryLock(lock)) return fd;
        if (std::chrono::steady_clock::now() >= until) return std::nullopt;
        std::this_thread::sleep_for(kRetry);
    }
}

}  // namespace

UniqueFd lockDatabase(const std::filesystem::path& file, Milliseconds wait) {
    auto lock = file;
    lock += ".lock";
    auto fd = lockWithin(lock, wait);
    if (!fd) {
        throw StoreError("open database " + file.string() + ": another orchd is using it (" +
                         holderOf(lock) + "); stop that one, or give this one its own state_dir");
    }
    nameHolder(*fd, lock);
    return std::move(*fd);
}

}  // namespace orch
