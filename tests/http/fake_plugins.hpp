#pragma once

#include <mutex>
#include <string>
#include <vector>

#include "core/plugin_status.hpp"

namespace orch::testing {

/// Plugins that do nothing but have a status and one switch. Thread-safe.
class FakePlugins {
public:
    void add(PluginStatus plugin);
    /// Whatever people say, this other side keeps it off: "environment: ORCH_REAPER_ENABLED=false".
    void keepOff(const std::string& who);

    [[nodiscard]] std::vector<PluginStatus> list() const;
    SwitchAnswer switchTo(const std::string& name, bool on, const std::string& by);

private:
    mutable std::mutex mutex_;
    std::vector<PluginStatus> plugins_;
    std::string kept_off_by_;
};

/// A reaper that runs.
PluginStatus runningReaper();

}  // namespace orch::testing
