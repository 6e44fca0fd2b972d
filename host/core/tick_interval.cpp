#include "core/tick_interval.hpp"

#include <string_view>

#include "base/text.hpp"
#include "core/settings_schema.hpp"

namespace orch {

namespace {

const SettingDef& intervalDef() {
    static const SettingDef def{
        .name = "interval", .type = SettingType::kDuration, .minimum = "100ms", .maximum = "1d"};
    return def;
}

}  // namespace

std::string intervalVariableOf(const std::string& kill_switch) {
    constexpr std::string_view kEnd = "_ENABLED";
    if (!kill_switch.ends_with(kEnd)) return {};
    return kill_switch.substr(0, kill_switch.size() - kEnd.size()) + "_INTERVAL_S";
}

TickInterval tickInterval(const PluginDef& plugin,
                          const std::string& kill_switch,
                          Milliseconds own,
                          const std::map<std::string, std::string>& environment) {
    const auto variable = intervalVariableOf(kill_switch);
    const auto found = environment.find(variable);
    if (variable.empty() || found == environment.end() || found->second.empty()) {
        return {plugin.interval.value_or(own), {}};
    }
    const auto read = readSetting(intervalDef(), {found->second}, false, Spelling::kVariable);
    if (read.value) return {Milliseconds{std::get<std::int64_t>(*read.value)}, {}};
    return {{},
            "environment " + variable + ": plugins." + plugin.name + ".interval: " + read.problem +
                ", got " + cleanUtf8(shorten(found->second, 60))};
}

}  // namespace orch
