#pragma once

#include <array>
#include <cstdio>
#include <optional>
#include <string>

namespace orch::bench {

/// What a figure or its ratio to the floor should reach.
struct Goal {
    enum class Of { kNothing, kFigureAtMost, kRatioAtMost, kRatioAtLeast } of = Of::kNothing;
    double bound{};
};

/// One line of a bench: a figure, and beside it what its floor program reached in the same run.
struct Line {
    std::string bench, measure, unit;
    double figure{};
    std::optional<double> floor;
    Goal goal;
    std::array<double, 2> fsync_us{};  ///< probes before and after
};

/// How the goal reads, and whether it was met: `"wanted":"ratio <= 2","met":true`.
[[nodiscard]] inline std::string wordsOf(const Goal& goal, double figure, double ratio) {
    if (goal.of == Goal::Of::kNothing) return "\"wanted\":null";
    const bool at_least = goal.of == Goal::Of::kRatioAtLeast;
    const bool of_figure = goal.of == Goal::Of::kFigureAtMost;
    const double is = of_figure ? figure : ratio;
    const bool met = at_least ? is >= goal.bound : is <= goal.bound;
    std::array<char, 100> text{};
    (void)std::snprintf(text.data(),
                        text.size(),
                        R"("wanted":"%s %s %g","met":%s)",
                        of_figure ? "figure" : "ratio",
                        at_least ? ">=" : "<=",
                        goal.bound,
                        met ? "true" : "false");
    return text.data();
}

/// Prints the line as one JSON object.
inline void print(const Line& line) {
    const double ratio = line.floor && *line.floor > 0 ? line.figure / *line.floor : 0;
    std::printf(R"({"bench":"%s","measure":"%s","unit":"%s","figure":%.2f,)",
                line.bench.c_str(),
                line.measure.c_str(),
                line.unit.c_str(),
                line.figure);
    if (line.floor) std::printf(R"("floor":%.2f,"ratio":%.2f,)", *line.floor, ratio);
    if (!line.floor) std::printf(R"("floor":null,"ratio":null,)");
    std::printf("%s,\"fsync_us\":[%.0f,%.0f]}\n",
                wordsOf(line.goal, line.figure, ratio).c_str(),
                line.fsync_us[0],
                line.fsync_us[1]);
    std::fflush(stdout);
}

}  // namespace orch::bench
