#include <gtest/gtest.h>

#include <cctype>
#include <ostream>

#include "plugins/mergelease/seen.hpp"

namespace orch::mergelease {

using namespace std::chrono_literals;

struct Row {
    std::string words;
    LeaseSeen seen;
    bool reclaimed = false;
    Ground ground{};
    bool told = false;
};
void PrintTo(const Row& row, std::ostream* out) {
    *out << row.words;
}

LeaseSeen idle(Milliseconds span, LeaseSeen lease = held()) {
    lease.age = span;
    return lease;
}
LeaseSeen unchanged(Milliseconds span, LeaseSeen lease) {
    lease.unchanged = span;
    return lease;
}
LeaseSeen elsewhere(Milliseconds span, Life holder = Life::kUnknown) {
    auto lease = unchanged(span, held());
    lease.same_host = lease.same_boot = false;
    lease.holder = holder;
    lease.hold = Lock::kFree;
    lease.age = 99h;  // of another clock: means nothing here
    return lease;
}
LeaseSeen rebooted(Lock hold) {
    auto lease = dead(hold);
    lease.same_boot = false;
    lease.holder = Life::kUnknown;
    lease.age = 99h;
    return lease;
}
LeaseSeen unknownHolder(LeaseSeen lease = held()) {
    lease.holder = Life::kUnknown;
    return lease;
}

const std::vector<Row> kRows{
    {"holder alive, TTL left", held(), false, Ground::kHolderAlive},
    {"holder alive, the last moment", idle(kTtl - 1ms), false, Ground::kHolderAlive},
    {"TTL passed, holder alive", idle(kTtl), true, Ground::kExpired, true},
    {"TTL passed by our own clock only", unchanged(kTtl, held()), true, Ground::kExpired, true},
    {"holder dead, hold lock free", dead(), true, Ground::kHolderDead},
    {"holder dead, no hold lock", dead(Lock::kAbsent), true, Ground::kHolderDead},
    {"holder dead, an orphan git holds the lock", dead(Lock::kHeld), false, Ground::kOrphanWorks},
    {"holder dead, hold lock cannot be seen", dead(Lock::kUnknown), false, Ground::kOrphanWorks},
    {"holder dead, an orphan git holds the lock past the TTL",
     idle(kTtl, dead(Lock::kHeld)),
     true,
     Ground::kExpired},
    {"liveness unknown", unknownHolder(), false, Ground::kUnknownHolder},
    {"liveness unknown, TTL passed", idle(kTtl, unknownHolder()), true, Ground::kExpired},
    {"other host, within a TTL of our clock", elsewhere(kTtl - 1ms), false, Ground::kUnknownHolder},
    {"other host, its pid is dead here: means nothing",
     elsewhere(1min, Life::kDead),
     false,
     Ground::kUnknownHolder},
    {"other host, renewals unchanged for a TTL of our clock",
     elsewhere(kTtl),
     true,
     Ground::kExpired},
    {"other boot", rebooted(Lock::kFree), true, Ground::kOtherBoot},
    {"other boot by its name, but the hold lock is held",
     rebooted(Lock::kHeld),
     false,
     Ground::kOrphanWorks},
    {"corrupt: busy until the TTL of our clock", damaged(kTtl - 1ms), false, Ground::kUnreadable},
    {"corrupt for a TTL of our clock", damaged(kTtl), true, Ground::kUnreadableExpired},
    {"clock jump: times from the future", idle(-99h), false, Ground::kHolderAlive},
};

class MergeLeaseTableTest : public ::testing::TestWithParam<Row> {};

// proves L2: each row of the table that a stale lease is told by
TEST_P(MergeLeaseTableTest, TheRowIsDecidedAsItSays) {
    const auto& row = GetParam();
    const auto decided = decide({row.seen}, {1h, kInterval}, {});
    EXPECT_EQ(decided.leases.at(0).judgement.ground, row.ground);
    EXPECT_NE(decided.leases.at(0).judgement.reason, "");
    ASSERT_EQ(decided.reclaims.size(), row.reclaimed ? 1U : 0U);
    if (!row.reclaimed) return;
    EXPECT_EQ(decided.reclaims[0].notice.has_value(), row.told);
    EXPECT_EQ(decided.reclaims[0].lease, (LeaseKey{row.seen.repository, row.seen.token}));
    EXPECT_EQ(decided.reclaims[0].why.rule, wordOf(row.ground));
}

std::string wordsOf(const ::testing::TestParamInfo<Row>& row) {
    std::string name;
    for (const char c : row.param.words) {
        name += std::isalnum(static_cast<unsigned char>(c)) != 0 ? c : '_';
    }
    return name;
}
INSTANTIATE_TEST_SUITE_P(Table, MergeLeaseTableTest, ::testing::ValuesIn(kRows), wordsOf);

}  // namespace orch::mergelease
