#include <gtest/gtest.h>
#include <sys/stat.h>

#include <cstdlib>

#include "base/files.hpp"
#include "support/eventually.hpp"
#include "system/installation.hpp"

// orchd is killed at each durable step of a task's way and started again: the end must be the same.

namespace orch::testing {

namespace {

bool everyPoint() {
    return std::getenv("ORCH_LONG_TESTS") != nullptr;  // NOLINT(concurrency-mt-unsafe)
}

/// "launch.spawned:3" as a test's name.
const auto kNamed = [](const auto& of) {
    std::string name = of.param;
    for (auto& c : name) {
        if (c == '.' || c == ':') c = '_';
    }
    return name;
};

}  // namespace

struct CrashTest : ::testing::Test {
    CrashTest() {
        world.program = ORCHD_CRASHING;
        world.script("developer", "begin; change; sleep 0.1; end");
        world.script("deploy", "begin; note \"deployed-$1\"; end");
    }

    /// The same order given again adds nothing.
    void order() {
        (void)world.orchctl({"task", "add", "--project", "work", "--key", "once", "A change"});
    }

    /// Runs the task's way in an orchd that kills itself at `point`; false when it never got there.
    bool crashesAt(const std::string& point) {
        auto& orchd = world.launch({{"ORCH_CRASH_AT", point}});
        if (eventually([&] { return !orchd.running() || world.ready(); }) && orchd.running()) {
            order();
        }
        EXPECT_TRUE(eventually([&] { return !orchd.running() || isDone(); }, 90s)) << point;
        return !orchd.running();
    }
    bool isDone() { return world.one("SELECT state FROM tasks") == "done"; }

    void restart() {
        world.start();
        order();
        world.letGo();
    }

    void expectOneChangeOnMain() {
        EXPECT_TRUE(world.taskBecomes("T-1", "done", 90s));
        EXPECT_EQ(world.landings("T-1"), 1);
        EXPECT_EQ(world.repo.read("change-T-1"), "T-1\n");
        EXPECT_EQ(world.one("SELECT count(*) FROM jobs WHERE status IN "
                            "('running','queued','scheduled')"),
                  "0");
        EXPECT_EQ(world.one("SELECT count(*) FROM attempts WHERE exit_code IS NOT NULL AND "
                            "exit_code<>0"),
                  "0");
        const auto ledger = world.ledger();
        EXPECT_EQ(ledger.twice(), std::vector<std::string>{});
        EXPECT_EQ(ledger.count("overlap"), 0U);
        EXPECT_EQ(ledger.count("deployed-v1"), 1U);
        // Every run that ended is known with its exit code: no attempt ran unseen.
        EXPECT_EQ(std::to_string(ledger.count("end")),
                  world.one("SELECT count(*) FROM attempts a JOIN jobs j ON j.id=a.job_id "
                            "WHERE j.lane<>'reserved' AND a.exit_code=0"));
    }

    Installation world;
};

struct CrashAt : CrashTest, ::testing::WithParamInterface<const char*> {};

// proves X1, Q5, Q6, L4
TEST_P(CrashAt, TheNextStartBringsTheChangeToMainOnce) {
    ASSERT_TRUE(crashesAt(GetParam())) << "the point was never reached";
    restart();
    expectOneChangeOnMain();
}

/// Jobs start in this order: developer, check, (merge,) deploy.
INSTANTIATE_TEST_SUITE_P(ChosenPoints,
                         CrashAt,
                         ::testing::Values("worker.before_start:1",
                                           "launch.folder_made:1",
                                           "launch.lock_taken:3",
                                           "launch.spec_written:3",
                                           "launch.spawned:1",
                                           "launch.spawned:3",
                                           "finish.end_seen:1",
                                           "finish.end_seen:3",
                                           "merge.before_landing:1",
                                           "forge.before_push:1",
                                           "forge.pushed:1",
                                           "merge.landed:1",
                                           "merge.recorded:1",
                                           "lease.token_taken:1",
                                           "lease.linked:1",
                                           "lease.released:1",
                                           "recovery.before_commit:1",
                                           "recovery.committed:1"),
                         kNamed);

/// The points by their number: every sixteenth, or all with ORCH_LONG_TESTS.
struct CrashAtEvery : CrashTest, ::testing::WithParamInterface<int> {
    static constexpr int kShares = 4;
    /// False when the way was done before that point.
    static bool once(int point) {
        struct Once : CrashTest {
            void TestBody() override {}
        } test;
        SCOPED_TRACE("point " + std::to_string(point));
        const bool crashed = test.crashesAt(std::to_string(point));
        if (crashed) test.restart();
        test.expectOneChangeOnMain();
        return crashed;
    }
};

// proves X1, Q5, Q6, L4
TEST_P(CrashAtEvery, PointTheNextStartBringsTheChangeToMainOnce) {
    const int step = everyPoint() ? kShares : kShares * 4;
    int point = everyPoint() ? GetParam() : GetParam() * 4 - 3;
    while (once(point) && !HasFailure()) point += step;
    EXPECT_GT(point, 20);
}

INSTANTIATE_TEST_SUITE_P(Share, CrashAtEvery, ::testing::Range(1, CrashAtEvery::kShares + 1));

struct CrashInRecovery : CrashTest, ::testing::WithParamInterface<const char*> {};

// proves X1, Q2
TEST_P(CrashInRecovery, AdoptsTheRunningAgentAtTheNextStart) {
    world.script("developer", "begin; hold; change; end");
    world.start();
    order();
    ASSERT_TRUE(world.runsBegin(1));
    world.kill9();
    ASSERT_TRUE(crashesAt(GetParam()));
    restart();
    expectOneChangeOnMain();
    EXPECT_EQ(world.ledger().count("start", "development"), 1U);
}

INSTANTIATE_TEST_SUITE_P(Points,
                         CrashInRecovery,
                         ::testing::Values("recovery.before_commit",
                                           "recovery.committed",
                                           "store.before_commit:1",
                                           "store.committed:2"),
                         kNamed);

/// The first shim kills itself at its point; all others do not.
struct ShimCrashAt : CrashTest, ::testing::WithParamInterface<int> {
    void useCrashingShim(int point) {
        const auto bin = world.dir / "bin";
        std::filesystem::create_directories(bin);
        std::filesystem::copy_file(ORCHD, bin / "orchd");
        const auto flag = (world.dir / "crashed").string();
        replaceFile(bin / "orch-shim",
                    "#!/bin/sh\nif mkdir " + flag + " 2>/dev/null; then export ORCH_CRASH_AT=" +
                        std::to_string(point) + "; fi\nexec " ORCH_SHIM_CRASHING " \"$@\"\n",
                    Sync::kNo,
                    0700);
        world.program = bin / "orchd";
    }
};

// proves X1
TEST_P(ShimCrashAt, OnlyCostsAnAttempt) {
    useCrashingShim(GetParam());
    restart();
    EXPECT_TRUE(world.taskBecomes("T-1", "done"));
    EXPECT_EQ(world.landings("T-1"), 1);
    EXPECT_EQ(world.ledger().twice(), std::vector<std::string>{});
    EXPECT_EQ(world.ledger().count("overlap"), 0U);
    const auto first = world.rows("SELECT outcome, exit_code FROM attempts WHERE job_id=1").front();
    EXPECT_EQ(first[0] == "exited", first[1] == "0") << first[0];
}

INSTANTIATE_TEST_SUITE_P(Points, ShimCrashAt, ::testing::Values(1, 3, 5, 8, 9, 10, 11));

}  // namespace orch::testing
