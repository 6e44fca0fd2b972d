#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>

#include "ctl/demo/daemon_process.hpp"
#include "ctl/demo/timeline.hpp"

namespace orch::ctl {

/// What happened to the two plugs that were pulled.
struct Plugs {
    std::string killed;   ///< the attempt whose agent was killed, "3.1"
    std::string adopted;  ///< the attempt that went on under the second orchd, "3.2"
    int adopted_agents = 0;
};

/// Takes one task through the demo's pipeline: approves its analysis, kills the first developer,
/// kills orchd while the second one works, and looks on until the task is done.
class Play {
public:
    Play(const DemoFolder& folder, DaemonProcess& daemon, Timeline& timeline);

    /// The task's name once it is done. Throws Error when it can no longer get there.
    std::string run();
    [[nodiscard]] const Plugs& plugs() const { return plugs_; }

private:
    void addTask();
    /// One look; true once the task is done.
    bool look();
    void approveIfAsked(const nlohmann::json& task);
    void pullPlugs(const nlohmann::json& task);
    void killAgent(const std::string& run, long pid);
    void killDaemon(const std::string& run, long pid);
    void requireAdopted(const std::string& run, long pid);

    const DemoFolder& folder_;
    DaemonProcess& daemon_;
    Timeline& timeline_;
    Plugs plugs_;
    std::string task_;
    long journal_seen_ = 0;
};

}  // namespace orch::ctl
