#pragma once

#include <optional>
#include <string>
#include <vector>

#include "launch/attempt_folder.hpp"
#include "launch/process_table.hpp"
#include "launch/spec_file.hpp"

namespace orch {

/// Ends what an attempt left behind when its shim was killed. Only processes that are provably the
/// attempt's are signalled: the shim and the agent by identity, whatever carries the attempt's mark
/// in its environment, what descends from those, and whoever shares the shim's session with one of
/// them, and whoever is confined and works in the attempt's folder. Of an attempt that had no
/// process table of its own (process_namespace.hpp), a process that cleaned its environment *and*
/// left the session *and* lost its parent *and* went to another folder is out of reach.
class OrphanHunt {
public:
    /// Reads spec.json and proc.json; what is missing there only narrows the search.
    explicit OrphanHunt(const AttemptFolder& folder);

    /// One pass over /proc: SIGKILL to everything found. True when there was nothing to find.
    /// Takes milliseconds. Throws LaunchError when /proc cannot be listed.
    [[nodiscard]] bool pass();

private:
    explicit OrphanHunt(const AttemptFolder& folder, const std::optional<ShimSpec>& spec);
    [[nodiscard]] bool isRoot(const ProcessEntry& process) const;
    [[nodiscard]] bool carriesMark(pid_t pid) const;
    [[nodiscard]] bool worksInFolder(const ProcessEntry& process) const;
    [[nodiscard]] std::vector<ProcessEntry> find();

    std::string mark_line_;
    std::filesystem::path folder_;  ///< of an isolated attempt, else empty
    std::uint64_t not_before_ = 0;  ///< when its shim began
    std::vector<ProcessIdentity> known_;
    pid_t session_ = 0;             ///< the shim's
    bool session_is_ours_ = false;  ///< proven: one of ours is in it, so its number was not reused
};

}  // namespace orch
