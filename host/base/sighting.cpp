#include "base/sighting.hpp"

#include <dirent.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <charconv>
#include <cstdio>
#include <functional>
#include <memory>

#include "base/error.hpp"
#include "base/files.hpp"
#include "base/proc_stat.hpp"

namespace orch {

namespace {

Sighting dead(SeenBy by) {
    return {Liveness::kDead, by};
}
Sighting unknown(SeenBy by) {
    return {Liveness::kUnknown, by};
}

/// A /proc hidden from this user (hidepid) shows nothing of a process that exists: ask the kernel
/// before believing an absence.
Sighting afterError(pid_t pid, int error) {
    if (error == EACCES || error == EPERM) return unknown(SeenBy::kHidden);
    if (error != ENOENT && error != ESRCH) return unknown(SeenBy::kUnreadable);
    return kill(pid, 0) != 0 && errno == ESRCH ? dead(SeenBy::kGone) : unknown(SeenBy::kHidden);
}

struct StatRead {
    std::optional<ProcStat> stat;
    Sighting trouble;  ///< without one
};

/// One read(2): procfs makes the whole file consistent.
StatRead readStat(pid_t pid) {
    std::array<char, 32> path{};
    (void)snprintf(path.data(), path.size(), "/proc/%d/stat", pid);
    const UniqueFd fd{open(path.data(), O_RDONLY | O_CLOEXEC)};
    if (!fd) return {{}, afterError(pid, errno)};
    std::array<char, 1024> text{};
    const auto size = read(fd.get(), text.data(), text.size());
    if (size < 0) return {{}, afterError(pid, errno)};
    auto stat = parseProcStat({text.data(), static_cast<std::size_t>(size)});
    return {stat, unknown(SeenBy::kUnreadable)};
}

/// /proc/<tid> can be opened although it is not listed, and a pidfd is for processes only.
Sighting checkedLeader(const ProcessIdentity& who) {
    const UniqueFd pidfd{static_cast<int>(syscall(SYS_pidfd_open, who.pid, 0))};
    if (pidfd) return {Liveness::kAlive, SeenBy::kIdentity};
    switch (errno) {
        case EINVAL:
        case ENOENT:  // newer kernels
            return dead(SeenBy::kThreadId);
        case ESRCH:
            return dead(SeenBy::kGone);
        default:
            break;
    }
    if (identityOf(who.pid) == who) return {Liveness::kAlive, SeenBy::kIdentity};
    return unknown(SeenBy::kUnreadable);
}

using LeaderCheck = std::function<Sighting(const ProcessIdentity&)>;

Sighting look(pid_t pid, std::optional<std::uint64_t> start, const LeaderCheck& leads) {
    if (pid <= 0) return unknown(SeenBy::kNoPid);
    const auto seen = readStat(pid);
    if (!seen.stat) return seen.trouble;
    if (!start) return unknown(SeenBy::kNoStart);
    if (seen.stat->start != *start) return dead(SeenBy::kPidReused);
    if (seen.stat->ended()) return dead(SeenBy::kZombie);
    return leads({pid, *start});
}

/// Calls `found` for every listed process; false when /proc cannot be listed.
template <typename Found>
bool listProcesses(Found found) {
    const std::unique_ptr<DIR, int (*)(DIR*)> proc{opendir("/proc"), closedir};
    if (!proc) return false;
    while (const auto* entry = readdir(proc.get())) {
        const std::string_view name{entry->d_name};
        pid_t pid{};
        const auto [end, error] = std::from_chars(name.data(), name.data() + name.size(), pid);
        if (error == std::errc{} && end == name.data() + name.size()) found(pid);
    }
    return true;
}

}  // namespace

std::string_view nameOf(SeenBy by) {
    static constexpr std::array<std::string_view, 9> kNames{"",
                                                            "gone",
                                                            "zombie",
                                                            "pid_reused",
                                                            "thread_id",
                                                            "hidden",
                                                            "unreadable",
                                                            "no_start",
                                                            "no_pid"};
    return kNames.at(static_cast<std::size_t>(by));
}

Sighting examine(const ProcessIdentity& who) {
    return look(who.pid, who.start, checkedLeader);
}

bool ProcessLook::listsAsLeader(pid_t pid) {
    if (!listed_) {
        listed_.emplace();
        (void)listProcesses([&](pid_t one) { listed_->insert(one); });
    }
    return listed_->contains(pid);
}

Sighting ProcessLook::examine(pid_t pid, std::optional<std::uint64_t> start) {
    // A process that is there now, with a start before the list was made, was not a thread then.
    return look(pid, start, [this](const ProcessIdentity& who) {
        if (listsAsLeader(who.pid)) return Sighting{Liveness::kAlive, SeenBy::kIdentity};
        return checkedLeader(who);
    });
}

std::optional<int> ProcessLook::othersInGroup(pid_t leader) {
    if (!members_) {
        std::map<pid_t, int> members;
        const bool whole = listProcesses([&](pid_t pid) {
            const auto seen = readStat(pid);
            if (!seen.stat || seen.stat->ended() || seen.stat->group == pid) return;
            ++members[seen.stat->group];
        });
        if (!whole) return {};
        members_ = std::move(members);
    }
    const auto found = members_->find(leader);
    return found == members_->end() ? 0 : found->second;
}

const std::string& pidSpace() {
    static const std::string space = [] {
        std::array<char, HOST_NAME_MAX + 1> host{};
        if (gethostname(host.data(), host.size()) != 0) {
            throw Error("cannot tell this host's name");
        }
        std::array<char, 64> pids{};
        const auto size = readlink("/proc/self/ns/pid", pids.data(), pids.size());
        if (size <= 0) throw Error("cannot tell which pids these are: /proc/self/ns/pid");
        return std::string{host.data()} + " " +
               std::string{pids.data(), static_cast<std::size_t>(size)};
    }();
    return space;
}

bool isOurPidSpace(std::string_view noted, bool same_boot) {
    if (noted.empty() || same_boot) return noted.empty() || noted == pidSpace();
    const std::string_view ours = pidSpace();
    return noted.substr(0, noted.find(' ')) == ours.substr(0, ours.find(' '));
}

}  // namespace orch
