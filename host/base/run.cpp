#include "base/run.hpp"

#include <poll.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <system_error>

#include "base/error.hpp"
#include "base/spawn.hpp"

namespace orch {

namespace {

using SteadyClock = std::chrono::steady_clock;

/// SIGTERM first: git then removes its lock files.
constexpr std::chrono::seconds kTermGrace{2};

constexpr int kChunksInAFullPipe = 17;

/// One of the child's streams: keeps the first `limit` bytes, drops the rest.
class Sink {
public:
    Sink(UniqueFd fd, std::size_t limit) : fd_(std::move(fd)), limit_(limit) {}

    /// Reads what is there, at most a pipe's fullest: a stream that never stops must not hold us.
    void drain() {
        std::array<char, 65536> bytes;
        for (int chunk = 0; fd_ && chunk < kChunksInAFullPipe; ++chunk) {
            const auto got = read(fd_.get(), bytes.data(), bytes.size());
            if (got > 0) {
                keep(std::string_view{bytes.data(), static_cast<std::size_t>(got)});
            } else if (got == 0 || errno != EINTR) {
                if (got == 0 || errno != EAGAIN) fd_.reset();
                return;
            }
        }
    }
    [[nodiscard]] int fd() const { return fd_.get(); }  ///< -1, which poll(2) skips, once closed
    [[nodiscard]] bool cut() const { return cut_; }
    [[nodiscard]] std::string take() { return std::move(kept_); }

private:
    void keep(std::string_view bytes) {
        const auto room = limit_ - kept_.size();
        cut_ = cut_ || bytes.size() > room;
        kept_.append(bytes.substr(0, room));
    }
    UniqueFd fd_;
    std::size_t limit_;
    std::string kept_;
    bool cut_ = false;
};

int millisecondsUntil(SteadyClock::time_point deadline) {
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(deadline - SteadyClock::now());
    constexpr std::chrono::milliseconds kLongest{std::chrono::hours{1}};
    return static_cast<int>(std::clamp(left, std::chrono::milliseconds{0}, kLongest).count());
}

enum class Until { kChildEnded, kDeadline, kStopped };

/// Reads both streams until one of these.
Until readUntilEnd(const SpawnedChild& child,
                   Sink& output,
                   Sink& errors,
                   SteadyClock::time_point deadline,
                   int stop) {
    for (;;) {
        std::array<pollfd, 4> waited{{{child.pidfd.get(), POLLIN, 0},
                                      {output.fd(), POLLIN, 0},
                                      {errors.fd(), POLLIN, 0},
                                      {stop, POLLIN, 0}}};
        const int ready = poll(waited.data(), waited.size(), millisecondsUntil(deadline));
        if (ready < 0 && errno != EINTR) {
            throw Error("cannot poll: " + std::generic_category().message(errno));
        }
        if (ready > 0) {
            output.drain();
            errors.drain();
            if (waited.front().revents != 0) return Until::kChildEnded;
            if (waited.back().revents != 0) return Until::kStopped;
        }
        if (SteadyClock::now() >= deadline) return Until::kDeadline;
    }
}

/// The child must have ended or be ending.
int collect(pid_t pid) {
    int status = 0;
    while (waitpid(pid, &status, 0) < 0) {
        if (errno == EINTR) continue;
        throw Error("cannot wait for process " + std::to_string(pid) + ": " +
                    std::generic_category().message(errno));
    }
    return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

/// The child is not collected yet, so its process group cannot be somebody else's.
void endGroup(const SpawnedChild& child, Sink& output, Sink& errors) {
    kill(-child.pid, SIGTERM);
    readUntilEnd(child, output, errors, SteadyClock::now() + kTermGrace, -1);
    kill(-child.pid, SIGKILL);
}

}  // namespace

RunResult run(const RunSpec& spec) {
    const auto deadline = SteadyClock::now() + spec.timeout;
    auto child = spawnPiped(spec);
    Sink output(std::move(child.output), spec.output_limit);
    Sink errors(std::move(child.errors), spec.errors_limit);
    RunResult result;
    const auto until = readUntilEnd(child, output, errors, deadline, spec.stop);
    result.timed_out = until == Until::kDeadline;
    result.stopped = until == Until::kStopped;
    if (until != Until::kChildEnded) endGroup(child, output, errors);
    result.exit_code = collect(child.pid);
    output.drain();
    errors.drain();
    result.output_cut = output.cut();
    result.output = output.take();
    result.errors = errors.take();
    return result;
}

}  // namespace orch
