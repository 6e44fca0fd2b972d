#include <stdlib.h>

#include "lease/lease_world.hpp"
#include "support/child.hpp"

namespace orch::testing {

/// Kills a process after each durable step of taking and releasing, and looks at what is left.
class LeaseCrashTest : public ::testing::TestWithParam<const char*> {
protected:
    MergeLeases::Request request(std::int64_t token) {
        return {(temp_ / "app").string(), "T-3", {JobId{7}, 2}, [=] { return token; }};
    }
    /// In the child: takes what a dead one left, and releases it.
    int takeAndRelease() {
        setenv("ORCH_CRASH_AT", GetParam(), 1);  // NOLINT(concurrency-mt-unsafe)
        FileLeases leases(temp_ / "merge");
        const auto held = proof(leases.acquire(request(2)));
        return 0;
    }
    void leaveDeadHolder() {
        Child holder([this] {
            FileLeases leases(temp_ / "merge");
            const auto held = proof(leases.acquire(request(1)));
            return raise(SIGKILL);
        });
        EXPECT_EQ(holder.exitCode(), -1);
    }
    /// In a child too: the points passed are counted by process.
    int takeNext() {
        FileLeases leases(temp_ / "merge");
        const auto held = proof(leases.acquire(request(3)));
        return refusal(held).empty() && held.token() == 3 ? 0 : 1;
    }
    TempDir temp_;
};

// proves X1: the next one takes it at once, and nothing is left over
TEST_P(LeaseCrashTest, NothingIsInTheWayOfTheNextOne) {
    leaveDeadHolder();
    Child killed([this] { return takeAndRelease(); });
    ASSERT_EQ(killed.exitCode(), -1) << "it never came to " << GetParam();
    Child next([this] { return takeNext(); });
    EXPECT_EQ(next.exitCode(), 0);
    for (const auto& entry : std::filesystem::directory_iterator(temp_ / "merge")) {
        EXPECT_NE(entry.path().extension(), ".new") << entry.path();
    }
}

INSTANTIATE_TEST_SUITE_P(Steps,
                         LeaseCrashTest,
                         ::testing::Values("lease.stale_deleted",
                                           "lease.token_taken",
                                           "lease.linked",
                                           "lease.released"));

}  // namespace orch::testing
