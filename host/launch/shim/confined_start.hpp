#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/confinement.hpp"
#include "base/files.hpp"
#include "base/process_namespace.hpp"
#include "core/confinement.hpp"
#include "launch/shim/syscall_filter.hpp"

namespace orch {

/// A confinement, made ready in the shim and put on by its child: a Landlock ruleset, the ids of
/// another user, a filter of system calls. The shim itself stays free.
class ConfinedStart {
public:
    /// Nothing to put on.
    ConfinedStart() = default;
    /// Throws LaunchError when the kernel lacks what is required or refuses what it should have.
    explicit ConfinedStart(const Confinement& wanted);

    /// For a confinement that isolates: the child is made in this process table (nothing: in ours,
    /// and the filter has to do what it can), and gets the filter. Throws LaunchError. `table` must
    /// outlive us.
    void isolate(const ProcessNamespace* table);

    /// What holds once enter() has succeeded: "landlock 7: files, signals; own process table;
    /// filter", "user agent; none: the kernel has no Landlock; filter".
    [[nodiscard]] std::string inForce() const;

    /// What is out of its reach only because allowing it would cost too much: a sentence each.
    [[nodiscard]] const std::vector<std::string>& leftOut() const { return left_out_; }

    /// Confines the calling process for good, and what it starts. Async-signal-safe. False with
    /// errno when it could not: then the process must not go on.
    [[nodiscard]] bool enter() const;

private:
    [[nodiscard]] bool becomeUser() const;
    [[nodiscard]] bool enterTable() const;
    [[nodiscard]] bool dropCapabilities() const;

    std::optional<UserIds> user_;
    UniqueFd ruleset_;
    ConfinementSupport support_;  ///< what is really put on
    std::uint64_t proc_rights_ = 0;
    const ProcessNamespace* table_ = nullptr;
    SyscallFilter filter_;
    std::vector<std::string> left_out_;
    bool wanted_ = false, isolated_ = false;
};

}  // namespace orch
