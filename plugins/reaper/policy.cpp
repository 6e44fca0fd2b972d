#include "reaper/policy.hpp"

#include <utility>

#include "orch/units.hpp"

namespace orch::reaper {

namespace {

constexpr const char* kByStage = "max_running_by_stage";

std::pair<std::string, Milliseconds> stageLimit(const std::string& text) {
    const auto at = text.find('=');
    const auto span = at == std::string::npos ? std::nullopt : parseSpan(text.substr(at + 1));
    if (at == 0 || !span || span->count() <= 0) {
        throw SettingsError(std::string{"setting "} + kByStage +
                            " takes a stage and its limit, such as deploy=4h; got \"" + text +
                            "\"");
    }
    return {text.substr(0, at), *span};
}

}  // namespace

Policy policyFrom(const Settings& settings) {
    Policy policy;
    policy.dead_ticks = static_cast<int>(settings.number("dead_ticks", policy.dead_ticks));
    policy.spawn_grace = settings.duration("spawn_grace", policy.spawn_grace);
    if (settings.has("max_running")) policy.max_running = settings.duration("max_running");
    for (const auto& text : settings.texts(kByStage, {})) {
        const auto [stage, limit] = stageLimit(text);
        if (!policy.max_running_by_stage.emplace(stage, limit).second) {
            throw SettingsError(std::string{"setting "} + kByStage + " names stage " + stage +
                                " twice");
        }
    }
    return policy;
}

}  // namespace orch::reaper
