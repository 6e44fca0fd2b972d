#include "pipeline/reserved.hpp"

#include <gmock/gmock.h>

#include <barrier>
#include <thread>

#include "pipeline/world.hpp"
#include "store/journal.hpp"

namespace orch::testing {

using ::testing::Contains;
using ::testing::HasSubstr;
using ::testing::Pair;

/// A monitor that takes its jobs and answers when the test does.
struct ReservedTest : ::testing::Test {
    static constexpr const char* kAgent = "post-deploy-monitor";
    World world;
    JobId id = world.host->store.write([](Tx& tx) {
        return enqueueJob(tx, {.project = "greeter", .agent = kAgent, .lane = Lane::kReserved}).id;
    });
    std::mutex mutex;
    std::vector<AttemptKey> given;

    ReservedTest() { world.settle(); }
    void serve() {
        world.host->worker.serve(kAgent,
                                 {.run =
                                      [this](const Job& job) {
                                          const std::lock_guard lock(mutex);
                                          given.push_back(job.key());
                                      },
                                  .asks_forge = false,
                                  .answers = true});
        world.settle();
    }
    [[nodiscard]] ReservedJobs& jobs() { return world.host->worker.reserved(); }
    bool answer(const HandlerAnswer& what, std::size_t which = 0) {
        const bool counted = jobs().answer(given.at(which), what);
        world.settle();
        return counted;
    }
    void withdraw() {
        jobs().withdraw(kAgent);
        world.settle();
    }
    Job row() {
        return world.host->store.read([&](Connection& db) { return findJob(db, id).value(); });
    }
    std::vector<std::string> rules() {
        std::vector<std::string> all;
        const auto subject = "job " + std::to_string(raw(id));
        for (const auto& entry : world.host->store.read(
                 [&](Connection& db) { return readJournal(db, subject, 0, 100); })) {
            all.push_back(entry.rule);
        }
        return all;
    }
};

// proves Q8: a reserved job waits for its handler, visibly and uncharged
TEST_F(ReservedTest, JobWaitsUntilSomebodyServesIt) {
    EXPECT_EQ(row().status, JobStatus::kQueued);
    EXPECT_EQ(row().attempt, 0);
    EXPECT_EQ(world.desk().waitsFor(row()), "waits for a handler of post-deploy-monitor");
    serve();
    EXPECT_EQ(world.desk().waitsFor(row()), "");
    EXPECT_EQ(row().status, JobStatus::kRunning);
    EXPECT_THAT(given, Contains(row().key()));
}

TEST_F(ReservedTest, EndIsToldByACallOfItsOwn) {
    serve();
    EXPECT_EQ(row().status, JobStatus::kRunning);
    EXPECT_TRUE(answer({.kind = HandlerAnswer::Kind::kDone}));
    EXPECT_EQ(row().status, JobStatus::kSucceeded);
    EXPECT_FALSE(answer({.kind = HandlerAnswer::Kind::kFailed}));
    EXPECT_EQ(row().status, JobStatus::kSucceeded);
}

TEST_F(ReservedTest, FailureSaysWhy) {
    serve();
    EXPECT_TRUE(answer({.kind = HandlerAnswer::Kind::kFailed, .text = "no such host"}));
    EXPECT_EQ(row().status, JobStatus::kFailed);
    EXPECT_THAT(row().reason, HasSubstr("no such host"));
}

TEST_F(ReservedTest, AgainPutsTheSameRowOffUnchargedAndJournalledOnce) {
    serve();
    const auto at = world.host->store.clock().now().at + std::chrono::seconds{15};
    EXPECT_TRUE(answer({.kind = HandlerAnswer::Kind::kAgain, .run_at = at}));
    EXPECT_EQ(row().status, JobStatus::kScheduled);
    EXPECT_EQ(row().run_at, at);
    EXPECT_EQ(row().failures + row().lost_count, 0);
    EXPECT_EQ(rules(), std::vector<std::string>{"again"});
    world.passTime();
    EXPECT_EQ(given.size(), 2U);
    EXPECT_EQ(row().attempt, 2);
}

TEST_F(ReservedTest, WithdrawnInTheMiddleIsQueuedAgainUncharged) {
    serve();
    withdraw();
    EXPECT_EQ(row().status, JobStatus::kQueued);
    EXPECT_EQ(row().failures + row().lost_count, 0);
    EXPECT_EQ(rules(), std::vector<std::string>{"release"});
    EXPECT_FALSE(answer({.kind = HandlerAnswer::Kind::kDone}));
    EXPECT_EQ(row().status, JobStatus::kQueued);
    serve();
    EXPECT_EQ(row().status, JobStatus::kRunning);
    EXPECT_EQ(given.size(), 2U);
}

TEST_F(ReservedTest, AnswerOfTheFormerHandlerDoesNotEndTheNextOnesJob) {
    serve();
    withdraw();
    serve();
    EXPECT_FALSE(answer({.kind = HandlerAnswer::Kind::kDone}, 0));
    EXPECT_EQ(row().status, JobStatus::kRunning);
    EXPECT_TRUE(answer({.kind = HandlerAnswer::Kind::kDone}, 1));
}

TEST_F(ReservedTest, AnswerWithoutAPermitLeavesTheJobToTheWithdrawal) {
    serve();
    EXPECT_FALSE(answer({.kind = HandlerAnswer::Kind::kDone, .permit = [](Tx&) { return false; }}));
    EXPECT_EQ(row().status, JobStatus::kRunning);
    withdraw();
    EXPECT_EQ(row().status, JobStatus::kQueued);
}

TEST_F(ReservedTest, RestartGivesTheJobToTheNextHandler) {
    serve();
    world.restart();
    EXPECT_EQ(row().status, JobStatus::kQueued);
    serve();
    EXPECT_EQ(row().status, JobStatus::kRunning);
}

// Q8: neither takes the other's slots
TEST_F(ReservedTest, JobsThatNobodyServesTakeNoSlotOfTheOthers) {
    world.host->store.write([](Tx& tx) {
        for (int i = 0; i < 20; ++i) {
            (void)enqueueJob(tx, {.project = "a", .agent = "nobody", .lane = Lane::kReserved});
        }
    });
    serve();
    EXPECT_EQ(row().status, JobStatus::kRunning);
}

TEST_F(ReservedTest, HandledJobIsInHandAndNotFlipped) {
    serve();
    const auto seen = world.host->running->look();
    ASSERT_EQ(seen.jobs.size(), 1U);
    EXPECT_TRUE(seen.jobs.at(0).starting);
    const auto answer = world.host->flipper->flip(
        {.key = seen.jobs.at(0).row.key, .cause = FlipCause::kMaxRunning});
    EXPECT_EQ(answer.result, FlipResult::kStarting);
}

TEST_F(ReservedTest, WithdrawalAndAnswerAtOnceEndInOneOfTheTwo) {
    const auto later = world.host->store.clock().now().at + std::chrono::hours{1};
    for (int round = 0; round < 20; ++round) {
        serve();
        const auto key = given.back();
        std::barrier start(2);
        bool counted = false;
        std::jthread answers([&] {
            start.arrive_and_wait();
            counted = jobs().answer(key, {.kind = HandlerAnswer::Kind::kAgain, .run_at = later});
        });
        start.arrive_and_wait();
        jobs().withdraw(kAgent);
        answers.join();
        EXPECT_EQ(rules().back(), counted ? "again" : "release");
        EXPECT_EQ(row().status, counted ? JobStatus::kScheduled : JobStatus::kQueued);
        EXPECT_FALSE(world.host->worker.inHand().holds(key));
        world.passTime();
    }
}

}  // namespace orch::testing
