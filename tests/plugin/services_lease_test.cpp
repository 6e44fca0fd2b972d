#include "plugin/service_scene.hpp"

namespace orch {

using namespace testing;

struct ServiceLeaseTest : ServiceScene {
    ServiceLeaseTest() { leases.put(ListedLeases::stale("greeter", 5)); }
    Json order(std::int64_t token = 5) {
        return {{"repository", "greeter"}, {"token", token}, {"why", kWhy}};
    }
    std::vector<std::string> rules() {
        std::vector<std::string> rules;
        for (const auto& row : journal()) rules.push_back(row.rule + ": " + row.decision);
        return rules;
    }
};
using Strings = std::vector<std::string>;

TEST_F(ServiceLeaseTest, AListedLeaseShowsWhatWasSeen) {
    const auto lease = ask("leases.list")["leases"].at(0);
    EXPECT_EQ(lease["repository"], "greeter");
    EXPECT_EQ(lease["token"], 5);
    EXPECT_EQ(lease["task"], "T-3");
    EXPECT_EQ(lease["job"], 7);
    EXPECT_EQ(lease["pid"], 4711);
    EXPECT_EQ(lease["holder"], "dead");
    EXPECT_EQ(lease["hold"], "absent");
    EXPECT_EQ(lease["ttl_ms"], 600'000);
    EXPECT_GE(lease["age_ms"], 0);
}

TEST_F(ServiceLeaseTest, ADamagedLeaseHasNeitherTokenNorPid) {
    auto damaged = ListedLeases::stale("broken", 1);
    damaged.lease.reset();
    leases.put(damaged);
    const auto lease = ask("leases.list")["leases"].at(1);
    EXPECT_TRUE(lease["token"].is_null());
    EXPECT_TRUE(lease["pid"].is_null());
    EXPECT_EQ(lease["ttl_ms"], 600'000);
}

// proves X3, L2
TEST_F(ServiceLeaseTest, AReclaimIsIntentActAndResult) {
    EXPECT_EQ(ask("leases.reclaim", order()), (Json{{"result", "done"}}));
    EXPECT_TRUE(leases.list().empty());
    const auto rows = journal();
    ASSERT_EQ(rows.size(), 2U);
    EXPECT_EQ(rows[0].actor, "plugin:reaper#3");
    EXPECT_EQ(rows[0].subject, "lease greeter");
    EXPECT_EQ(rows[0].evidence, (Evidence{{"holder", "dead"}}));
    EXPECT_EQ(rules(), (Strings{"stale: the holder is dead", "result: deleted the lease"}));
}

// proves L2
TEST_F(ServiceLeaseTest, ALeaseThatChangedIsLeftAloneWithoutARow) {
    EXPECT_EQ(ask("leases.reclaim", order(4)),
              (Json{{"result", "nothing"}, {"detail", "the lease changed since"}}));
    EXPECT_EQ(leases.reclaims(), 0);
    EXPECT_TRUE(journal().empty());
}

TEST_F(ServiceLeaseTest, ALeaseThatOrchdDoesNotFindStaleIsLeftAlone) {
    auto held = ListedLeases::stale("held", 9);
    held.holder = Liveness::kAlive;
    leases.put(held);
    const auto reply = ask("leases.reclaim", {{"repository", "held"}, {"token", 9}, {"why", kWhy}});
    EXPECT_EQ(reply["result"], "nothing");
    EXPECT_TRUE(std::string(reply["detail"]).starts_with("the lease is not stale: "));
    EXPECT_EQ(leases.reclaims(), 0);
}

TEST_F(ServiceLeaseTest, ALeaseThatIsNotThereIsNothing) {
    const auto reply = ask("leases.reclaim", {{"repository", "none"}, {"why", kWhy}});
    EXPECT_EQ(reply["detail"], "there is no lease of none");
}

// proves X4
TEST_F(ServiceLeaseTest, ObservingJournalsOnceAndLeavesTheLease) {
    mode = PluginMode::kObserve;
    for (int i = 0; i < 3; ++i) {
        EXPECT_EQ(ask("leases.reclaim", order()), (Json{{"result", "observed"}}));
    }
    EXPECT_EQ(leases.list().size(), 1U);
    const auto rows = journal();
    ASSERT_EQ(rows.size(), 1U);
    EXPECT_EQ(rows[0].mode, "observe");
    EXPECT_EQ(rows[0].decision, "the holder is dead");
}

// proves H4
TEST_F(ServiceLeaseTest, APluginThatIsSwitchedOffBetweenIntentAndActDoesNotAct) {
    permit = gate.permit();
    store.post([this](Tx&) { gate.shut(); }).get();
    (void)refusal(ORCH_CANCELLED, "leases.reclaim", order());
    EXPECT_EQ(leases.reclaims(), 0);
    EXPECT_EQ(leases.list().size(), 1U);
}

// proves H4
TEST_F(ServiceLeaseTest, ASwitchOffIsAcknowledgedOnlyAfterTheResultStands) {
    bool waits = false;
    leases.during([&] {
        gate.shut();
        waits = !gate.settle(Milliseconds{0});
    });
    EXPECT_EQ(ask("leases.reclaim", order())["result"], "done");
    EXPECT_TRUE(waits);
    EXPECT_TRUE(gate.settle(Milliseconds{0}));
    EXPECT_EQ(rules().back(), "result: deleted the lease");
}

TEST_F(ServiceLeaseTest, ID15AnActionThatKeepsFailingIsToldOnceAndNotAtEveryTick) {
    leases.fail("cannot delete greeter.lease: read-only file system");
    for (int i = 0; i < 20; ++i) {
        EXPECT_EQ(refusal(ORCH_FAILED, "leases.reclaim", order()),
                  "leases.reclaim: cannot delete greeter.lease: read-only file system");
    }
    EXPECT_EQ(rules(),
              (Strings{"stale: the holder is dead",
                       "result: failed: cannot delete greeter.lease: read-only file system",
                       "keeps_failing: leases.reclaim of lease greeter has failed 5 times: cannot "
                       "delete greeter.lease: read-only file system"}));
    EXPECT_EQ(notices().size(), 1U);
    EXPECT_EQ(told, 1);
}

TEST_F(ServiceLeaseTest, WhatWorksAfterFailuresIsJournalledAndForgotten) {
    leases.fail("no");
    (void)refusal(ORCH_FAILED, "leases.reclaim", order());
    leases.fail("");
    EXPECT_EQ(ask("leases.reclaim", order())["result"], "done");
    EXPECT_EQ(rules().back(), "result: deleted the lease");
    leases.put(ListedLeases::stale("greeter", 5));
    EXPECT_EQ(ask("leases.reclaim", order())["result"], "done");
    EXPECT_EQ(rules().size(), 5U);  // intent, failed, done; intent, done
}

TEST_F(ServiceLeaseTest, ThreeThatFailDoNotStopTheFourth) {  // proves X2
    leases.put(ListedLeases::stale("other", 6));
    leases.fail("no");
    (void)refusal(ORCH_FAILED, "leases.reclaim", order());
    leases.fail("");
    EXPECT_EQ(
        ask("leases.reclaim", {{"repository", "other"}, {"token", 6}, {"why", kWhy}})["result"],
        "done");
}

}  // namespace orch
