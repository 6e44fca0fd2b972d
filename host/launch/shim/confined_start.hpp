#pragma once

#include <string>

#include "base/files.hpp"
#include "core/confinement.hpp"

namespace orch {

/// A confinement, made ready in the shim and put on by its child: a Landlock ruleset, the ids of
/// another user. The shim itself stays free.
class ConfinedStart {
public:
    /// Nothing to put on.
    ConfinedStart() = default;
    /// Throws LaunchError when the kernel lacks what is required or refuses what it should have.
    explicit ConfinedStart(const Confinement& wanted);

    /// What holds once enter() has succeeded: "landlock 7: files, signals", "user agent; none: the
    /// kernel has no Landlock".
    [[nodiscard]] const std::string& inForce() const { return in_force_; }

    /// Confines the calling process for good, and what it starts. Async-signal-safe. False with
    /// errno when it could not: then the process must not go on.
    [[nodiscard]] bool enter() const;

private:
    [[nodiscard]] bool becomeUser() const;

    std::optional<UserIds> user_;
    UniqueFd ruleset_;
    std::string in_force_;
    bool wanted_ = false;
};

}  // namespace orch
