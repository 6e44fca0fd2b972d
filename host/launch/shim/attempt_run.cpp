#include "launch/shim/attempt_run.hpp"

#include <poll.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/signalfd.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>

#include "base/error.hpp"
#include "base/text.hpp"
#include "launch/process_table.hpp"

namespace orch {

namespace {

constexpr std::size_t kChunk = 64U << 10U;  // a pipe's capacity

AwakeTime now() {
    return std::chrono::steady_clock::now();
}

UniqueFd openSignals() {
    sigset_t set;
    sigemptyset(&set);
    sigaddset(&set, SIGTERM);
    sigaddset(&set, SIGCHLD);
    UniqueFd fd{signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK)};
    if (!fd) throw LaunchError(std::string{"cannot open a signalfd: "} + strerror(errno));
    return fd;
}

std::int64_t milliseconds(const timeval& time) {
    return std::int64_t{time.tv_sec} * 1000 + time.tv_usec / 1000;
}

rusage usedByChildren() {
    rusage used{};
    getrusage(RUSAGE_CHILDREN, &used);
    return used;
}

}  // namespace

AttemptRun::AttemptRun(const StartSpec& spec, UniqueFd log_file)
    : spec_(spec),
      log_(std::move(log_file), spec.output_limit),
      signals_(openSignals()),
      agent_(spec),
      watchdog_({spec.timeout, spec.stall, spec.grace}, now()),
      buffer_(std::make_unique_for_overwrite<char[]>(kChunk)) {}

ExitRecord AttemptRun::run() {
    agent_.letGo();
    watchdog_.progress(now());
    while (!empty_) {
        wait();
        hearRequests();
        takeOutput();
        act();
    }
    drainOutput();
    log_.finish();
    return record();
}

void AttemptRun::wait() {
    std::array<pollfd, 2> watched{
        {{signals_.get(), POLLIN, 0}, {agent_.output().get(), POLLIN, 0}}};
    if (poll(watched.data(), watched.size(), waitMilliseconds()) < 0 && errno != EINTR) {
        throw LaunchError(std::string{"cannot poll: "} + strerror(errno));
    }
}

int AttemptRun::waitMilliseconds() const {
    const auto due = watchdog_.nextDue();
    if (!due) return -1;
    const auto left = std::chrono::ceil<Milliseconds>(*due - now()).count();
    return static_cast<int>(std::clamp<std::int64_t>(left, 0, 3'600'000));
}

/// An end of the agent counts before a request to end it that is read in the same breath.
void AttemptRun::hearRequests() {
    bool requested = false;
    signalfd_siginfo heard{};
    while (read(signals_.get(), &heard, sizeof heard) == sizeof heard) {
        requested = requested || heard.ssi_signo == SIGTERM;
    }
    reap();
    if (requested) watchdog_.request(now());
}

void AttemptRun::reap() {
    int status = 0;
    pid_t pid = 0;
    while ((pid = waitpid(-1, &status, WNOHANG)) > 0) {
        if (pid != agent_.who().pid) continue;
        status_ = status;
        start_failure_ = agent_.startFailure();
        agent_.letTableEnd();
        watchdog_.agentGone(now());
    }
    empty_ = pid < 0 && errno == ECHILD;
}

void AttemptRun::takeOutput() {
    if (!agent_.output()) return;
    const auto got = read(agent_.output().get(), buffer_.get(), kChunk);
    if (got == 0) agent_.closeOutput();
    if (got <= 0) return;
    log_.take({buffer_.get(), static_cast<std::size_t>(got)});
    watchdog_.progress(now());
}

/// Nothing of the attempt lives any more. Bounded nevertheless: a descriptor handed to a stranger
/// over a socket could go on writing.
void AttemptRun::drainOutput() {
    for (auto before = log_.total(), end = before + 16 * kChunk;
         agent_.output() && log_.total() < end;
         before = log_.total()) {
        takeOutput();
        if (log_.total() == before) return;
    }
}

void AttemptRun::act() {
    while (!empty_) {
        const auto action = watchdog_.due(now());
        if (action == ShimAction::kNothing) return;
        if (action == ShimAction::kSampleCpu) sampleCpu();
        if (action == ShimAction::kTermGroup) termGroup();
        if (action == ShimAction::kTermRest) signalTree(SIGTERM);
        if (action == ShimAction::kKillAll) signalTree(SIGKILL);
    }
}

/// The sum may also fall, when a process ends that nobody waits for: any change is activity.
void AttemptRun::sampleCpu() {
    const auto used = usedByChildren();
    auto sum =
        static_cast<std::uint64_t>(milliseconds(used.ru_utime) + milliseconds(used.ru_stime));
    for (const auto& process : descendantsOf(getpid(), readProcessTable()))
        sum += process.cpu_ticks;
    if (std::exchange(cpu_seen_, sum) != sum) watchdog_.progress(now());
}

/// Only while the agent was not waited for: until then its pid, and with it the group's number,
/// cannot be given to anybody else.
void AttemptRun::termGroup() {
    if (status_) return signalTree(SIGTERM);
    const pid_t agent = agent_.who().pid;
    if (kill(-agent, SIGTERM) != 0) kill(agent, SIGTERM);  // it may have moved to another group
    kill(-agent, SIGCONT);  // a stopped process takes a signal only when it goes on
}

void AttemptRun::signalTree(int signal) {
    for (const auto& process : descendantsOf(getpid(), readProcessTable())) {
        if (process.ended) continue;
        signalExactly(process, signal);
        if (signal != SIGKILL) signalExactly(process, SIGCONT);
    }
}

ExitRecord AttemptRun::record() const {
    const auto used = usedByChildren();
    ExitRecord exit;
    exit.key = spec_.key;
    exit.output_bytes = log_.total();
    exit.user_ms = milliseconds(used.ru_utime);
    exit.system_ms = milliseconds(used.ru_stime);
    exit.max_rss_kb = used.ru_maxrss;
    judge(exit);
    return exit;
}

void AttemptRun::judge(ExitRecord& exit) const {
    if (start_failure_) {
        exit.outcome = Outcome::kStartFailed;
        exit.detail = *start_failure_;
        return;
    }
    const int status = status_.value();
    exit.killed_by = watchdog_.killedBy();
    exit.detail = killDetail();
    if (WIFEXITED(status)) exit.exit_code = WEXITSTATUS(status);
    if (WIFSIGNALED(status)) exit.signal = WTERMSIG(status);
    exit.outcome = exit.exit_code ? Outcome::kExited : Outcome::kSignaled;
    if (exit.killed_by == KilledBy::kRequest) exit.outcome = Outcome::kCancelled;
    if (exit.killed_by == KilledBy::kDeadline) exit.outcome = Outcome::kTimedOut;
    if (exit.killed_by == KilledBy::kStall) exit.outcome = Outcome::kTimedOut;
}

std::string AttemptRun::killDetail() const {
    switch (watchdog_.killedBy()) {
        case KilledBy::kNobody:
            return {};
        case KilledBy::kRequest:
            return "ended on request";
        case KilledBy::kDeadline:
            return "still running after " + spokenDuration(spec_.timeout);
        case KilledBy::kStall:
            return "no output and no CPU use for " + spokenDuration(spec_.stall);
    }
    return {};
}

}  // namespace orch
