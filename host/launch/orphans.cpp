#include "launch/orphans.hpp"

#include <signal.h>
#include <unistd.h>

#include <algorithm>
#include <iterator>

#include "base/error.hpp"
#include "launch/observe_attempt.hpp"
#include "launch/spec_file.hpp"

namespace orch {

namespace {

/// The line an environment of the attempt holds; empty when spec.json does not tell.
std::string markLine(const AttemptFolder& folder) {
    const auto text = readFile(folder.spec());
    if (!text) return {};
    try {
        const auto mark = decodeSpec(*text).mark;
        return mark.empty() ? "" : std::string{kMarkVariable} + "=" + mark;
    } catch (const LaunchError&) {
        return {};  // cut in the middle of a start: its shim cannot have read it either
    }
}

}  // namespace

OrphanHunt::OrphanHunt(const AttemptFolder& folder) : mark_line_(markLine(folder)) {
    const auto proc = readProc(folder);
    if (!proc || proc->boot_id != bootId()) return;
    known_ = {proc->shim, proc->agent};
    session_ = proc->shim.pid;
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
    return std::ranges::find(known_, process.who) != known_.end() || carriesMark(process.who.pid);
}

bool OrphanHunt::carriesMark(pid_t pid) const {
    if (mark_line_.empty()) return false;
    std::string environment{'\0'};
    try {
        environment += readFile("/proc/" + std::to_string(pid) + "/environ").value_or("");
    } catch (const Error&) {
        return false;  // another user's process, or gone in the middle of the read
    }
    environment += '\0';
    return environment.find('\0' + mark_line_ + '\0') != std::string::npos;
}

}  // namespace orch
