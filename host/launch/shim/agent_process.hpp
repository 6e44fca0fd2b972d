#pragma once

#include "base/process.hpp"
#include "core/attempt.hpp"
#include "launch/shim/child_process.hpp"

namespace orch {

/// The agent: a child in a process group of its own. It waits before its exec until letGo(), so
/// that it can be recorded first; when the shim dies before that, it ends having run nothing. Until
/// its exec it holds the attempt's lock.
class AgentProcess {
public:
    /// Throws LaunchError when no process or pipe can be made, or the agent cannot be confined as
    /// the spec demands.
    explicit AgentProcess(const StartSpec& spec);

    [[nodiscard]] ProcessIdentity who() const { return who_; }
    /// What is in force once its first instruction runs; empty: nothing was asked for.
    [[nodiscard]] const std::string& confinement() const { return child_.confinement(); }
    /// Reading end of its stdout and stderr; non-blocking.
    [[nodiscard]] const UniqueFd& output() const { return output_; }
    void closeOutput() { output_.reset(); }

    void letGo();
    /// Once the agent is gone: why it never began; nothing when it did.
    [[nodiscard]] std::optional<std::string> startFailure() const { return child_.startFailure(); }
    /// Once the agent is gone: nothing is waited for but what it left behind.
    void letTableEnd() const { child_.letTableEnd(); }

private:
    AgentProcess(const StartSpec& spec, Pipe output, Pipe gate);

    RunOrder order_;
    ChildProcess child_;
    ProcessIdentity who_;
    UniqueFd output_, gate_;
};

}  // namespace orch
