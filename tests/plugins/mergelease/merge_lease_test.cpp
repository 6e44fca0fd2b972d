#include "mergelease/merge_lease.hpp"

#include <gmock/gmock.h>

#include <nlohmann/json.hpp>

#include "orch/testing.hpp"
#include "plugins/mergelease/seen.hpp"

namespace orch::mergelease {

using namespace std::chrono_literals;
using nlohmann::json;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

/// The plugin over a host whose leases vanish when they are reclaimed.
struct MergeLeaseTest : ::testing::Test {
    void see(std::vector<LeaseSeen> seen) { host.setLeases(leases = std::move(seen)); }
    Entered tick(Milliseconds after = kInterval) {
        host.advance(after);
        return plugin.tick();
    }
    void ticks(int count) {
        for (int i = 0; i < count; ++i) EXPECT_TRUE(tick().ok());
    }
    /// From now on a reclaim deletes the lease, as orchd does.
    void letReclaim() {
        host.script("leases.reclaim", [this](std::string_view request) -> std::string {
            const auto order = json::parse(request);
            std::erase_if(leases, [&](const auto& lease) {
                return lease.repository == order.at("repository") && order.contains("token") &&
                       lease.token == order.at("token");
            });
            host.setLeases(leases);
            return R"({"result":"done"})";
        });
    }
    json shown() { return json::parse(plugin.snapshot().text); }
    [[nodiscard]] std::size_t reclaims() const { return host.calls("leases.reclaim").size(); }

