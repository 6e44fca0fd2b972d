#include <gmock/gmock.h>

#include "model/merge_model.hpp"

namespace orch::testing {

using ::testing::HasSubstr;
using Dropped = MergeModel::Dropped;

// proves L1, L3, L4, X1: also a zombie of a replaced orchd, a lost reply and somebody else's push
TEST(MergeInterleavingsTest, InEveryOrderAMergeIsOnTheBaseOnceAndTheRecordSaysSo) {
    const auto result = MergeModel().explore();
    EXPECT_EQ(result.violation, "");
    EXPECT_GT(result.states, 1000U);
    RecordProperty("states", static_cast<int>(result.states));
}

struct DroppedSafeguard : ::testing::TestWithParam<std::pair<Dropped, const char*>> {};

// proves L3, L4: the checker is able to object
TEST_P(DroppedSafeguard, IsRefuted) {
    const auto [dropped, violation] = GetParam();
    EXPECT_THAT(MergeModel(dropped).explore().violation, HasSubstr(violation));
}

INSTANTIATE_TEST_SUITE_P(
    One,
    DroppedSafeguard,
    ::testing::Values(std::pair{Dropped::kSwap, "first parent is not the previous tip"},
                      std::pair{Dropped::kAlreadyMerged, "merged twice"},
                      std::pair{Dropped::kFence, "token that another had passed"},
                      std::pair{Dropped::kAttempt, "was ended for"},
                      std::pair{Dropped::kRecheck, "failed although it is on the base"}));

}  // namespace orch::testing
