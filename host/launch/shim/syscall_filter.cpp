#include "launch/shim/syscall_filter.hpp"

#include <fcntl.h>
#include <linux/ioprio.h>
#include <linux/netlink.h>
#include <linux/seccomp.h>
#include <sched.h>
#include <seccomp.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <memory>
#include <string>
#include <system_error>

#include "base/error.hpp"
#include "base/files.hpp"

namespace orch {

namespace {

/// Whatever these do, a program that is kept to its own work does not need it. The first group
/// wants capabilities that are gone as well; it is here because a kernel has bugs behind it.
constexpr std::array kNever{
    SCMP_SYS(mount),
    SCMP_SYS(umount),
    SCMP_SYS(umount2),
    SCMP_SYS(move_mount),
    SCMP_SYS(open_tree),
    SCMP_SYS(fsopen),
    SCMP_SYS(fsconfig),
    SCMP_SYS(fsmount),
    SCMP_SYS(fspick),
    SCMP_SYS(mount_setattr),
    SCMP_SYS(pivot_root),
    SCMP_SYS(setns),
    SCMP_SYS(open_by_handle_at),
    SCMP_SYS(kexec_load),
    SCMP_SYS(kexec_file_load),
    SCMP_SYS(init_module),
    SCMP_SYS(finit_module),
    SCMP_SYS(delete_module),
    SCMP_SYS(reboot),
    SCMP_SYS(swapon),
    SCMP_SYS(swapoff),
    SCMP_SYS(acct),
    SCMP_SYS(bpf),
    SCMP_SYS(perf_event_open),
    SCMP_SYS(userfaultfd),
};

/// Keys belong to the user, not to the process: orchd's are within reach of all its agents.
/// Programs that use them ask first whether the kernel has them.
constexpr std::array kKeys{SCMP_SYS(keyctl), SCMP_SYS(add_key), SCMP_SYS(request_key)};

/// Into another process of the same user. Debuggers and LeakSanitizer need them for their own.
constexpr std::array kTracing{SCMP_SYS(ptrace),
                              SCMP_SYS(process_vm_readv),
                              SCMP_SYS(process_vm_writev),
                              SCMP_SYS(pidfd_getfd),
                              SCMP_SYS(kcmp),
                              SCMP_SYS(migrate_pages),
                              SCMP_SYS(move_pages),
                              SCMP_SYS(process_madvise)};

/// Change how the process of the first argument runs; 0 is the caller.
constexpr std::array kScheduling{SCMP_SYS(prlimit64),
                                 SCMP_SYS(sched_setparam),
                                 SCMP_SYS(sched_setscheduler),
                                 SCMP_SYS(sched_setattr),
                                 SCMP_SYS(sched_setaffinity)};

[[noreturn]] void fail(const std::string& tried, int error) {
    throw LaunchError("cannot confine the agent: " + tried + ": " +
                      std::generic_category().message(error));
}

/// libseccomp's program in the making.
class Rules {
public:
    Rules() : context_(seccomp_init(SCMP_ACT_ALLOW), &seccomp_release) {
        if (!context_) fail("no memory for a filter of system calls", ENOMEM);
#ifdef __x86_64__
        check(seccomp_arch_add(context_.get(), SCMP_ARCH_X86));
#endif
        // What speaks another ABI than those above (x32) finds no kernel.
        check(seccomp_attr_set(context_.get(), SCMP_FLTATR_ACT_BADARCH, SCMP_ACT_ERRNO(ENOSYS)));
    }

    template <class... Compare>
    void refuse(int call, int error, const Compare&... when) {
        const std::array<scmp_arg_cmp, sizeof...(when)> all{when...};
        const int answer = seccomp_rule_add_array(context_.get(),
                                                  SCMP_ACT_ERRNO(static_cast<unsigned>(error)),
                                                  call,
                                                  static_cast<unsigned>(all.size()),
                                                  all.data());
        // A call that the machine's ABI does not have needs no rule.
        if (answer != -EDOM) check(answer);
    }
    template <class Calls>
    void refuseAll(const Calls& calls, int error) {
        for (const int call : calls) refuse(call, error);
    }

