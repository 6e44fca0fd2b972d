#include "launch/glance.hpp"

#include <signal.h>
#include <sys/resource.h>
#include <unistd.h>

#include "base/error.hpp"
#include "launch/end_process.hpp"
#include "launch/launch_fixture.hpp"
#include "launch/record_files.hpp"
#include "support/child.hpp"

namespace orch {

using testing::Child;
using testing::dies;
using testing::eventually;
using testing::waitForKill;

struct GlanceTest : testing::LaunchTest {
    Glance after(const std::string& exit_json) {
        (void)run(script("exit 0"));
        replaceFile(inFolder("exit.json"), exit_json, Sync::kNo);
        return launcher->glance(kKey);
    }
    static std::string recordOf(AttemptKey key) {
        return encodeExit({.key = key, .outcome = Outcome::kExited, .exit_code = 0});
    }
};

TEST_F(GlanceTest, HeldLockIsAllThatIsRead) {
    const auto proc = startAndAwait(script("exec sleep 60"));
    replaceFile(inFolder("exit.json"), recordOf(kKey), Sync::kNo);
    const auto seen = launcher->glance(kKey);
    EXPECT_EQ(seen.lock, SeenLock::kHeld);
    EXPECT_EQ(seen.exit, SeenExit::kNone);
    EXPECT_FALSE(seen.record);
}

TEST_F(GlanceTest, StoppedShimHoldsItsLock) {
    const auto proc = startAndAwait(script("exec sleep 60"));
    kill(proc.shim.pid, SIGSTOP);
    kill(proc.agent.pid, SIGKILL);
    EXPECT_EQ(launcher->glance(kKey).lock, SeenLock::kHeld);
    kill(proc.shim.pid, SIGCONT);
    (void)heard.awaitEnd(kKey);
}

TEST_F(GlanceTest, EndedAttemptTellsItsTrueExitCode) {
    (void)run(script("exit 7"));
    const auto seen = launcher->glance(kKey);
    EXPECT_EQ(seen.lock, SeenLock::kFree);
    EXPECT_EQ(seen.exit, SeenExit::kValid);
    EXPECT_EQ(seen.record.value().exit_code, 7);
    EXPECT_TRUE(seen.proc);
}

TEST_F(GlanceTest, RecordOfAnotherAttemptIsForeign) {
    const auto seen = after(recordOf({JobId{7}, 2}));
    EXPECT_EQ(seen.exit, SeenExit::kForeign);
    EXPECT_FALSE(seen.record);
}

TEST_F(GlanceTest, BrokenRecordIsDamaged) {
    (void)run(script("exit 0"));
    for (const auto* broken : {"", "{\"attempt\":1,\"checksum\":\"0c", "garbage"}) {
        replaceFile(inFolder("exit.json"), broken, Sync::kNo);
        EXPECT_EQ(launcher->glance(kKey).exit, SeenExit::kDamaged) << broken;
    }
}

TEST_F(GlanceTest, DamagedRecordIsKeptOnce) {
    (void)after("garbage");
    const auto aside = launcher->keepDamagedExit(kKey);
    EXPECT_EQ(readFile(aside), "garbage");
    replaceFile(inFolder("exit.json"), "other garbage", Sync::kNo);
    EXPECT_EQ(launcher->keepDamagedExit(kKey), aside);
    EXPECT_EQ(readFile(aside), "garbage");
}

TEST_F(GlanceTest, RecordWithAWrongSumIsDamaged) {
    auto text = recordOf(kKey);
    text.replace(text.find("\"exit_code\":0"), 13, "\"exit_code\":1");
    EXPECT_EQ(after(text).exit, SeenExit::kDamaged);
}

TEST_F(GlanceTest, AttemptWithoutAFolderHasNoLock) {
    const auto seen = launcher->glance(kKey);
    EXPECT_EQ(seen.lock, SeenLock::kAbsent);
    EXPECT_EQ(seen.exit, SeenExit::kNone);
    EXPECT_EQ(seen.trouble, "");
}

/// The sanitizers need a descriptor to check a type that they have not met before.
bool meetErrors() {
    try {
        throw Error("once");
    } catch (const Error& error) {
        return *error.what() != '\0';
    }
}

TEST(GlanceAtFilesTest, WithoutDescriptorsNothingIsKnown) {
    const testing::TempDir dir;
    const AttemptFolder folder(dir.path(), {JobId{7}, 1});
    ensureFolder(folder.path);
    createFile(folder.lock(), "");
    Child child([&] {
        if (!meetErrors()) return 2;
        const rlimit none{0, 0};
        setrlimit(RLIMIT_NOFILE, &none);
        const auto seen = glanceAt(folder);
        const bool unknown = seen.lock == SeenLock::kUnknown && seen.exit == SeenExit::kUnknown;
        return unknown && !seen.trouble.empty() ? 0 : 1;
    });
    EXPECT_EQ(child.exitCode(), 0);
}

TEST_F(GlanceTest, WatchedIsWhatTheSupervisorFollows) {
    EXPECT_FALSE(launcher->watches(kKey));
    (void)startAndAwait(script("exec sleep 60"));
    EXPECT_TRUE(launcher->watches(kKey));
    launcher->cancel(kKey);
    (void)heard.awaitEnd(kKey);
    EXPECT_FALSE(launcher->watches(kKey));
}

int leadAndLeaveOne() {
    setpgid(0, 0);
    if (fork() == 0) return waitForKill();
    raise(SIGSTOP);
    return waitForKill();
}

TEST(EndProcessTest, EndsAProcessAndItsGroupByIdentity) {
    Child leader{leadAndLeaveOne};
    leader.awaitState(WSTOPPED);
    const auto who = *identityOf(leader.pid());
    EXPECT_FALSE(endWithGroup(who, 0));
    EXPECT_TRUE(eventually([&] { return endWithGroup(who, SIGKILL); }));
    EXPECT_EQ(observeGroup(who.pid), Liveness::kDead);
}

TEST(EndProcessTest, ID12ReusedPidIsNotSignalled) {
    Child stranger(waitForKill);
    const auto who = *identityOf(stranger.pid());
    EXPECT_TRUE(endWithGroup({who.pid, who.start - 1}, SIGKILL));
    EXPECT_EQ(observe(who), Liveness::kAlive);
}

TEST(EndProcessTest, OthersOfTheGroupAreLeftToThemselvesOnceTheLeaderIsGone) {
    Child leader{leadAndLeaveOne};
    leader.awaitState(WSTOPPED);
    const auto who = *identityOf(leader.pid());
    kill(who.pid, SIGKILL);
    (void)leader.exitCode();
    EXPECT_FALSE(endWithGroup(who, SIGKILL));
    EXPECT_EQ(observeGroup(who.pid), Liveness::kAlive);
    kill(-who.pid, SIGKILL);
}

TEST(EndProcessTest, OrchdItselfIsNeverSignalled) {
    EXPECT_FALSE(endWithGroup(*identityOf(getpid()), SIGKILL));
}

}  // namespace orch
