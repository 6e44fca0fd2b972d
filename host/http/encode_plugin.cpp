#include "http/encode_plugin.hpp"

#include <algorithm>

#include "core/names.hpp"
#include "core/queue_document.hpp"
#include "http/encode.hpp"
#include "http/json.hpp"

namespace orch {
namespace {

constexpr int kDeepest = 32;  // writing JSON recurses, and a plugin's text may nest as it likes

/// The object in `text`; nothing when it is none.
std::optional<Json> parseObject(const std::string& text) {
    bool flat = true;
    const auto object = Json::parse(
        text,
        [&flat](int depth, Json::parse_event_t, const Json&) {
            flat = flat && depth < kDeepest;
            return flat;
        },
        false);
    if (!flat || !object.is_object()) return std::nullopt;
    return object;
}

/// Can it be ticked as far as its switches are asked?
bool isEnabled(const PluginStatus& plugin) {
    return plugin.state != PluginState::kRefused && !plugin.switch_text.starts_with("off");
}

Json millisecondsJson(std::optional<std::chrono::microseconds> span) {
    return span ? Json(static_cast<double>(span->count()) / 1000) : Json();
}

Json secondsJson(std::optional<Milliseconds> span) {
    return span ? Json(static_cast<double>(span->count()) / 1000) : Json();
}

Json countsOf(const PluginStatus& plugin, const Now& now) {
    return {{"generation", plugin.generation},
            {"since", timeJson(plugin.since, now)},
            {"ticks", plugin.ticks},
            {"last_tick", timeJson(plugin.last_tick, now)},
            {"missed", plugin.missed},
            {"failures", plugin.failures},
            {"failures_in_a_row", plugin.failures_in_a_row},
            {"last_error", plugin.last_error}};
}

/// What both documents begin with.
Json headOf(const PluginStatus& plugin, const Now& now) {
    Json object{{"enabled", isEnabled(plugin)},
                {"state", nameOf(plugin.state)},
                {"reason", plugin.reason},
                {"switch", plugin.switch_text},
                {"mode", nameOf(plugin.mode)}};
    object.update(countsOf(plugin, now));
    return object;
}

Json objectOrNull(const std::string& text) {
    auto object = parseObject(text);
    return object ? std::move(*object) : Json();
}

}  // namespace

Json pluginJson(const PluginStatus& plugin, const Now& now) {
    Json object{{"name", plugin.name}, {"version", plugin.version}};
    object.update(headOf(plugin, now));
    object.update({{"kill_switch", plugin.kill_switch},
                   {"library", plugin.library.string()},
                   {"interval", secondsJson(plugin.interval)},
                   {"next_in", secondsJson(plugin.next_in)},
                   {"late_p99_ms", millisecondsJson(plugin.late_p99)},
                   {"tick_p50_ms", millisecondsJson(plugin.tick_p50)},
                   {"needs", plugin.needs},
                   {"grants", plugin.grants},
                   {"refused_calls", plugin.refused_calls},
                   {"actions_last_hour", plugin.actions_last_hour},
                   {"max_actions_per_hour", plugin.max_actions_per_hour},
                   {"settings", objectOrNull(plugin.settings)},
                   {"block", blockOf(plugin)},
                   {"snapshot", objectOrNull(plugin.snapshot)}});
    return object;
}

Json blockJson(const PluginStatus& plugin, const Now& now) {
    auto block = headOf(plugin, now);
    const auto snapshot = parseObject(plugin.snapshot.empty() ? "{}" : plugin.snapshot);
    if (!snapshot) {
        block["note"] = "its snapshot is left out: it is no JSON object, or nests too deep";
        return block;
    }
    for (const auto& [key, value] : snapshot->items()) {
        if (!block.contains(key)) block[key] = value;
    }
    return block;
}

std::string blockOf(const PluginStatus& plugin) {
    if (!plugin.block.empty()) return plugin.block;
    const auto bundled = std::ranges::find(kBundledBlocks, plugin.name, &BundledBlock::plugin);
    if (bundled != kBundledBlocks.end()) return std::string(bundled->block);
    auto name = plugin.name;
    std::ranges::replace(name, '-', '_');
    return name;
}

}  // namespace orch
