#include <sys/timex.h>

#include <ctime>
#include <sstream>

#include "base/confinement.hpp"
#include "base/error.hpp"
#include "base/files.hpp"
#include "base/git.hpp"
#include "base/repository_check.hpp"
#include "base/text.hpp"
#include "ctl/doctor/checks.hpp"

namespace orch::ctl {

namespace {

void lookAtGit(Findings& findings) {
    try {
        requireUsableGit();
        findings.push_back({"git", Health::kOk, Git{}.run("asking git", {"version"}), {}});
    } catch (const RemoteError& refusal) {
        findings.push_back({"git", Health::kFail, refusal.what(), "install git 2.38 or newer"});
    }
}

/// Seconds since 1970 at which this machine started, as the kernel computes it from its clock; 0
/// when it does not say.
std::time_t bootTime() {
    std::istringstream lines{readFile("/proc/stat").value_or("")};
    std::time_t seconds = 0;
    for (std::string line; std::getline(lines, line);) {
        if (line.starts_with("btime ")) std::istringstream{line.substr(6)} >> seconds;
    }
    return seconds;
}

/// A container has the host's clock, and may be unable to ask.
bool isKnownAsUnsynchronised() {
    timex clock{};
    const int state = adjtimex(&clock);
    return state == TIME_ERROR && (clock.status & STA_UNSYNC) != 0;
}

void lookAtClock(Findings& findings) {
    constexpr std::time_t kFirstPossible = 1'767'225'600;  // 2026-01-01: orchd is not older
    const auto now = std::chrono::system_clock::now();
    const auto seconds = std::chrono::system_clock::to_time_t(now);
    const auto shown = formatUtc(now);
    const auto* const set_it = "set the clock: timedatectl set-ntp true";
    if (seconds < kFirstPossible || bootTime() > seconds) {
        findings.push_back(
            {"clock", Health::kFail, "it shows " + shown + ", which cannot be", set_it});
    } else if (isKnownAsUnsynchronised()) {
        findings.push_back({"clock",
                            Health::kWarn,
                            "it shows " + shown +
                                " and is not synchronised; orchd's deadlines do "
                                "not depend on it, the times it shows do",
                            set_it});
    } else {
        findings.push_back({"clock", Health::kOk, shown, {}});
    }
}

void lookAtConfinement(Findings& findings) {
    const auto support = confinementSupport();
    if (support.files()) {
        findings.push_back({"confinement", Health::kOk, describe(support), {}});
        return;
    }
    findings.push_back(
        {"confinement",
         Health::kWarn,
         describe(support) + "; agents can read and change whatever orchd's user can",
         "run orchd as a user of its own or in a virtual machine, or use a kernel "
         "with Landlock (6.1 or newer has it)"});
}

}  // namespace

std::string nameOf(Health health) {
    if (health == Health::kOk) return "ok";
    return health == Health::kWarn ? "warn" : "fail";
}

void lookAtMachine(Findings& findings) {
    lookAtGit(findings);
    lookAtClock(findings);
    lookAtConfinement(findings);
}

}  // namespace orch::ctl
