#include <fcntl.h>
#include <linux/ioprio.h>
#include <sched.h>
#include <signal.h>
#include <sys/ptrace.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

#include <cerrno>

#include "launch/attack/attempt.hpp"

namespace orch::attack {

void onProcess(const std::string& whose, pid_t pid) {
    const auto named = [&](const char* what) { return std::string{what} + "_" + whose; };
    attempt(named("prlimit"), [&] {
        rlimit now{};
        return syscall(SYS_prlimit64, pid, RLIMIT_CPU, nullptr, &now);
    });
    attempt(named("kill"), [&] { return kill(pid, SIGCONT); });
    attempt(named("sched_setaffinity"), [&] {
        cpu_set_t set;
        if (sched_getaffinity(0, sizeof set, &set) != 0) return -1;
        return sched_setaffinity(pid, sizeof set, &set);
    });
    attempt(named("sched_setscheduler"), [&] {
        const sched_param none{};
        return sched_setscheduler(pid, SCHED_OTHER, &none);
    });
    attempt(named("setpriority"),
            [&] { return setpriority(PRIO_PROCESS, static_cast<id_t>(pid), 0); });
    attempt(named("ioprio_set"), [&] {
        return syscall(
            SYS_ioprio_set, IOPRIO_WHO_PROCESS, pid, IOPRIO_PRIO_VALUE(IOPRIO_CLASS_BE, 4));
    });
    attempt(named("ptrace"), [&] { return ptrace(PTRACE_SEIZE, pid, nullptr, nullptr); });
    attempt(named("process_vm_readv"), [&] {
        char byte{};
        iovec here{&byte, 1}, there{&byte, 1};
        const auto got = process_vm_readv(pid, &here, 1, &there, 1, 0);
        return got < 0 && errno == EFAULT ? 0 : got;  // looked, and there is nothing
    });
    attempt(named("pidfd_getfd"), [&] {
        const auto pidfd = syscall(SYS_pidfd_open, pid, 0);
        return pidfd < 0 ? -1 : syscall(SYS_pidfd_getfd, pidfd, 0, 0);
    });
    attempt(named("kcmp"), [&] { return syscall(SYS_kcmp, pid, getpid(), 1, 0, 0); });
    const auto proc = "/proc/" + std::to_string(pid);
    attempt(named("environ"), [&] { return openAs(proc + "/environ", O_RDONLY); });
    attempt(named("memory"), [&] { return openAs(proc + "/mem", O_WRONLY); });
    attempt(named("oom_score"), [&] { return openAs(proc + "/oom_score_adj", O_WRONLY); });
    constexpr long kPrlimitThere = 340;
    attempt(named("i386_prlimit"), [&] { return i386(kPrlimitThere, pid, RLIMIT_CPU, 0, 0); });
#ifdef __x86_64__
    constexpr long kX32 = 0x40000000, kPrlimitX32 = 302;
    attempt(named("x32_prlimit"),
            [&] { return syscall(kX32 | kPrlimitX32, pid, RLIMIT_CPU, nullptr, nullptr); });
#endif
}

void onUser() {
    attempt("setpriority_of_user", [] { return setpriority(PRIO_USER, 0, 0); });
    attempt("ioprio_of_user", [] {
        return syscall(
            SYS_ioprio_set, IOPRIO_WHO_USER, getuid(), IOPRIO_PRIO_VALUE(IOPRIO_CLASS_BE, 4));
    });
}

}  // namespace orch::attack