    [[nodiscard]] std::vector<sock_filter> program() const {
        const UniqueFd file{memfd_create("filter", MFD_CLOEXEC)};
        if (!file) fail("no file for the filter of system calls", errno);
        check(seccomp_export_bpf(context_.get(), file.get()));
        struct stat about {};
        if (fstat(file.get(), &about) != 0) fail("fstat of the filter", errno);
        std::vector<sock_filter> program(static_cast<std::size_t>(about.st_size) /
                                         sizeof(sock_filter));
        if (pread(file.get(), program.data(), static_cast<std::size_t>(about.st_size), 0) !=
            about.st_size) {
            fail("reading the filter of system calls", errno);
        }
        return program;
    }

private:
    static void check(int answer) {
        if (answer < 0) fail("making a filter of system calls", -answer);
    }
    std::unique_ptr<void, void (*)(scmp_filter_ctx)> context_;
};

/// Arguments of type int: the upper half of the register is not the kernel's business.
scmp_arg_cmp isInt(unsigned argument, unsigned value) {
    return {argument, SCMP_CMP_MASKED_EQ, 0xffffffffU, value};
}
scmp_arg_cmp isNot0(unsigned argument) {
    return {argument, SCMP_CMP_NE, 0, 0};
}
scmp_arg_cmp has(unsigned argument, unsigned flag) {
    return {argument, SCMP_CMP_MASKED_EQ, flag, flag};
}

/// A user namespace gives every capability over what is made in it, and with that most of the
/// kernel that is closed to users.
void refuseUserNamespaces(Rules& rules) {
    rules.refuse(SCMP_SYS(unshare), EPERM, has(0, CLONE_NEWUSER));
    rules.refuse(SCMP_SYS(clone), EPERM, has(0, CLONE_NEWUSER));
    // Its flags are in memory, where no filter looks: libraries then use the older call.
    rules.refuse(SCMP_SYS(clone3), ENOSYS);
}

void refuseSockets(Rules& rules) {
    rules.refuse(SCMP_SYS(socket), EPERM, isInt(0, AF_PACKET));
    // As a kernel without it: PAM goes on then.
    rules.refuse(SCMP_SYS(socket), EPROTONOSUPPORT, isInt(0, AF_NETLINK), isInt(2, NETLINK_AUDIT));
}

/// Of a file that may only be read, a lease makes every opening for writing wait, and, taken for
/// writing, every other one too: of orch.yaml each start would fail. As a file system without them.
void refuseLeases(Rules& rules) {
    for (const int call : {SCMP_SYS(fcntl), SCMP_SYS(fcntl64)}) {
        rules.refuse(call, EINVAL, isInt(1, F_SETLEASE));
        rules.refuse(call, EINVAL, isInt(1, F_NOTIFY));
    }
}

/// Where others' numbers can be named: refuse all that name one.
void refuseOthersScheduling(Rules& rules) {
    for (const int call : kScheduling) {
        rules.refuse(call, EPERM, isNot0(0));
    }
    for (const int call : {SCMP_SYS(setpriority), SCMP_SYS(ioprio_set)}) {
        rules.refuse(call, EPERM, isNot0(1));
    }
    rules.refuse(SCMP_SYS(setpriority), EPERM, isInt(0, PRIO_USER));
    rules.refuse(SCMP_SYS(ioprio_set), EPERM, isInt(0, IOPRIO_WHO_USER));
}

}  // namespace

SyscallFilter::SyscallFilter(const Given& given) {
    Rules rules;
    rules.refuseAll(kNever, EPERM);
    rules.refuseAll(kKeys, ENOSYS);
    refuseUserNamespaces(rules);
    refuseLeases(rules);
    refuseSockets(rules);
    if (!given.own_processes && !given.landlock) rules.refuseAll(kTracing, EPERM);
    if (!given.own_processes) refuseOthersScheduling(rules);
    program_ = rules.program();
}

bool SyscallFilter::enter() const {
    if (program_.empty()) return true;
    // The kernel takes the pointer as not const for history's sake.
    const sock_fprog program{static_cast<unsigned short>(program_.size()),
                             const_cast<sock_filter*>(program_.data())};
    // Older kernels otherwise slow the program down, to protect it from code that it runs itself.
    constexpr unsigned kAsFastAsEver = SECCOMP_FILTER_FLAG_SPEC_ALLOW;
    return syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, kAsFastAsEver, &program) == 0;
}

}  // namespace orch
