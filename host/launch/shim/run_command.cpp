#include "launch/shim/run_command.hpp"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdio>
#include <system_error>

#include "base/error.hpp"
#include "base/own_limits.hpp"
#include "base/process.hpp"
#include "launch/process_table.hpp"
#include "launch/shim/child_process.hpp"

namespace orch {

namespace {

constexpr int kOrderFd = 3;
constexpr int kNotBegun = 127;

std::string readOrder() {
    if (fcntl(kOrderFd, F_SETFD, FD_CLOEXEC) != 0) {
        throw LaunchError("orch-shim --run needs its order on descriptor 3");
    }
    constexpr std::size_t kLongest = 64U << 20U;
    std::string text;
    std::array<char, 16384> bytes;
    for (;;) {
        auto got = pread(kOrderFd, bytes.data(), bytes.size(), static_cast<off_t>(text.size()));
        if (got < 0 && errno == ESPIPE) got = read(kOrderFd, bytes.data(), bytes.size());
        if (got == 0) return text;
        if (got < 0) {
            throw LaunchError("cannot read the order to run: " +
                              std::generic_category().message(errno));
        }
        text.append(bytes.data(), static_cast<std::size_t>(got));
        if (text.size() > kLongest) throw LaunchError("the order to run does not end");
    }
}

sigset_t holdSignals() {
    sigset_t held;
    sigemptyset(&held);
    for (const int number : {SIGCHLD, SIGTERM, SIGINT, SIGHUP}) sigaddset(&held, number);
    sigprocmask(SIG_SETMASK, &held, nullptr);
    signal(SIGPIPE, SIG_IGN);
    (void)liftOwnLimits();  // those that stay hold for the command as well, and its caller waits
    return held;
}

/// Collects every child that is gone, the command too. False once there is none left.
bool reap(pid_t command, std::optional<int>& status) {
    int ended = 0;
    pid_t pid = 0;
    while ((pid = waitpid(-1, &ended, WNOHANG)) > 0) {
        if (pid == command) status = ended;
    }
    return pid == 0;
}

/// Whose end ends the run: orchd's, and that of a program between us. Held as processes: the death
/// signal of prctl(2) follows the thread that made us, and is lost to a parent that is gone
/// already.
class Keepers {
public:
    explicit Keepers(const std::optional<ProcessIdentity>& owner) {
        if (owner) {
            owner_ = hold(owner->pid);
            if (observe(*owner) == Liveness::kDead) gone();
        }
        const auto parent = getppid();
        if (parent > 0) parent_ = hold(parent);  // 0: of a process table that we do not see
    }
    [[nodiscard]] int owner() const { return owner_.get(); }
    [[nodiscard]] int parent() const { return parent_.get(); }

private:
    [[noreturn]] static void gone() {
        throw LaunchError("not begun: who ordered this has ended meanwhile");
    }
    static UniqueFd hold(pid_t pid) {
        UniqueFd held{static_cast<int>(syscall(SYS_pidfd_open, pid, 0))};
        if (!held && errno == ESRCH) gone();
        if (!held) {
            throw LaunchError("cannot watch process " + std::to_string(pid) + ": " +
                              std::generic_category().message(errno));
        }
        return held;
    }
    UniqueFd owner_, parent_;
};

/// The held signals, as a descriptor. Throws LaunchError.
UniqueFd openSignals(const sigset_t& held) {
    UniqueFd signals{signalfd(-1, &held, SFD_CLOEXEC | SFD_NONBLOCK)};
    if (signals) return signals;
    throw LaunchError("cannot listen to signals: " + std::generic_category().message(errno));
}

void passOn(const UniqueFd& signals, pid_t command) {
    signalfd_siginfo heard{};
    while (read(signals.get(), &heard, sizeof heard) == sizeof heard) {
        const auto number = static_cast<int>(heard.ssi_signo);
        if (number != SIGCHLD) kill(command, number);
    }
}

/// Nothing when a keeper ended first: then nobody waits for the command.
std::optional<int> awaitEnd(pid_t command, const UniqueFd& signals, const Keepers& keepers) {
    std::optional<int> status;
    while (!status) {
        std::array<pollfd, 3> waited{{{signals.get(), POLLIN, 0},
                                      {keepers.owner(), POLLIN, 0},
                                      {keepers.parent(), POLLIN, 0}}};
        if (poll(waited.data(), waited.size(), -1) < 0 && errno != EINTR) {
            throw LaunchError("cannot poll: " + std::generic_category().message(errno));
        }
        if (waited[1].revents != 0 || waited[2].revents != 0) return {};
        passOn(signals, command);
        (void)reap(command, status);
    }
    return status;
}

/// Everything that descends from us, and ends a table of its own with its first process.
void endRest(const ChildProcess& command) {
    command.letTableEnd();
    std::optional<int> ignored;
    while (reap(command.pid(), ignored)) {
        for (const auto& process : descendantsOf(getpid(), readProcessTable())) {
            if (!process.ended) signalExactly(process, SIGKILL);
        }
        sigset_t child;
        sigemptyset(&child);
        sigaddset(&child, SIGCHLD);
        constexpr timespec kMoment{0, 10'000'000};
        (void)sigtimedwait(&child, nullptr, &kMoment);
    }
}

int run(RunOrder order) {
    const auto signals = openSignals(holdSignals());
    const Keepers keepers(order.owner);
    prctl(PR_SET_DUMPABLE, 0);
    if (prctl(PR_SET_CHILD_SUBREAPER, 1) != 0) throw LaunchError("cannot become a subreaper");
    const ChildProcess command({order});
    const auto status = awaitEnd(command.pid(), signals, keepers);
    endRest(command);
    if (!status) return 128 + SIGKILL;
    if (const auto failure = command.startFailure()) throw LaunchError(*failure);
    return WIFEXITED(*status) ? WEXITSTATUS(*status) : 128 + WTERMSIG(*status);
}

}  // namespace

int runCommand(int words, char** argv) {
    try {
        auto order = decodeRunOrder(readOrder());
        order.command.insert(order.command.end(), argv, argv + words);
        return run(std::move(order));
    } catch (const std::exception& error) {
        (void)fprintf(stderr, "orch-shim: %s\n", error.what());
        return kNotBegun;
    }
}

}  // namespace orch
