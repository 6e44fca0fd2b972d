#include "launch/shim/run_command.hpp"

#include <fcntl.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdio>
#include <system_error>

#include "base/error.hpp"
#include "base/own_limits.hpp"
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

int awaitEnd(const ChildProcess& command, const sigset_t& held) {
    std::optional<int> status;
    while (!status) {
        siginfo_t heard{};
        const int number = sigwaitinfo(&held, &heard);
        if (number > 0 && number != SIGCHLD) kill(command.pid(), number);
        (void)reap(command.pid(), status);
    }
    return *status;
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
    const auto held = holdSignals();
    prctl(PR_SET_DUMPABLE, 0);
    if (prctl(PR_SET_CHILD_SUBREAPER, 1) != 0) throw LaunchError("cannot become a subreaper");
    const ChildProcess command({order});
    const int status = awaitEnd(command, held);
    endRest(command);
    if (const auto failure = command.startFailure()) throw LaunchError(*failure);
    return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
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
