#pragma once

#include <memory>

#include "launch/shim/agent_process.hpp"
#include "launch/shim/bounded_log.hpp"
#include "launch/shim/watchdog.hpp"
#include "launch/spec_file.hpp"

namespace orch {

/// One attempt from the agent's first instruction until nothing of it is left. The process has to
/// be a subreaper with SIGTERM and SIGCHLD blocked.
class AttemptRun {
public:
    /// Makes the agent, which waits. Throws LaunchError when that fails; then nothing runs.
    AttemptRun(const StartSpec& spec, UniqueFd log_file);

    [[nodiscard]] const AgentProcess& agent() const { return agent_; }

    /// Lets the agent go and returns when it and all it started have ended.
    [[nodiscard]] ExitRecord run();

private:
    void wait();
    void hearRequests();
    void reap();
    void takeOutput();
    void drainOutput();
    void act();
    void sampleCpu();
    void termGroup();
    void signalTree(int signal);
    [[nodiscard]] int waitMilliseconds() const;
    [[nodiscard]] ExitRecord record() const;
    void judge(ExitRecord& exit) const;
    [[nodiscard]] std::string killDetail() const;

    StartSpec spec_;
    BoundedLog log_;
    UniqueFd signals_;
    AgentProcess agent_;
    Watchdog watchdog_;
    std::unique_ptr<char[]> buffer_;  ///< left untouched until there is output
    std::optional<int> status_;       ///< of the agent, as wait(2) gives it
    std::optional<std::string> start_failure_;
    std::uint64_t cpu_seen_ = 0;
    bool empty_ = false;  ///< no child is left, so no descendant either
};

}  // namespace orch
