#include "reaper/policy.hpp"

#include <gmock/gmock.h>

#include <nlohmann/json.hpp>

#include "reaper/reaper.hpp"

namespace orch::reaper {

using namespace std::chrono_literals;
using ::testing::HasSubstr;

std::string refusal(const char* settings) {
    try {
        (void)policyFrom(Settings{settings});
    } catch (const SettingsError& error) {
        return error.what();
    }
    return "";
}

TEST(ReaperPolicyTest, KnowsTheShortestOfItsLimits) {
    EXPECT_EQ(policyFrom(Settings{"{}"}).shortestLimit(), 2h);
    const auto policy = policyFrom(
        Settings{R"({"max_running":3600000,"max_running_by_stage":["deploy=4h","review=20m"]})"});
    EXPECT_EQ(policy.shortestLimit(), 20min);
}

TEST(ReaperPolicyTest, HasDefaults) {
    const auto policy = policyFrom(Settings{"{}"});
    EXPECT_EQ(policy.dead_ticks, 3);
    EXPECT_FALSE(policy.max_running);
    EXPECT_TRUE(policy.max_running_by_stage.empty());
    EXPECT_EQ(policy.spawn_grace, 30s);
}

TEST(ReaperPolicyTest, TakesWhatIsGiven) {
    const auto policy = policyFrom(Settings{R"({"dead_ticks":5,"max_running":3600000,
        "max_running_by_stage":["deploy=4h","review=30m"],"spawn_grace":1000})"});
    EXPECT_EQ(policy.dead_ticks, 5);
    EXPECT_EQ(policy.max_running, 1h);
    EXPECT_EQ(policy.max_running_by_stage.at("deploy"), 4h);
    EXPECT_EQ(policy.max_running_by_stage.at("review"), 30min);
    EXPECT_EQ(policy.spawn_grace, 1s);
}

TEST(ReaperPolicyTest, AStageLimitThatCannotBeReadIsRefused) {
    for (const auto* text : {"deploy", "=4h", "deploy=", "deploy=soon", "deploy=0s"}) {
        const auto settings = std::string{R"({"max_running_by_stage":[")"} + text + R"("]})";
        EXPECT_EQ(refusal(settings.c_str()),
                  std::string{"setting max_running_by_stage takes a stage and its limit, such as "
                              "deploy=4h; got \""} +
                      text + "\"");
    }
}

TEST(ReaperPolicyTest, AStageHasOneLimit) {
    EXPECT_THAT(refusal(R"({"max_running_by_stage":["a=1h","a=2h"]})"),
                HasSubstr("names stage a twice"));
}

// proves R6: the names operators know
TEST(ReaperPolicyTest, TheEnvironmentNamesAreThoseOfTheContract) {
    EXPECT_STREQ(Reaper::descriptor.kill_switch, "ORCH_REAPER_ENABLED");
    const auto settings = nlohmann::json::parse(kSettingsSchema).at("properties");
    EXPECT_EQ(settings.at("dead_ticks").at("environment"), "ORCH_REAPER_DEAD_TICKS");
    EXPECT_EQ(settings.at("max_running").at("environment"), "ORCH_REAPER_MAX_RUNNING_S");
    EXPECT_EQ(settings.at("dead_ticks").at("default"), Policy{}.dead_ticks);
}

}  // namespace orch::reaper
