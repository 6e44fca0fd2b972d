#include "core/tick_interval.hpp"

#include <gtest/gtest.h>

namespace orch {

using namespace std::chrono_literals;
using Environment = std::map<std::string, std::string>;

const std::string kVariable = "ORCH_REAPER_INTERVAL_S";

TickInterval intervalWith(const Environment& environment, PluginDef plugin = {.name = "reaper"}) {
    return tickInterval(plugin, "ORCH_REAPER_ENABLED", 60s, environment);
}

TEST(TickIntervalTest, PluginsOwnHoldsUntilTheConfigurationNamesOne) {
    EXPECT_EQ(intervalWith({}).value, 60s);
    EXPECT_EQ(intervalWith({}, {.name = "reaper", .interval = 30s}).value, 30s);
}

// proves R6
TEST(TickIntervalTest, VariableInSecondsBeatsTheConfiguration) {
    const PluginDef plugin{.name = "reaper", .interval = 30s};
    EXPECT_EQ(intervalWith({{kVariable, "5"}}, plugin).value, 5s);
    EXPECT_EQ(intervalWith({{kVariable, "500ms"}}, plugin).value, 500ms);
    EXPECT_EQ(intervalWith({{kVariable, ""}}, plugin).value, 30s);
}

TEST(TickIntervalTest, BoundsAreIncluded) {
    EXPECT_EQ(intervalWith({{kVariable, "100ms"}}).value, 100ms);
    EXPECT_EQ(intervalWith({{kVariable, "86400"}}).value, 24h);
}

TEST(TickIntervalTest, WrongVariableIsToldByItsName) {
    EXPECT_EQ(intervalWith({{kVariable, "0"}}).problem,
              "environment ORCH_REAPER_INTERVAL_S: plugins.reaper.interval: must be between 100ms "
              "and 1d, got 0");
    EXPECT_EQ(intervalWith({{kVariable, "often"}}).problem,
              "environment ORCH_REAPER_INTERVAL_S: plugins.reaper.interval: expected a duration "
              "such as 30s, 15m or 2h, or seconds, got often");
}

TEST(TickIntervalTest, KillSwitchOfAnotherFormHasNoVariable) {
    EXPECT_EQ(intervalVariableOf("ORCH_REAPER"), "");
    EXPECT_EQ(tickInterval({}, "X", 60s, {{"", "1"}}).value, 60s);
}

}  // namespace orch
