#include "plugin/service_scene.hpp"

namespace orch {

using namespace testing;
using namespace std::chrono_literals;

struct ServiceBudgetTest : ServiceScene {
    Json say(int number) {
        return ask("notify.send", {{"subject", "n" + std::to_string(number)}, {"text", "x"}});
    }
};

TEST_F(ServiceBudgetTest, WhatIsAboveTheLimitIsHeldAndPeopleAreToldOnce) {
    budget = std::make_unique<ActionBudget>(2);
    EXPECT_EQ(say(1)["result"], "done");
    EXPECT_EQ(say(2)["result"], "done");
    for (int i = 3; i < 6; ++i) {
        EXPECT_EQ(say(i),
                  (Json{{"result", "held"},
                        {"detail",
                         "reaper has used up its 2 actions an hour: further ones wait "
                         "(plugins.reaper.max_actions_per_hour)"}}));
    }
    EXPECT_EQ(notices().size(), 3U);
    EXPECT_EQ(journal().back().rule, "held");
}

TEST_F(ServiceBudgetTest, WithNoneAllowedNothingIsDone) {
    budget = std::make_unique<ActionBudget>(0);
    EXPECT_EQ(say(1)["result"], "held");
}

TEST_F(ServiceBudgetTest, WhatChangesNothingDoesNotCount) {
    budget = std::make_unique<ActionBudget>(2);
    for (int i = 0; i < 9; ++i) (void)say(1);
    EXPECT_EQ(say(2)["result"], "done");
}

TEST_F(ServiceBudgetTest, WhatIsObservedDoesNotCount) {
    budget = std::make_unique<ActionBudget>(0);
    mode = PluginMode::kObserve;
    EXPECT_EQ(say(1)["result"], "observed");
}

TEST(ActionBudgetTest, TheHourSlides) {
    const AwakeTime start{1000h};
    ActionBudget budget(2);
    EXPECT_TRUE(budget.take(start));
    EXPECT_TRUE(budget.take(start + 30min));
    EXPECT_FALSE(budget.take(start + 59min));
    EXPECT_TRUE(budget.take(start + 60min));
    EXPECT_FALSE(budget.take(start + 61min));
    EXPECT_EQ(budget.used(start + 61min), 2);
    EXPECT_EQ(budget.used(start + 10h), 0);
}

TEST(ActionBudgetTest, EveryTimeOfHoldingIsAlertedOnce) {
    const AwakeTime start{1000h};
    ActionBudget budget(1);
    EXPECT_TRUE(budget.take(start));
    EXPECT_TRUE(budget.alertIsDue());
    EXPECT_FALSE(budget.alertIsDue());
    EXPECT_TRUE(budget.take(start + 1h));
    EXPECT_TRUE(budget.alertIsDue());
}

TEST(ActionBudgetTest, WhatDidNotHappenIsGivenBack) {
    const AwakeTime start{1000h};
    ActionBudget budget(1);
    EXPECT_TRUE(budget.take(start));
    budget.giveBack();
    EXPECT_TRUE(budget.take(start));
    budget.setMost(2);
    EXPECT_TRUE(budget.take(start));
}

}  // namespace orch
