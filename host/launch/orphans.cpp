#include "launch/orphans.hpp"

#include <signal.h>
#include <unistd.h>

#include <algorithm>
#include <iterator>

#include "base/error.hpp"
#include "launch/observe_attempt.hpp"

namespace orch {

namespace {

std::optional<ShimSpec> readSpec(const AttemptFolder& folder) {
    const auto found = folder.read(folder.spec(), kLongestSpec);
    if (!found.text) return {};
    try {
        return decodeSpec(*found.text);
    } catch (const LaunchError&) {
        return {};  // cut in the middle of a start: its shim cannot have read it either
    }
}

/// A file of /proc/<pid>; empty when the process is another user's, or gone.
std::string about(pid_t pid, const std::string& file) {
    try {
        return readFile("/proc/" + std::to_string(pid) + "/" + file).value_or("");
    } catch (const Error&) {
        return {};
    }
}

/// As a shim leaves it: nobody's shell and no editor is so.
bool isConfined(pid_t pid) {
    const auto status = about(pid, "status");
    return status.find("\nNoNewPrivs:\t1\n") != std::string::npos &&
           status.find("\nSeccomp:\t2\n") != std::string::npos;
}

bool isWithin(const std::filesystem::path& path, const std::filesystem::path& folder) {
    const auto [end, unused] =
        std::mismatch(folder.begin(), folder.end(), path.begin(), path.end());
    return end == folder.end();
}

}  // namespace

OrphanHunt::OrphanHunt(const AttemptFolder& folder) : OrphanHunt(folder, readSpec(folder)) {}

OrphanHunt::OrphanHunt(const AttemptFolder& folder, const std::optional<ShimSpec>& spec) {
    if (spec && !spec->mark.empty()) {
        mark_line_ = std::string{kMarkVariable} + "=" + spec->mark;
    }
    const auto proc = readProc(folder);
    if (!proc || proc->boot_id != bootId()) return;
    known_ = {proc->shim, proc->agent};
    session_ = proc->shim.pid;
    not_before_ = proc->shim.start;
    if (!spec || !spec->start.confinement || !spec->start.confinement->isolated()) return;
    std::error_code gone;
    folder_ = std::filesystem::canonical(spec->start.folder, gone);
}

bool OrphanHunt::pass() {
    const auto found = find();
    for (const auto& process : found) signalExactly(process, SIGKILL);
    return found.empty();
}

std::vector<ProcessEntry> OrphanHunt::find() {
    const auto table = readProcessTable();
    std::vector<ProcessEntry> found;
    for (const auto& process : table) {
        if (isRoot(process)) found.push_back(process);
    }
    for (std::size_t i = 0, roots = found.size(); i < roots; ++i) {
        std::ranges::copy(descendantsOf(found[i].who.pid, table), std::back_inserter(found));
    }
    const auto in_session = [&](const auto& process) { return process.session == session_; };
    session_is_ours_ = session_is_ours_ || std::ranges::any_of(found, in_session);
    if (session_is_ours_) std::ranges::copy_if(table, std::back_inserter(found), in_session);
    // An orchd that an agent started carries that agent's mark itself.
    std::erase_if(found, [self = getpid()](const auto& process) {
        return process.ended || process.who.pid == self;
    });
    return found;
}

bool OrphanHunt::isRoot(const ProcessEntry& process) const {
    if (process.ended) return false;
    return std::ranges::find(known_, process.who) != known_.end() || carriesMark(process.who.pid) ||
           worksInFolder(process);
}

bool OrphanHunt::carriesMark(pid_t pid) const {
    if (mark_line_.empty()) return false;
    const auto environment = '\0' + about(pid, "environ") + '\0';
    return environment.find('\0' + mark_line_ + '\0') != std::string::npos;
}

/// Another attempt in the same folder carries a mark of its own.
bool OrphanHunt::worksInFolder(const ProcessEntry& process) const {
    if (folder_.empty() || process.who.start < not_before_) return false;
    std::error_code error;
    const auto at =
        std::filesystem::read_symlink("/proc/" + std::to_string(process.who.pid) + "/cwd", error);
    return !error && isWithin(at, folder_) && isConfined(process.who.pid) &&
           about(process.who.pid, "environ").find(kMarkVariable) == std::string::npos;
}

}  // namespace orch
