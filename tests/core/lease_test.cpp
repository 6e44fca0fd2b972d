#include "core/lease.hpp"

#include <gmock/gmock.h>

#include <functional>

namespace orch {

using namespace std::chrono_literals;
using ::testing::HasSubstr;

constexpr Milliseconds kNow = 1h;
constexpr Milliseconds kTtl = 10min;

/// A lease of this machine, taken a minute ago by a process that lives.
LeaseObservation held() {
    LeaseObservation seen{.repository = "app-1", .exists = true};
    seen.lease = Lease{.repository = "app-1",
                       .token = 5,
                       .host = "here",
                       .boot_id = "boot",
                       .holder = {4711, 99},
                       .task = "T-3",
                       .job = {JobId{7}, 2},
                       .acquired = kNow - 1min,
                       .renewed = kNow - 1min,
                       .ttl = kTtl};
    seen.same_host = seen.same_boot = true;
    seen.holder = Liveness::kAlive;
    seen.hold = LockState::kHeld;
    return seen;
}

struct Row {
    std::string sentence;
    std::function<void(LeaseObservation&)> change;
    LeaseState expected;
};

class LeaseJudgementTest : public ::testing::TestWithParam<Row> {};

// proves L2: every row of the table that tells a stale lease from one that is held
TEST_P(LeaseJudgementTest, TheRowIsJudgedAsItSays) {
    auto seen = held();
    GetParam().change(seen);
    const auto judgement = judge(seen, kNow, kTtl);
    EXPECT_EQ(judgement.state, GetParam().expected) << judgement.reason;
    EXPECT_NE(judgement.reason, "");
}

void idleFor(LeaseObservation& seen, Milliseconds span) {
    seen.lease->renewed = kNow - span;
}
void elsewhere(LeaseObservation& seen, Milliseconds unchanged_for) {
    seen.same_host = seen.same_boot = false;
    seen.holder = Liveness::kUnknown;
    seen.lease->renewed = 0ms;  // of another clock: means nothing here
    seen.unchanged_for = unchanged_for;
}
void damaged(LeaseObservation& seen, Milliseconds unchanged_for) {
    seen.lease.reset();
    seen.holder = Liveness::kDead;
    seen.hold = LockState::kFree;
    seen.unchanged_for = unchanged_for;
}
void dead(LeaseObservation& seen, LockState hold) {
    seen.holder = Liveness::kDead;
    seen.hold = hold;
}
void rebooted(LeaseObservation& seen, LockState hold) {
    seen.same_boot = false;
    seen.holder = Liveness::kUnknown;
    seen.lease->renewed = 2 * kNow;  // of the boot before: means nothing here
    seen.hold = hold;
}

const std::vector<Row> kRows{
    {"no lease", [](auto& seen) { seen.exists = false; }, LeaseState::kFree},
    {"holder alive, TTL left", [](auto&) {}, LeaseState::kHeld},
    {"holder alive, the last moment of the TTL",
     [](auto& seen) { idleFor(seen, kTtl - 1ms); },
     LeaseState::kHeld},
    {"TTL passed, holder alive", [](auto& seen) { idleFor(seen, kTtl); }, LeaseState::kStale},
    {"taken long ago, renewed just now",
     [](auto& seen) {
         seen.lease->acquired = 0ms;
         idleFor(seen, 0ms);
     },
     LeaseState::kHeld},
    {"times from the future, not seen to change for a TTL",
     [](auto& seen) {
         seen.lease->renewed = 2 * kNow;
         seen.unchanged_for = kTtl;
     },
     LeaseState::kStale},
    {"the lease's own TTL counts, not the observer's",
     [](auto& seen) {
         seen.lease->ttl = 20min;
         idleFor(seen, 19min);
     },
     LeaseState::kHeld},
    {"holder dead, hold lock free",
     [](auto& seen) { dead(seen, LockState::kFree); },
     LeaseState::kStale},
    {"holder dead, no hold file",
     [](auto& seen) { dead(seen, LockState::kAbsent); },
     LeaseState::kStale},
    {"holder dead, an orphan keeps the hold lock",
     [](auto& seen) { dead(seen, LockState::kHeld); },
     LeaseState::kHeld},
    {"holder dead, an orphan keeps the hold lock past the TTL",
     [](auto& seen) {
         dead(seen, LockState::kHeld);
         idleFor(seen, kTtl);
     },
     LeaseState::kStale},
    {"holder alive, hold lock free",
     [](auto& seen) { seen.hold = LockState::kFree; },
     LeaseState::kHeld},
    {"liveness unknown, hold lock free",
     [](auto& seen) {
         seen.holder = Liveness::kUnknown;
         seen.hold = LockState::kFree;
     },
     LeaseState::kHeld},
    {"other host, unchanged for less than a TTL",
     [](auto& seen) { elsewhere(seen, kTtl - 1ms); },
     LeaseState::kHeld},
    {"other host, unchanged for a TTL of our clock",
     [](auto& seen) { elsewhere(seen, kTtl); },
     LeaseState::kStale},
    {"other host, its pid is dead here: means nothing",
     [](auto& seen) {
         elsewhere(seen, 0ms);
         dead(seen, LockState::kFree);
     },
     LeaseState::kHeld},
    {"other boot", [](auto& seen) { rebooted(seen, LockState::kFree); }, LeaseState::kStale},
    {"other boot by its name only: somebody holds the lock",
     [](auto& seen) { rebooted(seen, LockState::kHeld); },
     LeaseState::kHeld},
    {"damaged, just seen", [](auto& seen) { damaged(seen, 0ms); }, LeaseState::kHeld},
    {"damaged, unchanged for nearly a TTL",
     [](auto& seen) { damaged(seen, kTtl - 1ms); },
     LeaseState::kHeld},
    {"damaged, unchanged for a TTL", [](auto& seen) { damaged(seen, kTtl); }, LeaseState::kStale},
};

std::string wordOf(const ::testing::TestParamInfo<Row>& row) {
    std::string word;
    for (const char c : row.param.sentence) word += std::isalnum(c) != 0 ? c : '_';
    return word;
}

INSTANTIATE_TEST_SUITE_P(Table, LeaseJudgementTest, ::testing::ValuesIn(kRows), wordOf);

TEST(LeaseReasonTest, ABusyLeaseNamesItsHolderAndAge) {
    EXPECT_EQ(judge(held(), kNow, kTtl).reason,
              "T-3 (job 7.2, token 5, process 4711 on here) holds it, taken 1 m ago; unless "
              "renewed it is free in 9 m at the latest");
}

TEST(LeaseReasonTest, AnOrphanOfADeadHolderIsNamed) {
    auto seen = held();
    dead(seen, LockState::kHeld);
    EXPECT_THAT(judge(seen, kNow, kTtl).reason, HasSubstr("a child of it still works"));
}

TEST(LeaseReasonTest, AnotherMachinesAgeIsWhatWasSeen) {
    auto seen = held();
    elsewhere(seen, 3min);
    EXPECT_THAT(judge(seen, kNow, kTtl).reason, HasSubstr("seen unchanged for 3 m"));
}

}  // namespace orch
