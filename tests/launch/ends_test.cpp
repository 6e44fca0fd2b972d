#include <signal.h>

#include "base/error.hpp"
#include "launch/launch_fixture.hpp"

namespace orch {

struct EndsTest : testing::LaunchTest {};

TEST_F(EndsTest, ExitCodeIsTheAgents) {
    const auto seen = run(script("exit 3"));
    ASSERT_TRUE(seen.exit);
    EXPECT_EQ(seen.exit->outcome, Outcome::kExited);
    EXPECT_EQ(seen.exit->exit_code, 3);
    EXPECT_EQ(seen.lock, LockState::kFree);
}

TEST_F(EndsTest, ForeignSignalIsReportedAsSuch) {
    const auto seen = run(script("kill -KILL $$"));
    ASSERT_TRUE(seen.exit);
    EXPECT_EQ(seen.exit->outcome, Outcome::kSignaled);
    EXPECT_EQ(seen.exit->signal, SIGKILL);
    EXPECT_EQ(seen.exit->exit_code, std::nullopt);
}

TEST_F(EndsTest, MissingProgramIsAFailedStartThatSaysWhereItLooked) {
    auto spec = script("");
    spec.command = {"no-such-agent"};
    const auto seen = run(spec);
    ASSERT_TRUE(seen.exit);
    EXPECT_EQ(seen.exit->outcome, Outcome::kStartFailed);
    EXPECT_EQ(seen.exit->detail,
              "cannot start no-such-agent: No such file or directory "
              "(searched in PATH /usr/bin:/bin)");
    EXPECT_EQ(seen.exit->exit_code, std::nullopt);
}

TEST_F(EndsTest, MissingWorkingFolderIsAFailedStart) {
    auto spec = script("exit 0");
    spec.folder = dir / "gone";
    const auto seen = run(spec);
    ASSERT_TRUE(seen.exit);
    EXPECT_EQ(seen.exit->outcome, Outcome::kStartFailed);
    EXPECT_EQ(
        seen.exit->detail,
        "cannot enter the working folder " + spec.folder.string() + ": No such file or directory");
}

TEST_F(EndsTest, ProgramThatMayNotBeRunIsAFailedStart) {
    auto spec = script("");
    spec.command = {"/etc/passwd"};
    const auto seen = run(spec);
    ASSERT_TRUE(seen.exit);
    EXPECT_EQ(seen.exit->detail, "cannot start /etc/passwd: Permission denied");
}

TEST_F(EndsTest, Exit127OfAnAgentThatRanIsItsOwn) {
    const auto seen = run(script("exit 127"));
    ASSERT_TRUE(seen.exit);
    EXPECT_EQ(seen.exit->outcome, Outcome::kExited);
    EXPECT_EQ(seen.exit->exit_code, 127);
}

TEST_F(EndsTest, StartIsToldOnceAndBeforeTheEnd) {
    const auto seen = run(script("exit 0"));
    EXPECT_EQ(heard.starts(kKey), 1U);
    EXPECT_EQ(heard.ends(kKey), 1U);
    EXPECT_EQ(heard.awaitStart(kKey).agent, seen.proc->agent);
    EXPECT_EQ(launcher->watched(), 0U);
}

TEST_F(EndsTest, UsageIsMeasuredOverAllProcesses) {
    const auto seen =
        run(script("sh -c 'i=0; while [ $i -lt 100000 ]; do i=$((i+1)); done'; true"));
    ASSERT_TRUE(seen.exit);
    EXPECT_GT(seen.exit->user_ms + seen.exit->system_ms, 10);
    EXPECT_GT(seen.exit->max_rss_kb, 100);
}

TEST_F(EndsTest, SecondStartOfTheSameAttemptIsRefused) {
    (void)run(script("echo ran >> runs"));
    EXPECT_THROW(
        {
            try {
                launcher->start(script("echo ran >> runs"));
            } catch (const LaunchError& error) {
                EXPECT_NE(std::string{error.what()}.find("was already started"), std::string::npos);
                throw;
            }
        },
        LaunchError);
    EXPECT_EQ(file("runs"), "ran\n");
}

TEST_F(EndsTest, ShimThatCannotRunStartsNothingAndLeavesNothing) {
    const auto shim = dir / "shim";
    replaceFile(shim, "#!/no/such/interpreter\n", Sync::kNo, 0700);
    restart(shim);
    EXPECT_THROW(launcher->start(script("exit 0")), LaunchError);
    EXPECT_TRUE(launcher->folders().empty());
    EXPECT_EQ(launcher->watched(), 0U);
}

TEST_F(EndsTest, LauncherWithoutAShimSaysSo) {
    EXPECT_THROW(restart(dir / "missing"), LaunchError);
    restart();
}

TEST_F(EndsTest, FolderIsRemovedOnlyWhenItsAttemptIsOver) {
    launcher->start(script("sleep 60"));
    EXPECT_FALSE(launcher->removeFolder(kKey));
    launcher->cancel(kKey);
    (void)heard.awaitEnd(kKey);
    EXPECT_TRUE(launcher->removeFolder(kKey));
    EXPECT_TRUE(launcher->folders().empty());
}

TEST_F(EndsTest, FiftyAtOnceAllEndWithTheirOwnCode) {
    for (int i = 1; i <= 50; ++i) {
        launcher->start(script("exit " + std::to_string(i), {JobId{i}, 1}));
    }
    for (int i = 1; i <= 50; ++i) {
        const auto seen = heard.awaitEnd({JobId{i}, 1});
        ASSERT_TRUE(seen.exit);
        EXPECT_EQ(seen.exit->exit_code, i);
    }
    EXPECT_EQ(launcher->watched(), 0U);
}

}  // namespace orch
