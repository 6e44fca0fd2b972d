#include <gmock/gmock.h>

#include "model/switch_model.hpp"

namespace orch::testing {

using ::testing::HasSubstr;
using Dropped = SwitchModel::Dropped;

// proves H4: whatever switches off, and however many at once
TEST(SwitchInterleavingsTest, InEveryOrderNothingOfThePluginFollowsAnAnsweredSwitchOff) {
    const auto result = SwitchModel().explore();
    EXPECT_EQ(result.violation, "");
    EXPECT_GT(result.states, 10'000U);
    RecordProperty("states", static_cast<int>(result.states));
}

struct DroppedSwitchSafeguard : ::testing::TestWithParam<std::pair<Dropped, const char*>> {};

// proves H4: the checker is able to object
TEST_P(DroppedSwitchSafeguard, IsRefuted) {
    const auto [dropped, violation] = GetParam();
    EXPECT_THAT(SwitchModel(dropped).explore().violation, HasSubstr(violation));
}

INSTANTIATE_TEST_SUITE_P(
    One,
    DroppedSwitchSafeguard,
    ::testing::Values(std::pair{Dropped::kCheckInClosure, "a commit followed an answer"},
                      std::pair{Dropped::kEpoch, "a commit followed an answer"},
                      std::pair{Dropped::kGateFirst, "followed an answer"},
                      std::pair{Dropped::kWaitForAct, "an act followed an answer"},
                      std::pair{Dropped::kWaitForWriter, "a commit followed an answer"},
                      std::pair{Dropped::kOrderNumber, "not what the database says"},
                      std::pair{Dropped::kPostInOrder, "not what the database says"}));

}  // namespace orch::testing
