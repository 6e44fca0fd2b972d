#pragma once

#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "base/lanes.hpp"
#include "pipeline/alarm.hpp"
#include "pipeline/worker.hpp"
#include "plugin/loaded_plugin.hpp"

namespace orch {

/// The reserved jobs of one plugin: handed to it while it is on, answered on a lane. Made by
/// make_shared: what waits on a lane holds it, and the plugin with it.
class PluginJobs : public std::enable_shared_from_this<PluginJobs> {
public:
    PluginJobs(std::shared_ptr<LoadedPlugin> plugin, Worker& worker, Lanes& lanes, Alarm& alarm);

    /// Serves while the plugin is on, else withdraws; soon, on a lane. Any thread.
    void follow();
    /// Withdraws for ever, now. Throws StoreError: what it had is then found at the next start. Not
    /// on the writer's thread.
    void close();

private:
    void followNow();
    void withdraw();
    void run(const Job& job);
    void answered(const Job& job,
                  const EntryOutcome& outcome,
                  const std::string& text,
                  Permit permit);
    void answer(AttemptKey key, const HandlerAnswer& answer);

    const std::shared_ptr<LoadedPlugin> plugin_;
    const std::string name_;
    const std::vector<std::string> agents_;
    Worker& worker_;
    Lanes& lanes_;
    Alarm& alarm_;
    std::mutex mutex_;  ///< while serving or withdrawing
    bool closed_ = false;
};

}  // namespace orch
