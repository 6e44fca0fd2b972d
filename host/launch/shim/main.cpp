// orch-shim <attempt folder>: owns one attempt. Started by orchd (launch/spawn_shim.hpp) with the
// attempt's lock as descriptor 3 and a pipe for the start notice as descriptor 4. It outlives
// orchd, whose end changes nothing here. Its stderr is the attempt's out.log.

#include <fcntl.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <memory>
#include <thread>

#include "base/crash_point.hpp"
#include "base/error.hpp"
#include "base/own_limits.hpp"
#include "launch/attempt_folder.hpp"
#include "launch/record_files.hpp"
#include "launch/shim/attempt_run.hpp"
#include "launch/shim/run_command.hpp"

namespace orch {

namespace {

constexpr int kLockFd = 3;
constexpr int kNoticeFd = 4;

void complain(const std::string& sentence) {
    (void)fprintf(stderr, "orch-shim: %s\n", sentence.c_str());
}

/// The lock ends with this process and must not be inherited by the agent.
void takeDescriptors() {
    if (fcntl(kLockFd, F_SETFD, FD_CLOEXEC) == 0 && fcntl(kNoticeFd, F_SETFD, FD_CLOEXEC) == 0) {
        return;
    }
    throw LaunchError("orch-shim is started by orchd, with the attempt's lock as descriptor 3");
}

void setUpProcess() {
    sigset_t set;
    sigemptyset(&set);
    for (const int number : {SIGTERM, SIGCHLD, SIGINT, SIGHUP, SIGQUIT}) sigaddset(&set, number);
    sigprocmask(SIG_SETMASK, &set, nullptr);
    umask(077);                 // the agent gets its own with the spec
    signal(SIGPIPE, SIG_IGN);   // orchd may be gone when it is told something
    setsid();                   // fails harmlessly when the spawn made the session
    prctl(PR_SET_DUMPABLE, 0);  // the agent's secrets are in spec.json, and so in our memory
    if (prctl(PR_SET_CHILD_SUBREAPER, 1) != 0) {
        throw LaunchError(std::string{"cannot become a subreaper: "} + strerror(errno));
    }
}

/// One that ends us ends the attempt without a record.
void requireNoFatalLimit() {
    const auto left = liftOwnLimits();
    if (!left.fatal.empty()) throw LaunchError("orch-shim is limited: " + left.fatal.front());
}

ShimSpec readSpec(const AttemptFolder& folder) {
    const auto text = folder.read(folder.spec(), kLongestSpec).text;
    if (!text) throw LaunchError("there is no " + folder.spec().string());
    auto spec = decodeSpec(*text);
    if (spec.start.key != folder.key) throw LaunchError("spec.json is about another attempt");
    return spec;
}

/// The secrets in command and environment are on the disk no longer than they are needed. Without
/// room for the shorter file the attempt goes on.
void spendSpec(const AttemptFolder& folder) {
    try {
        replaceFile(folder.spec(), encodeSpec(spent(readSpec(folder))), Sync::kNo);
    } catch (const Error& error) {
        complain(std::string{"spec.json keeps what this attempt was started with: "} +
                 error.what());
    }
}

void writeProc(const AttemptFolder& folder, const AgentProcess& agent) {
    const auto self = identityOf(getpid());
    if (!self) throw LaunchError("cannot read from /proc who orch-shim itself is");
    const ProcRecord proc{folder.key, bootId(), *self, agent.who(), agent.confinement()};
    replaceFile(folder.proc(), encodeProc(proc), Sync::kNo);
    crashPoint("shim.proc_written");
}

/// orchd may be gone: then nobody needs the notice.
void giveNotice() {
    (void)!write(kNoticeFd, "s", 1);
    close(kNoticeFd);
    crashPoint("shim.notice_given");
}

ExitRecord startFailed(AttemptKey key, const std::string& detail) {
    ExitRecord exit;
    exit.key = key;
    exit.outcome = Outcome::kStartFailed;
    exit.detail = detail;
    return exit;
}

/// The agent's output goes where our own complaints go; the agent itself gets a pipe instead.
UniqueFd ownLog() {
    UniqueFd log{fcntl(STDERR_FILENO, F_DUPFD_CLOEXEC, kNoticeFd + 1)};
    if (!log) throw LaunchError(std::string{"cannot open out.log: "} + strerror(errno));
    return log;
}

/// The agent, made and recorded but waiting.
std::unique_ptr<AttemptRun> prepare(const AttemptFolder& folder) {
    requireNoFatalLimit();
    const auto spec = readSpec(folder);
    crashPoint("shim.spec_read");
    auto run = std::make_unique<AttemptRun>(spec.start, ownLog());
    crashPoint("shim.agent_forked");
    writeProc(folder, run->agent());
    giveNotice();
    return run;
}

/// Somebody deleted it: it does not come back.
bool isGone(const std::filesystem::path& folder) {
    std::error_code unknown;
    return !std::filesystem::exists(folder, unknown) && !unknown;
}

/// A disk may be full for a night; how the agent ended is worth waiting for it. Meanwhile the lock
/// is held: nothing else begins in that worktree.
void writeExit(const AttemptFolder& folder, const ExitRecord& exit) {
    using namespace std::chrono_literals;
    constexpr int kQuickTries = 60;
    constexpr int kTries = kQuickTries + 6 * 60 * 24;
    for (int attempt = 1;; ++attempt) {
        try {
            return replaceFile(folder.exit(), encodeExit(exit));
        } catch (const Error& error) {
            if (attempt == kTries || isGone(folder.path)) throw;
            if (attempt == 1) complain(std::string{error.what()} + "; trying on for a day");
            std::this_thread::sleep_for(attempt < kQuickTries ? 1s : 10s);
        }
    }
}

/// Only what fails before the agent is let go is a failed start. A failure later ends this process
/// without an exit record: then nobody knows how the agent ended, and nothing may claim to.
void serve(const AttemptFolder& folder) {
    std::unique_ptr<AttemptRun> run;
    try {
        run = prepare(folder);
    } catch (const std::exception& error) {
        spendSpec(folder);
        return writeExit(folder, startFailed(folder.key, error.what()));
    }
    spendSpec(folder);
    const auto exit = run->run();
    crashPoint("shim.agent_ended");
    writeExit(folder, exit);
    crashPoint("shim.exit_written");
}

int shimMain(const std::filesystem::path& path) {
    try {
        takeDescriptors();
        setUpProcess();
        crashPoint("shim.began");
        const auto key = parseAttemptKey(path.filename().string());
        if (!key) throw LaunchError(path.string() + " is not the folder of an attempt");
        serve(AttemptFolder{path.parent_path(), *key});
        return 0;
    } catch (const std::exception& error) {
        complain(error.what());
        return 1;
    }
}

}  // namespace

}  // namespace orch

/// Nothing is left to be tidied up; and where the agent's process table has ended this process can
/// make no other, which LeakSanitizer wants to do at an exit(3).
int main(int argc, char** argv) {
    if (argc >= 2 && std::string_view{argv[1]} == "--run") {
        _exit(orch::runCommand(argc - 2, argv + 2));
    }
    if (argc != 2) {
        (void)fputs("usage: orch-shim <attempt folder> | --run [words]; orchd starts it\n", stderr);
        return 64;
    }
    _exit(orch::shimMain(argv[1]));
}
