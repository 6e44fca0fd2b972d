#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>

#include "base/error.hpp"
#include "launch/launch_fixture.hpp"

namespace orch {

using testing::eventually;

constexpr auto kScript = "echo ran >> runs; exit 5";

struct CrashPointTest : testing::LaunchTest {
    /// A shim that kills itself at its `n`th crash point; 0: never. Notes the points in "points".
    std::filesystem::path shimThatCrashesAt(int n) {
        const auto wrapper = dir / ("shim-" + std::to_string(n));
        replaceFile(wrapper,
                    "#!/bin/sh\nexport ORCH_CRASH_AT=" + std::to_string(n) + " ORCH_CRASH_LOG=" +
                        (dir / "points").string() + "\nexec " ORCH_CRASHING_SHIM " \"$@\"\n",
                    Sync::kNo,
                    0700);
        return wrapper;
    }

    [[nodiscard]] int pointsPassed() const {
        return static_cast<int>(std::ranges::count(file("points"), '\n'));
    }

    /// Runs a little orchd that kills itself at its `n`th crash point, or is killed once started.
    void startInProcessThatCrashesAt(int n) {
        const auto command =
            "ORCH_CRASH_AT=" + std::to_string(n) + " ORCH_CRASH_LOG=" + (dir / "points").string() +
            " exec " ORCH_START_AND_WAIT " " + (dir / "jobs").string() + " " ORCH_SHIM " " +
            dir.path().string() + " '" + kScript + "' > " + (dir / "said").string();
        std::string words[] = {"sh", "-c", command};
        char* argv[] = {words[0].data(), words[1].data(), words[2].data(), nullptr};
        pid_t pid{};
        ASSERT_EQ(posix_spawn(&pid, "/bin/sh", nullptr, nullptr, argv, environ), 0);
        EXPECT_TRUE(eventually([&] { return !identityOf(pid) || !file("said").empty(); }));
        kill(pid, SIGKILL);
        waitpid(pid, nullptr, 0);
    }

    [[nodiscard]] std::size_t runs() const { return file("runs").size() / 4; }

    /// What every crash has to leave: no agent, no second run, no exit code but the true one.
    void expectConsistent(const AttemptObservation& seen) {
        EXPECT_NE(seen.lock, LockState::kHeld);
        EXPECT_NE(seen.agent, Liveness::kAlive);
        EXPECT_FALSE(seen.exit_damaged);
        EXPECT_LE(runs(), 1U);
        if (!seen.exit) return;
        EXPECT_EQ(seen.exit->exit_code, 5);
        EXPECT_EQ(runs(), 1U);
    }
};

TEST_F(CrashPointTest, ShimPassesThirteenPoints) {
    restart(shimThatCrashesAt(0));
    EXPECT_EQ(run(script(kScript)).exit.value().exit_code, 5);
    EXPECT_EQ(pointsPassed(), 13) << file("points");
}

struct ShimCrash : CrashPointTest, ::testing::WithParamInterface<int> {};

// proves X1
TEST_P(ShimCrash, LeavesNoAgentAndInventsNoExitCode) {
    restart(shimThatCrashesAt(GetParam()));
    const auto seen = run(script(kScript));
    EXPECT_EQ(pointsPassed(), GetParam());
    expectConsistent(seen);
    EXPECT_EQ(heard.ends(kKey), 1U);
    EXPECT_EQ(seen.exit.has_value(), GetParam() >= 12) << file("points");
    EXPECT_EQ(heard.starts(kKey), GetParam() >= 5 ? 1U : 0U);
}

INSTANTIATE_TEST_SUITE_P(AtEveryPoint, ShimCrash, ::testing::Range(1, 14));

struct LauncherCrash : CrashPointTest, ::testing::WithParamInterface<int> {};

// proves X1, Q5
TEST_P(LauncherCrash, IH10NextLauncherFindsWhatWasStartedAndStartsNothingTwice) {
    startInProcessThatCrashesAt(GetParam());
    ASSERT_FALSE(launcher->folders().empty());
    EXPECT_THROW(launcher->start(script(kScript)), LaunchError);
    launcher->watch(kKey);
    const auto seen = heard.awaitEnd(kKey);
    expectConsistent(seen);
    const bool spawned = file("points").find("launch.spawned") != std::string::npos;
    EXPECT_EQ(seen.exit.has_value(), spawned);
    EXPECT_EQ(runs(), spawned ? 1U : 0U);
}

INSTANTIATE_TEST_SUITE_P(AtEveryPoint, LauncherCrash, ::testing::Range(1, 10));

TEST_F(CrashPointTest, LauncherPassesEightPoints) {
    startInProcessThatCrashesAt(99);
    EXPECT_EQ(pointsPassed(), 8) << file("points");
    launcher->watch(kKey);
    EXPECT_EQ(heard.awaitEnd(kKey).exit.value().exit_code, 5);
}

}  // namespace orch
