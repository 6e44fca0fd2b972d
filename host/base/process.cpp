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

namespace orch {

namespace {

template <typename T>
struct Reading {
    Liveness liveness;  ///< kAlive exactly when `value` was read
    T value{};
};

struct Stat {
    char state{};
    pid_t group{};
    int threads{};
    std::uint64_t start{};
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

template <typename Number>
bool parse(std::string_view word, Number& value) {
    return std::from_chars(word.data(), word.data() + word.size(), value).ec == std::errc{};
}

/// The `n`th space-separated word, counted from 0.
std::string_view word(std::string_view text, int n) {
    for (; n > 0; --n) {
        const auto space = text.find(' ');
        if (space == std::string_view::npos) return {};
        text.remove_prefix(space + 1);
    }
    return text.substr(0, text.find_first_of(" \n"));
}

/// proc(5): the name in field 2 may hold spaces and parentheses, so fields count from its last ')'.
std::optional<Stat> parseStat(std::string_view text) {
    const auto name_end = text.rfind(") ");
    if (name_end == std::string_view::npos) return {};
    const auto fields = text.substr(name_end + 2);  // begins with field 3
    if (fields.empty()) return {};
    Stat stat{fields.front(), 0, 0, 0};
    const bool whole = parse(word(fields, 2), stat.group) &&
                       parse(word(fields, 17), stat.threads) && parse(word(fields, 19), stat.start);
    return whole ? std::optional{stat} : std::nullopt;
}

Reading<Stat> readStat(const UniqueFd& entry) {
    const auto text = readAt(entry, "stat");
    if (text.liveness != Liveness::kAlive) return {text.liveness, {}};
    const auto stat = parseStat(text.value);
    return stat ? Reading<Stat>{Liveness::kAlive, *stat} : Reading<Stat>{Liveness::kUnknown, {}};
}

/// /proc/<tid> can be opened although it is not listed: kDead when `pid` is but a thread's id.
Liveness threadGroupLeader(const UniqueFd& entry, pid_t pid) {
    const auto status = readAt(entry, "status");
    if (status.liveness != Liveness::kAlive) return status.liveness;
    constexpr std::string_view kKey = "\nTgid:\t";
    const auto at = status.value.find(kKey);
    pid_t group{};
    if (at == std::string::npos ||
        !parse(std::string_view{status.value}.substr(at + kKey.size()), group)) {
        return Liveness::kUnknown;
    }
    return group == pid ? Liveness::kAlive : Liveness::kDead;
}

/// A leader that ended before its other threads reads as a zombie while the process runs on.
bool ended(const Stat& stat) {
    return stat.state == 'X' || stat.state == 'x' || (stat.state == 'Z' && stat.threads <= 1);
}

Reading<Stat> readStat(pid_t pid) {
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

    void add(const Reading<Stat>& seen, pid_t group) {
        if (seen.liveness == Liveness::kUnknown) ++unknown;
        if (seen.liveness != Liveness::kAlive || seen.value.group != group) return;
        ++(orch::ended(seen.value) ? ended : alive);
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
    if (stat.liveness != Liveness::kAlive || ended(stat.value)) return {};
    if (threadGroupLeader(entry.value, pid) != Liveness::kAlive) return {};
    return ProcessIdentity{pid, stat.value.start};
}

Liveness observe(const ProcessIdentity& who) {
    if (who.pid <= 0) return Liveness::kUnknown;
    const auto entry = openEntry(who.pid);
    if (entry.liveness != Liveness::kAlive) return entry.liveness;
    const auto stat = readStat(entry.value);
    if (stat.liveness != Liveness::kAlive) return stat.liveness;
    if (ended(stat.value) || stat.value.start != who.start) return Liveness::kDead;
    return threadGroupLeader(entry.value, who.pid);
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
