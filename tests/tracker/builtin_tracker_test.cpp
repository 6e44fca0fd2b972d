#include "tracker/builtin_tracker.hpp"

#include <gtest/gtest.h>

namespace orch {

TEST(BuiltinTracker, ShowsNothingElsewhereAndNeverFails) {
    BuiltinTracker tracker;
    EXPECT_NO_THROW(tracker.showState("T-1", "review", "key"));
    EXPECT_NO_THROW(tracker.comment("T-1", "text", "key"));
    EXPECT_EQ(tracker.kind(), "builtin");
}

}  // namespace orch
