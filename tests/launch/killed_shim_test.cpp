#include <signal.h>
#include <unistd.h>

#include "launch/launch_fixture.hpp"
#include "launch/record_files.hpp"
#include "support/child.hpp"

namespace orch {

using testing::dies;
using testing::eventually;

/// The shim is killed: its agent must end, and nobody may claim to know how.
struct KilledShimTest : testing::LaunchTest {};

TEST_F(KilledShimTest, AgentIsEndedAndTheEndIsUnknown) {
    const auto proc = startAndAwait(script("exec sleep 60"));
    kill(proc.shim.pid, SIGKILL);
    const auto seen = heard.awaitEnd(kKey);
    EXPECT_EQ(seen.lock, LockState::kFree);
    EXPECT_FALSE(seen.exit);
    EXPECT_EQ(seen.agent, Liveness::kDead);
    EXPECT_EQ(observe(proc.agent), Liveness::kDead);
    EXPECT_EQ(heard.ends(kKey), 1U);
}

TEST_F(KilledShimTest, DetachedChildrenAreFoundByTheirMark) {
    const auto proc =
        startAndAwait(script("setsid sh -c 'echo $$ > server; exec sleep 60' & wait"));
    const auto server = processIn("server");
    kill(proc.shim.pid, SIGKILL);
    (void)heard.awaitEnd(kKey);
    EXPECT_EQ(observe(server), Liveness::kDead);
}

TEST_F(KilledShimTest, ChildWithACleanEnvironmentIsFoundThroughTheSession) {
    const auto proc =
        startAndAwait(script("env -i sh -c 'echo $$ > child; exec /bin/sleep 60' & wait"));
    const auto child = processIn("child");
    kill(proc.shim.pid, SIGKILL);
    (void)heard.awaitEnd(kKey);
    EXPECT_EQ(observe(child), Liveness::kDead);
}

TEST_F(KilledShimTest, WhileNobodyWatchedIsSeenByTheNextLauncher) {
    const auto proc = startAndAwait(script("echo $$ > agent; exec sleep 60"));
    (void)processIn("agent");  // it began: an agent that is not yet let go ends with its shim
    launcher.reset();
    kill(proc.shim.pid, SIGKILL);
    EXPECT_TRUE(dies(proc.shim));
    restart();
    const auto seen = launcher->look(kKey);
    EXPECT_EQ(seen.lock, LockState::kFree);
    EXPECT_FALSE(seen.exit);
    EXPECT_EQ(seen.agent, Liveness::kAlive);
    EXPECT_TRUE(launcher->endOrphans(kKey));
    EXPECT_EQ(launcher->look(kKey).agent, Liveness::kDead);
}

TEST_F(KilledShimTest, KilledWithItsAgentIsLostToo) {
    const auto proc = startAndAwait(script("exec sleep 60"));
    kill(proc.shim.pid, SIGSTOP);  // it must not record the agent's end
    kill(proc.agent.pid, SIGKILL);
    kill(proc.shim.pid, SIGKILL);
    EXPECT_FALSE(heard.awaitEnd(kKey).exit);
}

TEST_F(KilledShimTest, StoppedShimIsOvercomeByCancelInTheEnd) {
    const auto proc = startAndAwait(script("exec sleep 60"));
    kill(proc.shim.pid, SIGSTOP);
    launcher->cancel(kKey);
    const auto seen = heard.awaitEnd(kKey);  // grace and five seconds later
    EXPECT_FALSE(seen.exit);
    EXPECT_EQ(observe(proc.agent), Liveness::kDead);
}

TEST_F(KilledShimTest, ID12ReusedPidIsNotSignalled) {
    testing::Child stranger(testing::waitForKill);
    setpgid(stranger.pid(), stranger.pid());
    const auto stranger_is = identityOf(stranger.pid()).value();
    std::filesystem::create_directories(dir / "jobs/7.1");
    const ProcessIdentity long_gone{stranger.pid(), stranger_is.start - 1};
    replaceFile(
        inFolder("proc.json"), encodeProc({kKey, bootId(), long_gone, long_gone}), Sync::kNo);
    EXPECT_TRUE(launcher->endOrphans(kKey));
    launcher->watch(kKey);
    launcher->cancel(kKey);
    (void)heard.awaitEnd(kKey);
    EXPECT_EQ(observe(stranger_is), Liveness::kAlive);
    EXPECT_EQ(launcher->look(kKey).agent, Liveness::kDead);
}

TEST_F(KilledShimTest, ID12PidsOfAnotherBootAreNotSignalled) {
    testing::Child stranger(testing::waitForKill);
    const auto stranger_is = identityOf(stranger.pid()).value();
    std::filesystem::create_directories(dir / "jobs/7.1");
    replaceFile(inFolder("proc.json"),
                encodeProc({kKey, "another boot", stranger_is, stranger_is}),
                Sync::kNo);
    EXPECT_TRUE(launcher->endOrphans(kKey));
    EXPECT_EQ(observe(stranger_is), Liveness::kAlive);
}

}  // namespace orch
