#include "base/confinement.hpp"

#include <linux/capability.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdint>
#include <string>
#include <system_error>

#include "base/landlock.hpp"
#include "base/process_namespace.hpp"

namespace orch {

namespace {

std::string whyNoLandlock(int error) {
    if (error == ENOSYS) return "the kernel has no Landlock";
    if (error == EOPNOTSUPP) {
        return "the kernel was started without Landlock (add landlock to its lsm= list)";
    }
    return "the kernel refuses Landlock: " + std::generic_category().message(error);
}

bool mayBecomeAnotherUser() {
    constexpr std::uint32_t kAll = 1U << CAP_CHOWN | 1U << CAP_SETGID | 1U << CAP_SETUID;
    __user_cap_header_struct header{_LINUX_CAPABILITY_VERSION_3, 0};
    std::array<__user_cap_data_struct, _LINUX_CAPABILITY_U32S_3> sets{};
    if (syscall(SYS_capget, &header, sets.data()) != 0) return false;  // then nothing is promised
    return (sets.front().effective & kAll) == kAll;
}

}  // namespace

ConfinementSupport landlockSupport() {
    ConfinementSupport support{.may_run_as = mayBecomeAnotherUser()};
    const int version = landlock::version();
    if (version < 0) {
        support.why_not = whyNoLandlock(errno);
    } else if (version < 2) {
        support.why_not = "the kernel's Landlock is too old (5.19 is needed)";
    } else {
        support.landlock_abi = version;
    }
    return support;
}

ConfinementSupport confinementSupport() {
    static const auto tried = ProcessNamespace::probe();
    auto support = landlockSupport();
    support.own_processes = tried.processes;
    support.own_proc = tried.proc;
    support.filter = prctl(PR_GET_SECCOMP, 0, 0, 0, 0) >= 0;
    return support;
}

std::string describe(const ConfinementSupport& support) {
    std::string words = "none: " + support.why_not;
    if (support.files()) {
        words = "landlock " + std::to_string(support.landlock_abi) + ": files" +
                (support.signals() ? ", signals" : "") +
                (support.truncation() ? "" : " (which may still be emptied)");
    }
    if (support.own_processes) words += "; own process table";
    if (support.own_processes && !support.own_proc) words += " (/proc shows the machine's)";
    return words + (support.filter ? "; filter" : "");
}

}  // namespace orch
