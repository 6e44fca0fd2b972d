#include "ctl/commands/plugin_text.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>
#include <nlohmann/json.hpp>
#include <ostream>

#include "base/text.hpp"
#include "ctl/table.hpp"
#include "ctl/text_of.hpp"

namespace orch::ctl {

using nlohmann::json;

namespace {

struct Column {
    const char* heading;
    Cell (*cell)(const json& plugin);
};

const std::vector<Column>& columns() {
    static const std::vector<Column> kAll{
        {"NAME", [](const json& p) { return Cell{textOf(p, "name")}; }},
        {"VERSION", [](const json& p) { return Cell{textOf(p, "version")}; }},
        {"STATE",
         [](const json& p) {
             return Cell{textOf(p, "state"), tintOf(textOf(p, "state"))};
         }},
        {"MODE", [](const json& p) { return Cell{textOf(p, "mode")}; }},
        {"SWITCH", [](const json& p) { return Cell{textOf(p, "switch")}; }},
        {"NEXT", [](const json& p) { return Cell{seconds(p, "next_in")}; }},
        {"LATE p99", [](const json& p) { return Cell{milliseconds(p, "late_p99_ms")}; }},
        {"TICK p50", [](const json& p) { return Cell{milliseconds(p, "tick_p50_ms")}; }},
        {"FAILS", [](const json& p) { return Cell{textOf(p, "failures")}; }},
        {"GENERATION", [](const json& p) {
             return Cell{numberOf(p, "generation") > 0 ? textOf(p, "generation") : "-"};
         }}};
    return kAll;
}

/// What a narrow terminal does without, from what is missed least.
constexpr std::array<std::string_view, 4> kDispensable{
    "LATE p99", "TICK p50", "GENERATION", "VERSION"};

bool isLeftOut(std::string_view heading, std::size_t left_out) {
    const auto end = kDispensable.begin() + static_cast<std::ptrdiff_t>(left_out);
    return std::find(kDispensable.begin(), end, heading) != end;
}

Table tableOf(const json& plugins, std::size_t left_out) {
    std::vector<std::string> headings;
    for (const auto& column : columns()) {
        if (!isLeftOut(column.heading, left_out)) headings.emplace_back(column.heading);
    }
    Table table{std::move(headings), "SWITCH"};
    for (const auto& plugin : plugins) {
        std::vector<Cell> row;
        for (const auto& column : columns()) {
            if (!isLeftOut(column.heading, left_out)) row.push_back(column.cell(plugin));
        }
        table.add(std::move(row));
    }
    return table;
}

Table fittingTable(const Context& context, const json& plugins) {
    for (std::size_t left_out = 0; left_out < kDispensable.size(); ++left_out) {
        auto table = tableOf(plugins, left_out);
        if (table.fits(context.terminal)) return table;
    }
    return tableOf(plugins, kDispensable.size());
}

}  // namespace

bool runs(const json& plugin) {
    return textOr(plugin, "state") == "running";
}

std::string whyNot(const json& plugin) {
    const auto reason = textOr(plugin, "reason");
    const bool off = textOr(plugin, "state") == "off";  // then the switch says all
    return off || reason.empty() ? textOf(plugin, "switch") : reason;
}

std::string seconds(const json& plugin, const char* field) {
    const auto found = plugin.find(field);
    if (found == plugin.end() || !found->is_number()) return "-";
    return spokenDuration(std::chrono::milliseconds{std::llround(found->get<double>() * 1000)});
}

std::string milliseconds(const json& plugin, const char* field) {
    const auto found = plugin.find(field);
    if (found == plugin.end() || !found->is_number()) return "-";
    std::array<char, 32> text{};
    std::snprintf(text.data(), text.size(), "%.1f ms", found->get<double>());
    return text.data();
}

void printWhyNot(const Context& context, const json& plugin) {
    const auto state = textOf(plugin, "state");
    const auto why = whyNot(plugin);
    const bool said = why.starts_with(state);  // "off (operator me, 14:05)"
    const auto rest = harmlessLine(said ? why.substr(state.size()) : why);
    context.out << harmlessLine(textOf(plugin, "name")) << " is "
                << context.terminal.paint(tintOf(state), harmlessLine(state)) << (said ? " " : ": ")
                << withLocalTimes(rest, context.now) << '\n';
}

void printPlugins(const Context& context, const json& plugins) {
    if (plugins.empty()) {
        context.out << "no plugins: the configuration names none\n";
        return;
    }
    const auto table = fittingTable(context, plugins);
    table.print(context.out, context.terminal);
    const bool switches_are_whole = table.fitsWhole(context.terminal);
    for (const auto& plugin : plugins) {
        const bool told = runs(plugin) || (textOr(plugin, "state") == "off" && switches_are_whole);
        if (!told) printWhyNot(context, plugin);
    }
}

}  // namespace orch::ctl
