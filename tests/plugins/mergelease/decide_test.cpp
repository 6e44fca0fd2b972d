#include <gmock/gmock.h>

#include "plugins/mergelease/seen.hpp"

namespace orch::mergelease {

using namespace std::chrono_literals;
using ::testing::Contains;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Pair;
using ::testing::SizeIs;

std::vector<LeaseSeen> many(int count, const LeaseSeen& lease) {
    std::vector<LeaseSeen> leases;
    for (int i = 0; i < count; ++i) leases.push_back(of("app-" + std::to_string(i), lease));
    return leases;
}

TEST(MergeLeaseDecideTest, AHeldLeaseIsLeftAlone) {
    const auto decided = decide({held()}, {1h, kInterval}, {});
    EXPECT_THAT(decided.reclaims, IsEmpty());
    EXPECT_EQ(decided.leases.at(0).judgement.reason,
              "T-3 (job 7.2, process 4711 on here) holds it; free in 9 m at the latest");
}

TEST(MergeLeaseDecideTest, EachLeaseIsJudgedForItself) {
    const auto decided = decide({held(), of("b", dead()), of("c", held())}, {1h, kInterval}, {});
    ASSERT_THAT(decided.reclaims, SizeIs(1));
    EXPECT_EQ(decided.reclaims[0].lease.repository, "b");
}

// M-6: one reclaim a stale lease
TEST(MergeLeaseDecideTest, ALeaseThatIsListedTwiceIsReclaimedOnce) {
    EXPECT_THAT(decide({dead(), dead()}, {1h, kInterval}, {}).reclaims, SizeIs(1));
}

TEST(MergeLeaseDecideTest, AHolderThatLivesIsNeitherEndedNorForgotten) {
    auto late = held();
    late.age = kTtl;
    const auto reclaim = decide({late}, {1h, kInterval}, {}).reclaims.at(0);
    ASSERT_TRUE(reclaim.notice);
    EXPECT_THAT(reclaim.notice->text, HasSubstr("the process was left alone"));
    EXPECT_EQ(reclaim.notice->cause, "token 5");
}

TEST(MergeLeaseDecideTest, TheWhyHasTheEvidence) {
    const auto why = decide({dead()}, {1h, kInterval}, {}).reclaims.at(0).why;
    EXPECT_EQ(why.rule, "holder_dead");
    EXPECT_EQ(why.decision, "the merge lease of app-1 is deleted: T-3 died with it");
    EXPECT_THAT(why.evidence, Contains(Pair("token", "5")));
    EXPECT_THAT(why.evidence, Contains(Pair("hold", "free")));
}

TEST(MergeLeaseDecideTest, TheSameDecisionHasTheSameWordsAtEveryTick) {
    auto late = held();
    late.age = kTtl;
    const auto first = decide({late}, {1h, kInterval}, {}).reclaims.at(0).why;
    late.age = 2 * kTtl;
    const auto second = decide({late}, {2h, kInterval}, {}).reclaims.at(0).why;
    EXPECT_EQ(first.decision, second.decision);
    EXPECT_EQ(first.evidence, second.evidence);
}

TEST(MergeLeaseDecideTest, ManyAtOnceWaitForASecondLook) {
    const auto first = decide(many(9, dead()), {1h, kInterval}, {});
    EXPECT_THAT(first.reclaims, IsEmpty());
    EXPECT_THAT(first.notices, SizeIs(1));
    const auto soon = decide(many(9, dead()), {1h + 1s, kInterval}, first.memory);
    EXPECT_THAT(soon.reclaims, IsEmpty());
    const auto second = decide(many(9, dead()), {1h + 30s, kInterval}, soon.memory);
    EXPECT_THAT(second.reclaims, SizeIs(9));
    EXPECT_THAT(second.notices, IsEmpty());
}

TEST(MergeLeaseDecideTest, ADamagedLeaseIsSaidOnce) {
    const auto first = decide({damaged(0ms)}, {1h, kInterval}, {});
    ASSERT_THAT(first.remarks, SizeIs(1));
    EXPECT_EQ(first.remarks[0].subject, "lease app-1");
    const auto second = decide({damaged(30s)}, {1h + 30s, kInterval}, first.memory);
    EXPECT_THAT(second.remarks, IsEmpty());
    const auto healed = decide({held()}, {2h, kInterval}, second.memory);
    EXPECT_THAT(decide({damaged(0ms)}, {3h, kInterval}, healed.memory).remarks, SizeIs(1));
}

TEST(MergeLeaseDecideTest, ABootIdIsAFactForAnyNumber) {
    auto rebooted = dead();
    rebooted.same_boot = false;
    EXPECT_THAT(decide(many(9, rebooted), {1h, kInterval}, {}).reclaims, SizeIs(9));
}

}  // namespace orch::mergelease
