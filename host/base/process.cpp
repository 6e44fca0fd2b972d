#include "base/process.hpp"

#include <dirent.h>
#include <fcntl.h>
#include <signal.h>
#include <unistd.h>

#include <cerrno>
#include <charconv>
#include <memory>
#include <string_view>

#include "base/error.hpp"
#include "base/files.hpp"
#include "base/proc_stat.hpp"
#include "base/sighting.hpp"

namespace orch {

namespace {

template <typename T>
struct Reading {
    Liveness liveness;  ///< kAlive exactly when `value` was read
    T value{};
};

Liveness afterError(int error) {
    return error == ENOENT || error == ESRCH ? Liveness::kDead : Liveness::kUnknown;
}

/// A /proc hidden from this user (hidepid) shows nothing of a process that exists: ask the kernel
/// before believing an absence.
Liveness confirmAbsent(pid_t pid) {
    return kill(pid, 0) != 0 && errno == ESRCH ? Liveness::kDead : Liveness::kUnknown;
}

Reading<UniqueFd> openEntry(pid_t pid) {
    const auto path = "/proc/" + std::to_string(pid);
    UniqueFd fd{open(path.c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC)};
    if (fd) return {Liveness::kAlive, std::move(fd)};
    const auto liveness = afterError(errno);
    return {liveness == Liveness::kDead ? confirmAbsent(pid) : liveness, {}};
}

/// The whole of a small file under `entry`: one read(2), as procfs makes it consistent.
Reading<std::string> readAt(const UniqueFd& entry, const char* name) {
    const UniqueFd fd{openat(entry.get(), name, O_RDONLY | O_CLOEXEC)};
    if (!fd) return {afterError(errno), {}};
    std::string text(8192, '\0');
    const auto size = read(fd.get(), text.data(), text.size());
    if (size < 0) return {afterError(errno), {}};
    text.resize(static_cast<std::size_t>(size));
    return {Liveness::kAlive, std::move(text)};
}

Reading<ProcStat> readStat(const UniqueFd& entry) {
    const auto text = readAt(entry, "stat");
    if (text.liveness != Liveness::kAlive) return {text.liveness, {}};
    const auto stat = parseProcStat(text.value);
    return stat ? Reading<ProcStat>{Liveness::kAlive, *stat}
                : Reading<ProcStat>{Liveness::kUnknown, {}};
}

/// /proc/<tid> can be opened although it is not listed: kDead when `pid` is but a thread's id.
Liveness threadGroupLeader(const UniqueFd& entry, pid_t pid) {
    const auto status = readAt(entry, "status");
    if (status.liveness != Liveness::kAlive) return status.liveness;
    constexpr std::string_view kKey = "\nTgid:\t";
    const auto at = status.value.find(kKey);
    if (at == std::string::npos) return Liveness::kUnknown;
    const auto* end = status.value.data() + status.value.size();
    pid_t group{};
    const auto* begin = status.value.data() + at + kKey.size();
    if (std::from_chars(begin, end, group).ec != std::errc{}) return Liveness::kUnknown;
    return group == pid ? Liveness::kAlive : Liveness::kDead;
}

Reading<ProcStat> readStat(pid_t pid) {
    const auto entry = openEntry(pid);
    if (entry.liveness != Liveness::kAlive) return {entry.liveness, {}};
    return readStat(entry.value);
}

std::optional<pid_t> pidOf(const char* entry_name) {
    const std::string_view text{entry_name};
    pid_t pid{};
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), pid);
    return error == std::errc{} && end == text.data() + text.size() ? std::optional{pid}
                                                                    : std::nullopt;
}

struct GroupCount {
    int alive = 0, ended = 0, unknown = 0;

    void add(const Reading<ProcStat>& seen, pid_t group) {
        if (seen.liveness == Liveness::kUnknown) ++unknown;
        if (seen.liveness != Liveness::kAlive || seen.value.group != group) return;
        ++(seen.value.ended() ? ended : alive);
    }
};

GroupCount countGroup(DIR* proc, pid_t group) {
    GroupCount count;
    while (const auto* entry = readdir(proc)) {
        if (const auto pid = pidOf(entry->d_name)) count.add(readStat(*pid), group);
    }
    return count;
}

bool groupGone(pid_t group) {
    return kill(-group, 0) != 0 && errno == ESRCH;
}

}  // namespace

const std::string& bootId() {
    static const std::string id = [] {
        const auto text = readFile("/proc/sys/kernel/random/boot_id");
        if (!text || text->size() < 36) {
            throw Error("cannot tell one boot from another: boot_id in /proc is missing or short");
        }
        return text->substr(0, 36);
    }();
    return id;
}

std::optional<ProcessIdentity> identityOf(pid_t pid) {
    const auto entry = openEntry(pid);
    if (entry.liveness != Liveness::kAlive) return {};
    const auto stat = readStat(entry.value);
    if (stat.liveness != Liveness::kAlive || stat.value.ended()) return {};
    if (threadGroupLeader(entry.value, pid) != Liveness::kAlive) return {};
    return ProcessIdentity{pid, stat.value.start};
}

Liveness observe(const ProcessIdentity& who) {
    return examine(who).liveness;
}

Liveness observeGroup(pid_t group) {
    if (group <= 1) return Liveness::kUnknown;
    if (groupGone(group)) return Liveness::kDead;
    const std::unique_ptr<DIR, int (*)(DIR*)> proc{opendir("/proc"), closedir};
    if (!proc) return Liveness::kUnknown;
    const auto count = countGroup(proc.get(), group);
    if (count.alive > 0) return Liveness::kAlive;
    if (count.unknown > 0) return Liveness::kUnknown;
    // The kernel knows the group: unless its zombies were seen, a member was hidden or missed.
    return count.ended > 0 || groupGone(group) ? Liveness::kDead : Liveness::kUnknown;
}

}  // namespace orch
