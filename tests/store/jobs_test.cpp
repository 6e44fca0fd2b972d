#include "store/jobs.hpp"

#include "store_fixture.hpp"

namespace orch::testing {

struct JobsTest : RowsTest {};

TEST_F(JobsTest, ClaimedJobRunsItsFirstAttempt) {
    const auto id = newJob();
    const auto claimed = claim(1);
    ASSERT_EQ(claimed.size(), 1U);
    EXPECT_EQ(claimed[0].key(), (AttemptKey{id, 1}));
    EXPECT_EQ(claimed[0].status, JobStatus::kRunning);
    EXPECT_EQ(claimed[0].started_at, tx.at());
}

}  // namespace orch::testing
