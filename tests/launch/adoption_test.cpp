#include <signal.h>

#include "base/error.hpp"
#include "launch/launch_fixture.hpp"
#include "support/child.hpp"

namespace orch {

using testing::dies;
using testing::eventually;

struct AdoptionTest : testing::LaunchTest {
    /// A whole orchd in little: another process with a launcher of its own that starts `spec` and
    /// is killed once the attempt is in `state`.
    void startInKilledProcess(const StartSpec& spec) {
        launcher.reset();  // forks must not copy its thread's locks
        testing::Child other([&] {
            testing::Recorder unheard;
            ShimLauncher its(dir / "jobs", ORCH_SHIM, unheard);
            its.start(spec);
            return testing::waitForKill();
        });
        EXPECT_TRUE(
            eventually([&] { return std::filesystem::exists(dir / "jobs/7.1/proc.json"); }));
        kill(other.pid(), SIGKILL);
        (void)other.exitCode();
        restart();
    }
};

// proves Q5
TEST_F(AdoptionTest, AttemptOutlivesItsLauncherAndTellsTheNextItsTrueExitCode) {
    (void)startAndAwait(script("while [ ! -e go ]; do sleep 0.01; done; exit 9"));
    restart();
    EXPECT_EQ(launcher->look(kKey).lock, LockState::kHeld);
    launcher->watch(kKey);
    replaceFile(dir / "go", "", Sync::kNo);
    EXPECT_EQ(heard.awaitEnd(kKey).exit.value().exit_code, 9);
    EXPECT_EQ(heard.starts(kKey), 2U);
}

// proves Q5
TEST_F(AdoptionTest, ID13AttemptOfAKilledProcessIsAdoptedNotRunTwice) {
    startInKilledProcess(
        script("echo ran >> runs; while [ ! -e go ]; do sleep 0.01; done; exit 9"));
    EXPECT_EQ(launcher->folders(), std::vector{kKey});
    EXPECT_THROW(launcher->start(script("echo ran >> runs")), LaunchError);
    launcher->watch(kKey);
    EXPECT_EQ(heard.awaitStart(kKey).agent, launcher->look(kKey).proc->agent);
    replaceFile(dir / "go", "", Sync::kNo);
    EXPECT_EQ(heard.awaitEnd(kKey).exit.value().exit_code, 9);
    EXPECT_EQ(file("runs"), "ran\n");
}

// proves Q5
TEST_F(AdoptionTest, ExitCodeOfAnAttemptThatEndedWhileNobodyWatchedIsKnown) {
    startInKilledProcess(script("exit 9"));
    EXPECT_TRUE(eventually([&] { return launcher->look(kKey).lock == LockState::kFree; }));
    EXPECT_EQ(launcher->look(kKey).exit.value().exit_code, 9);
}

TEST_F(AdoptionTest, WatchOfAnEndedAttemptIsHeardLikeAnyEnd) {
    (void)run(script("exit 9"));
    restart();
    launcher->watch(kKey);
    EXPECT_TRUE(eventually([&] { return heard.ends(kKey) == 2; }));
    EXPECT_EQ(launcher->watched(), 0U);
}

TEST_F(AdoptionTest, DeadlineAndOutputGoOnWithoutALauncher) {
    auto spec = script("while :; do echo x; sleep 0.01; done");
    spec.timeout = std::chrono::milliseconds{500};
    startInKilledProcess(spec);
    EXPECT_TRUE(eventually([&] { return launcher->look(kKey).lock == LockState::kFree; }));
    EXPECT_EQ(launcher->look(kKey).exit.value().killed_by, KilledBy::kDeadline);
    EXPECT_NE(output().find("x\nx\n"), std::string::npos);
}

TEST_F(AdoptionTest, AdoptedAttemptCanBeCancelled) {
    startInKilledProcess(script("exec sleep 60"));
    launcher->watch(kKey);
    launcher->cancel(kKey);
    EXPECT_EQ(heard.awaitEnd(kKey).exit.value().outcome, Outcome::kCancelled);
}

TEST_F(AdoptionTest, WatchingTwiceTellsTheEndOnce) {
    (void)startAndAwait(script("exec sleep 60"));
    launcher->watch(kKey);
    EXPECT_EQ(launcher->watched(), 1U);
    launcher->cancel(kKey);
    (void)heard.awaitEnd(kKey);
    EXPECT_EQ(heard.ends(kKey), 1U);
}

TEST_F(AdoptionTest, IH10ShimThatHasNotRecordedItselfYetIsWaitedFor) {
    // A shim that takes its time before it even begins: the crash came right after the spawn.
    const auto slow = dir / "slow-shim";
    replaceFile(slow,
                "#!/bin/sh\nwhile [ ! -e " + (dir / "wake").string() +
                    " ]; do sleep 0.01; done\nexec " ORCH_SHIM " \"$@\"\n",
                Sync::kNo,
                0700);
    restart(slow);
    launcher->start(script("exit 9"));
    restart();
    EXPECT_EQ(launcher->look(kKey).lock, LockState::kHeld);
    EXPECT_FALSE(launcher->look(kKey).proc);
    launcher->watch(kKey);
    replaceFile(dir / "wake", "", Sync::kNo);
    EXPECT_EQ(heard.awaitEnd(kKey).exit.value().exit_code, 9);
    EXPECT_EQ(heard.starts(kKey), 1U);
}

TEST_F(AdoptionTest, StoppedShimCountsAsAlive) {
    const auto proc = startAndAwait(script("exit 9"));
    kill(proc.shim.pid, SIGSTOP);
    // Either it ended before, or it stands: never anything else.
    restart();
    const auto seen = launcher->look(kKey);
    EXPECT_TRUE(seen.lock == LockState::kHeld || seen.exit);
    launcher->watch(kKey);
    kill(proc.shim.pid, SIGCONT);
    EXPECT_EQ(heard.awaitEnd(kKey).exit.value().exit_code, 9);
}

TEST_F(AdoptionTest, FolderWithoutAnythingIsAnEndNobodyKnows) {
    std::filesystem::create_directories(dir / "jobs/7.1");
    launcher->watch(kKey);
    const auto seen = heard.awaitEnd(kKey);
    EXPECT_EQ(seen.lock, LockState::kAbsent);
    EXPECT_FALSE(seen.exit);
    EXPECT_EQ(seen.agent, Liveness::kDead);
}

}  // namespace orch
