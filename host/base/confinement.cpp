#include "base/confinement.hpp"

#include <sys/prctl.h>

#include <cerrno>
#include <exception>
#include <string>
#include <string_view>
#include <system_error>

#include "base/files.hpp"
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

/// The capabilities in force, as proc(5) shows them; 0 when they cannot be read.
unsigned long long capabilities() {
    constexpr std::string_view kKey = "CapEff:\t";
    try {
        const auto text = readFile("/proc/self/status").value_or("");
        const auto at = text.find(kKey);
        return at == std::string::npos ? 0
                                       : std::stoull(text.substr(at + kKey.size()), nullptr, 16);
    } catch (const std::exception&) {
        return 0;  // then nothing is promised
    }
}

bool mayBecomeAnotherUser() {
    constexpr unsigned long long kChown = 1U << 0U;
    constexpr unsigned long long kSetGid = 1U << 6U;
    constexpr unsigned long long kSetUid = 1U << 7U;
    constexpr auto kAll = kChown | kSetGid | kSetUid;
    return (capabilities() & kAll) == kAll;
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
