#include "launch/process_table.hpp"

#include <dirent.h>
#include <fcntl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <array>
#include <charconv>
#include <cstdlib>
#include <map>
#include <memory>
#include <string>

#include "base/error.hpp"
#include "base/files.hpp"
#include "base/process_namespace.hpp"

namespace orch {

namespace {

/// Fields 4 to 22 of proc(5)'s stat, numbered as there.
class StatFields {
public:
    explicit StatFields(const char* text) {
        for (int n = 4; n <= 22; ++n) {
            char* end = nullptr;
            values_[static_cast<std::size_t>(n)] = strtoull(text, &end, 10);
            whole_ = whole_ && end != text;
            text = end;
        }
    }
    [[nodiscard]] bool whole() const { return whole_; }
    [[nodiscard]] std::uint64_t at(std::size_t n) const { return values_[n]; }
    [[nodiscard]] pid_t pidAt(std::size_t n) const { return static_cast<pid_t>(values_[n]); }

private:
    std::array<std::uint64_t, 23> values_{};
    bool whole_ = true;
};

/// The first process of a process table whose shim was killed runs no more, but stays while the
/// agent, a zombie, waits for an heir of the shim's to collect it; some containers have none that
/// does. PF_EXITING is in the kernel's include/linux/sched.h, and nobody can pretend it.
bool isLeavingInit(std::string_view name, std::uint64_t flags) {
    constexpr std::uint64_t kExiting = 4;
    return name == kInitName && (flags & kExiting) != 0;
}

std::optional<ProcessEntry> parseStat(pid_t pid, std::string_view text) {
    const auto name_end = text.rfind(") ");  // the name itself may hold ") "
    if (name_end == std::string_view::npos || name_end + 4 > text.size()) return {};
    const char state = text[name_end + 2];
    const StatFields stat(text.data() + name_end + 3);
    if (!stat.whole()) return {};
    const auto name_begin = text.find('(') + 1;
    const auto name = text.substr(name_begin, name_end - name_begin);
    const bool ended = state == 'X' || state == 'x' || (state == 'Z' && stat.at(20) <= 1) ||
                       isLeavingInit(name, stat.at(9));
    return ProcessEntry{{pid, stat.at(22)},
                        stat.pidAt(4),
                        stat.pidAt(5),
                        stat.pidAt(6),
                        stat.at(14) + stat.at(15) + stat.at(16) + stat.at(17),
                        ended};
}

std::optional<ProcessEntry> readProcess(pid_t pid) {
    const auto path = "/proc/" + std::to_string(pid) + "/stat";
    const UniqueFd fd{open(path.c_str(), O_RDONLY | O_CLOEXEC)};
    if (!fd) return {};
    std::array<char, 1024> text{};  // the last byte stays 0 for strtoull
    const auto size = read(fd.get(), text.data(), text.size() - 1);
    if (size <= 0) return {};
    return parseStat(pid, {text.data(), static_cast<std::size_t>(size)});
}

std::optional<pid_t> pidFrom(std::string_view name) {
    pid_t pid{};
    const auto [end, error] = std::from_chars(name.data(), name.data() + name.size(), pid);
    if (error != std::errc{} || end != name.data() + name.size()) return {};
    return pid;
}

}  // namespace

std::vector<ProcessEntry> readProcessTable() {
    const std::unique_ptr<DIR, int (*)(DIR*)> proc{opendir("/proc"), closedir};
    if (!proc) throw LaunchError("cannot list the processes: /proc cannot be opened");
    std::vector<ProcessEntry> table;
    while (const auto* entry = readdir(proc.get())) {
        const auto pid = pidFrom(entry->d_name);
        if (!pid) continue;
        if (const auto seen = readProcess(*pid)) table.push_back(*seen);
    }
    return table;
}

std::vector<ProcessEntry> descendantsOf(pid_t root, const std::vector<ProcessEntry>& table) {
    std::multimap<pid_t, const ProcessEntry*> children;
    for (const auto& entry : table) children.emplace(entry.parent, &entry);
    std::vector<ProcessEntry> found;
    const auto take = [&](pid_t parent, std::uint64_t not_before) {
        const auto [begin, end] = children.equal_range(parent);
        for (auto child = begin; child != end; ++child) {
            // A child older than its parent: the parent's pid was given to another one meanwhile.
            if (child->second->who.start >= not_before) found.push_back(*child->second);
        }
    };
    take(root, 0);
    for (std::size_t i = 0; i < found.size(); ++i) take(found[i].who.pid, found[i].who.start);
    return found;
}

bool signalExactly(const ProcessEntry& seen, int signal) {
    // The descriptor first: what it names can then no longer be exchanged behind the comparison.
    const UniqueFd pidfd{static_cast<int>(syscall(SYS_pidfd_open, seen.who.pid, 0))};
    if (!pidfd) return false;
    const auto now = readProcess(seen.who.pid);
    if (!now || now->who != seen.who) return false;
    return syscall(SYS_pidfd_send_signal, pidfd.get(), signal, nullptr, 0) == 0;
}

}  // namespace orch
