#pragma once

#include "base/files.hpp"
#include "base/run.hpp"
#include "launch/run_order.hpp"

namespace orch {

/// A helper program that works on what an agent wrote (git in its repository), made to run as
/// confined as the agent did: through orch-shim, which ends with it whatever it started, and all of
/// it at once when this process ends, by SIGKILL too. For run():
///     const ConfinedRun confined(shim, {.command = ..., .confinement = ...}, {.timeout = ...});
///     const auto result = run(confined.spec());
/// The exit code is 127, with a sentence in the errors, when it could not begin.
class ConfinedRun {
public:
    /// Of `bounds` only timeout, limits of output and stop are used. The owner is this process
    /// where `order` names none. Throws LaunchError.
    ConfinedRun(const std::filesystem::path& shim, RunOrder order, RunSpec bounds = {});

    /// Valid as long as we live. It may be run several times, also at once.
    [[nodiscard]] const RunSpec& spec() const { return spec_; }

    /// For a program that starts the command itself and hands on the descriptor 3 of `spec()`
    /// (git's --upload-pack, say): the words before the command's own further arguments.
    [[nodiscard]] const std::vector<std::string>& words() const { return spec_.command; }

private:
    UniqueFd order_;
    RunSpec spec_;
};

}  // namespace orch
