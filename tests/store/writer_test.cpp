#include <gtest/gtest.h>

#include <latch>
#include <stdexcept>
#include <thread>

#include "base/error.hpp"
#include "store_fixture.hpp"
#include "support/eventually.hpp"

namespace orch::testing {

struct WriterTest : ::testing::Test {
    TempDir folder;
    Store store{folder / "orch.db", 0ms};

    /// Posts a closure that keeps the writer busy until the answer is counted down.
    std::unique_ptr<std::latch> hold() {
        auto release = std::make_unique<std::latch>(1);
        auto begun = std::make_shared<std::promise<void>>();
        auto reached = begun->get_future();
        (void)store.post([begun, latch = release.get()](Tx&) {
            begun->set_value();
            latch->wait();
        });
        reached.wait();
        return release;
    }
    std::future<JobId> enqueue() {
        return store.post([](Tx& tx) { return enqueueJob(tx, {}).id; });
    }
    std::int64_t queued() {
        return store.read([](Connection& db) { return countJobs(db).at(1); });
    }
    /// A write that COMMIT refuses, and with it the whole pass.
    std::future<void> breakCommit() {
        return store.post([](Tx& tx) {
            tx.db().execute("PRAGMA defer_foreign_keys=ON");
            tx.db().execute("INSERT INTO jobs(task_id) VALUES(404)");
        });
    }
    void limitPages(int pages) {
        store.write(
            [&](Tx& tx) { tx.db().execute("PRAGMA max_page_count=" + std::to_string(pages)); });
    }
};

std::string errorOf(auto& future) {
    try {
        future.get();
    } catch (const std::exception& error) {
        return error.what();
    }
    return "";
}

TEST_F(WriterTest, EverythingThatWaitsSharesOneCommit) {
    std::atomic<int> passes = 0;
    store.setPassEnd([&](Tx&) { return ++passes, nullptr; });
    const auto release = hold();
    std::vector<std::future<JobId>> made;
    for (int i = 0; i < 100; ++i) made.push_back(enqueue());
    release->count_down();
    for (auto& each : made) each.get();
    EXPECT_EQ(passes, 2);
    EXPECT_EQ(queued(), 100);
}

TEST_F(WriterTest, ManyProducersNeedFewerCommitsThanWrites) {
    std::atomic<int> passes = 0;
    store.setPassEnd([&](Tx&) { return ++passes, nullptr; });
    {
        std::vector<std::jthread> producers;
        for (int i = 0; i < 16; ++i) {
            producers.emplace_back([&] {
                for (int n = 0; n < 50; ++n) enqueue().get();
            });
        }
    }
    EXPECT_EQ(queued(), 800);
    EXPECT_LT(passes, 800);
}

TEST_F(WriterTest, NobodyIsToldBeforeTheCommit) {
    std::promise<bool> told;
    const auto release = hold();
    auto made = enqueue();
    auto last =
        store.post([&](Tx&) { told.set_value(made.wait_for(0s) == std::future_status::ready); });
    release->count_down();
    last.get();
    EXPECT_FALSE(told.get_future().get());
    EXPECT_EQ(made.wait_for(0s), std::future_status::ready);
}

TEST_F(WriterTest, ClosureThatThrowsFailsAloneAndLeavesNothingHalfDone) {
    const auto release = hold();
    auto before = enqueue();
    auto bad = store.post([](Tx& tx) {
        (void)enqueueJob(tx, {});
        throw std::runtime_error("half-way");
    });
    auto after = enqueue();
    release->count_down();
    EXPECT_EQ(errorOf(bad), "half-way");
    EXPECT_EQ(before.get(), JobId{1});
    EXPECT_EQ(after.get(), JobId{2});
    EXPECT_EQ(queued(), 2);
}

TEST_F(WriterTest, CommitThatFailsFailsTheWholePassAndIsTold) {
    const auto release = hold();
    auto innocent = enqueue();
    auto bad = breakCommit();
    release->count_down();
    EXPECT_NE(errorOf(innocent).find("nothing was written"), std::string::npos);
    EXPECT_NE(errorOf(bad).find("FOREIGN KEY"), std::string::npos);
    EXPECT_NE(store.trouble().find("FOREIGN KEY"), std::string::npos);
    EXPECT_EQ(queued(), 0);
}

TEST_F(WriterTest, TroubleIsOverWithTheNextCommit) {
    auto bad = breakCommit();
    EXPECT_NE(errorOf(bad), "");
    enqueue().get();
    EXPECT_EQ(store.trouble(), "");
    EXPECT_EQ(queued(), 1);
}

TEST_F(WriterTest, NothingFollowsACommitThatFailed) {
    const auto followed = std::make_shared<std::atomic<int>>(0);
    store.setPassEnd([=](Tx&) { return [=] { ++*followed; }; });
    auto bad = breakCommit();
    EXPECT_NE(errorOf(bad), "");
    store.flush();
    EXPECT_TRUE(eventually([&] { return *followed == 1; }));  // of the flush
    EXPECT_EQ(*followed, 1);
}

TEST_F(WriterTest, IE7FullDiskFailsThePassAndTheStoreRecovers) {
    limitPages(1);  // SQLite keeps it at what the database has
    NewJob big;
    big.payload.head = std::string(1'000'000, 'x');
    auto full = store.post([&](Tx& tx) { return enqueueJob(tx, big).id; });
    EXPECT_NE(errorOf(full).find("full"), std::string::npos);
    EXPECT_NE(store.trouble().find("full"), std::string::npos);
    limitPages(1'000'000);
    EXPECT_EQ(store.trouble(), "");
    store.write([&](Tx& tx) { (void)enqueueJob(tx, big); });
    EXPECT_EQ(queued(), 1);
}

TEST_F(WriterTest, HookSeesWhatThePassWroteAndCommitsWithIt) {
    std::vector<Job> claimed;
    store.setPassEnd([&](Tx& tx) { return claimed = claimJobs(tx, {}), nullptr; });
    const auto id = enqueue().get();
    ASSERT_EQ(claimed.size(), 1U);
    EXPECT_EQ(claimed[0].id, id);
    EXPECT_EQ(store.read([](Connection& db) { return runningJobs(db).size(); }), 1U);
}

TEST_F(WriterTest, WhatFollowsRunsOnceItIsCommitted) {
    const auto seen = std::make_shared<std::atomic<std::int64_t>>(0);
    store.setPassEnd([=, this](Tx&) { return [=, this] { *seen = queued(); }; });
    enqueue().get();
    EXPECT_TRUE(eventually([&] { return *seen == 1; }));
}

// proves X2
TEST_F(WriterTest, IH8HookThatThrowsTakesNothingWithItAndIsTold) {
    std::atomic<bool> broken = true;
    store.setPassEnd([&](Tx& tx) -> Store::AfterCommit {
        (void)enqueueJob(tx, {});
        if (broken) throw std::runtime_error("cannot claim");
        return nullptr;
    });
    enqueue().get();
    EXPECT_EQ(queued(), 1);
    EXPECT_NE(store.trouble().find("cannot claim"), std::string::npos);
    broken = false;
    store.flush();
    EXPECT_EQ(store.trouble(), "");
}

TEST_F(WriterTest, IH8FollowUpThatThrowsDoesNotEndTheWriter) {
    store.setPassEnd([&](Tx&) { return [] { throw std::runtime_error("cannot start"); }; });
    enqueue().get();
    EXPECT_TRUE(
        eventually([&] { return store.trouble().find("cannot start") != std::string::npos; }));
    enqueue().get();
}

TEST_F(WriterTest, KickMakesAPassAlthoughNothingWaits) {
    const auto passes = std::make_shared<std::atomic<int>>(0);
    store.setPassEnd([=](Tx&) { return ++*passes, nullptr; });
    store.kick();
    EXPECT_TRUE(eventually([&] { return *passes == 1; }));
}

TEST_F(WriterTest, FlushWaitsForWhatWasPosted) {
    auto made = enqueue();
    store.flush();
    EXPECT_EQ(made.wait_for(0s), std::future_status::ready);
}

TEST_F(WriterTest, ClosingRunsWhatWaits) {
    std::vector<std::future<JobId>> made;
    {
        Store other(folder / "other.db", 0ms);
        for (int i = 0; i < 50; ++i) {
            made.push_back(other.post([](Tx& tx) { return enqueueJob(tx, {}).id; }));
        }
    }
    for (auto& each : made) EXPECT_NO_THROW(each.get());
    Store again(folder / "other.db", 0ms);
    EXPECT_EQ(again.read([](Connection& db) { return countJobs(db).at(1); }), 50);
}

TEST_F(WriterTest, ReadersAndWritersDoNotDisturbEachOther) {
    std::vector<std::jthread> threads;
    for (int i = 0; i < 4; ++i) {
        threads.emplace_back([&] {
            for (int n = 0; n < 50; ++n) enqueue().get();
        });
        threads.emplace_back([&, last = std::int64_t{0}]() mutable {
            for (int n = 0; n < 50; ++n) EXPECT_GE(queued(), std::exchange(last, queued()));
        });
    }
    threads.clear();
    EXPECT_EQ(queued(), 200);
}

TEST(WriterDeathTest, PostingFromTheWritersThreadEndsTheProcess) {
    GTEST_FLAG_SET(death_test_style, "threadsafe");
    const TempDir folder;
    EXPECT_DEATH(
        {
            Store store(folder / "orch.db", 0ms);
            store.write([&](Tx&) { (void)store.post([](Tx&) {}); });
        },
        "the writer's thread posted to itself");
}

}  // namespace orch::testing