    std::vector<LeaseSeen> leases;
    FakeHost host;
    FakePlugin plugin{host, *pluginTable<MergeLease>(), "{}"};
};

// proves L2: proactively, by asking for the file's deletion and for nothing else
TEST_F(MergeLeaseTest, AStaleLeaseIsTakenBackAtOnceAndOnce) {
    letReclaim();
    see({dead(), of("other", held())});
    ticks(5);
    ASSERT_EQ(reclaims(), 1U);
    const auto order = json::parse(host.calls("leases.reclaim")[0].request);
    EXPECT_EQ(order.at("repository"), "app-1");
    EXPECT_EQ(order.at("token"), 5);
    EXPECT_EQ(shown().at("reclaimed"), 1);
    EXPECT_EQ(shown().at("leases").size(), 1U);
}

TEST_F(MergeLeaseTest, ItOrdersNothingButTheDeletionOfLeases) {
    see({dead(), damaged(kTtl)});
    ticks(3);
    for (const auto& call : host.calls()) {
        EXPECT_TRUE(call.method == "leases.list" || call.method == "leases.reclaim" ||
                    call.method == "journal.write")
            << call.method;
    }
}

TEST_F(MergeLeaseTest, ADamagedLeaseIsOrderedWithoutAToken) {
    see({damaged(kTtl)});
    ticks(1);
    EXPECT_FALSE(json::parse(host.calls("leases.reclaim").at(0).request).contains("token"));
}

TEST_F(MergeLeaseTest, ALeaseThatChangedMeanwhileIsNotCounted) {
    host.setAnswer("leases.reclaim", {Effect::kNothing, "the lease changed since"});
    see({dead()});
    ticks(1);
    EXPECT_EQ(shown().at("reclaimed"), 0);
    EXPECT_EQ(shown().at("leases").at(0).at("state"), "stale");
}

TEST_F(MergeLeaseTest, ALivingHolderIsToldOfOnceItsLeaseIsGone) {
    auto late = held();
    late.age = kTtl;
    see({late});
    host.setAnswer("leases.reclaim", {Effect::kNothing, "it was renewed"});
    ticks(1);
    EXPECT_THAT(host.notices(), IsEmpty());
    letReclaim();
    ticks(3);
    ASSERT_THAT(host.notices(), SizeIs(1));
    EXPECT_EQ(host.notices()[0].subject, "merge lease app-1");
}

TEST_F(MergeLeaseTest, ALeaseThatCannotBeTakenBackHarmsNoOther) {
    host.script("leases.reclaim", [](std::string_view request) -> std::string {
        if (json::parse(request).at("repository") == "a") {
            throw CallFailed(ORCH_UNAVAILABLE, "leases.reclaim", "disk full");
        }
        return R"({"result":"done"})";
    });
    see({of("a", dead()), of("b", dead())});
    ticks(1);
    EXPECT_EQ(shown().at("reclaimed"), 1);
    EXPECT_EQ(shown().at("last").at("repository"), "b");
}

TEST_F(MergeLeaseTest, ID15WhatKeepsFailingIsSaidOnceAfterFiveTicks) {
    host.fail("leases.reclaim", ORCH_UNAVAILABLE, "disk full");
    see({dead()});
    ticks(4);
    EXPECT_THAT(host.notices(), IsEmpty());
    ticks(20);
    ASSERT_THAT(host.notices(), SizeIs(1));
    EXPECT_THAT(host.notices()[0].text, HasSubstr("the lease of app-1: "));
    EXPECT_THAT(host.logs(), SizeIs(1));
}

TEST_F(MergeLeaseTest, ID15LeasesThatCannotBeListedAreSaidOnceToo) {
    host.fail("leases.list", ORCH_UNAVAILABLE, "the folder cannot be read");
    ticks(9);
    EXPECT_THAT(host.notices(), SizeIs(1));
}

TEST_F(MergeLeaseTest, WithoutTheGrantToLookTheTickFails) {
    host.grant({"leases.reclaim"});
    EXPECT_THAT(tick().text, HasSubstr("leases.list"));
}

TEST_F(MergeLeaseTest, ACancelledTickStops) {
    host.script("leases.reclaim", [this](std::string_view) -> std::string {
        host.cancel();
        return R"({"result":"done"})";
    });
    see({of("a", dead()), of("b", dead())});
    EXPECT_EQ(tick().status, ORCH_CANCELLED);
    EXPECT_EQ(shown().at("reclaimed"), 1);
}

TEST_F(MergeLeaseTest, ObservingItDecidesTheSameAndCountsNothing) {
    host.setObserving(true);
    see({dead()});
    ticks(3);
    EXPECT_EQ(reclaims(), 3U);
    EXPECT_EQ(shown().at("reclaimed"), 0);
}

// Leases are judged by what orchd measured with the boot clock; the wall clock decides nothing.
TEST_F(MergeLeaseTest, AClockJumpTakesNothingBack) {
    see({held()});
    ticks(1);
    host.setWall(0ms);
    ticks(1);
    host.setWall(Milliseconds{4'000'000'000'000});
    ticks(1);
    EXPECT_EQ(reclaims(), 0U);
}

TEST_F(MergeLeaseTest, TheSnapshotSaysWhoHoldsWhat) {
    see({held()});
    ticks(1);
    const auto lease = shown().at("leases").at(0);
    EXPECT_EQ(lease.at("task"), "T-3");
    EXPECT_EQ(lease.at("state"), "held");
    EXPECT_EQ(lease.at("token"), 5);
    EXPECT_THAT(lease.at("reason").get<std::string>(), HasSubstr("holds it"));
}

TEST_F(MergeLeaseTest, TheSnapshotIsBounded) {
    std::vector<LeaseSeen> all;
    for (int i = 0; i < 3000; ++i) all.push_back(of("r" + std::to_string(i), held()));
    see(all);
    ticks(1);
    EXPECT_EQ(shown().at("leases").size(), 50U);
    EXPECT_EQ(shown().at("held"), 3000);
}

// proves L6
TEST(MergeLeaseDescriptorTest, TheKillSwitchIsTheContracts) {
    EXPECT_STREQ(MergeLease::descriptor.kill_switch, "ORCH_LEASE_RECLAIM_ENABLED");
    EXPECT_STREQ(MergeLease::descriptor.block, "merge_lease");
}

}  // namespace orch::mergelease
