#include "http/fake_plugins.hpp"

namespace orch::testing {

void FakePlugins::add(PluginStatus plugin) {
    const std::lock_guard lock(mutex_);
    plugins_.push_back(std::move(plugin));
}

void FakePlugins::keepOff(const std::string& who) {
    const std::lock_guard lock(mutex_);
    kept_off_by_ = who;
}

std::vector<PluginStatus> FakePlugins::list() const {
    const std::lock_guard lock(mutex_);
    return plugins_;
}

SwitchAnswer FakePlugins::switchTo(const std::string& name, bool on, const std::string& by) {
    const std::lock_guard lock(mutex_);
    const bool holds_on = on && kept_off_by_.empty();
    const auto text = holds_on ? "on" : "off (" + (on ? kept_off_by_ : "operator " + by) + ")";
    for (auto& plugin : plugins_) {
        if (plugin.name != name) continue;
        plugin.switch_text = text;
        plugin.state = holds_on ? PluginState::kRunning : PluginState::kOff;
    }
    return {holds_on, name + " is " + text};
}

PluginStatus runningReaper() {
    PluginStatus reaper;
    reaper.name = "reaper";
    reaper.version = "1.0.0";
    reaper.library = "/opt/orch/plugins/reaper.so";
    reaper.state = PluginState::kRunning;
    reaper.switch_text = "on";
    reaper.kill_switch = "ORCH_REAPER_ENABLED";
    reaper.generation = 3;
    reaper.interval = std::chrono::seconds{30};
    reaper.ticks = 120;
    reaper.next_in = std::chrono::milliseconds{12'500};
    reaper.late_p99 = std::chrono::microseconds{200};
    reaper.tick_p50 = std::chrono::microseconds{400};
    reaper.needs = reaper.grants = {"jobs.finish", "jobs.running"};
    reaper.settings = R"({"dead_ticks":3})";
    reaper.block = "reaper";
    reaper.snapshot = R"({"suspects":[],"reaped":1})";
    return reaper;
}

}  // namespace orch::testing
