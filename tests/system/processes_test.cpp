#include <gtest/gtest.h>
#include <signal.h>
#include <unistd.h>

#include <cstdlib>

#include "base/files.hpp"
#include "support/eventually.hpp"
#include "support/processes.hpp"
#include "system/installation.hpp"

namespace orch::testing {

namespace fs = std::filesystem;

struct ProcessesTest : ::testing::Test {
    std::string runOne() {
        world.start();
        return world.addTask();
    }
    void expectDone(const std::string& task) {
        EXPECT_TRUE(world.taskBecomes(task, "done"));
        EXPECT_EQ(world.landings(task), 1);
        EXPECT_EQ(world.one("SELECT count(*) FROM jobs WHERE status='running'"), "0");
        EXPECT_EQ(world.ledger().count("overlap"), 0U);
    }
    Installation world;
};

// proves Q7
TEST_F(ProcessesTest, IC7JobThatKillsItsShimIsParkedAfterThreeTimes) {
    world.settings.agent_options += ", confine: off";
    world.script("developer", "begin; kill -9 $PPID; sleep 100");
    const auto task = runOne();
    EXPECT_TRUE(has(world.parkedBecause(task), "took its shim down 3 times"))
        << world.reasonOf(task);
    EXPECT_EQ(world.ledger().count("start"), 3U);
    EXPECT_EQ(world.one("SELECT count(*) FROM attempts WHERE outcome='lost'"), "3");
    EXPECT_EQ(world.one("SELECT count(*) FROM attempts WHERE exit_code IS NOT NULL"), "0");
}

TEST_F(ProcessesTest, IC8PersonWhoMovesAParkedTaskReleasesItsBrake) {
    world.settings.agent_options += ", confine: off";
    world.script("developer", "begin; kill -9 $PPID; sleep 100");
    const auto task = runOne();
    ASSERT_NE(world.parkedBecause(task), "");
    world.script("developer", "begin; change; end");
    const auto said = world.orchctl({"task", "retry", task});
    EXPECT_EQ(said.code, 0) << said.err;
    expectDone(task);
}

TEST_F(ProcessesTest, ID3AgentThatIsSilentAndIdleIsEndedAndSaysSo) {
    world.settings.agent_options = "timeout: 2m, stall: 400ms, grace: 300ms, retries: 0";
    world.script("developer", "begin; sleep 1000");
    const auto task = runOne();
    EXPECT_TRUE(has(world.parkedBecause(task), "no output and no CPU use for"))
        << world.reasonOf(task);
    EXPECT_EQ(world.one("SELECT outcome FROM attempts"), "timed_out");
    EXPECT_TRUE(dies(world.agentOf("1.1")));
}

TEST_F(ProcessesTest, ID10ServerThatLeftTheSessionEndsWithItsJob) {
    const auto unique = "1000." + std::to_string(getpid());
    world.script("developer", "begin; setsid sleep " + unique + " & change; end");
    const auto task = runOne();
    expectDone(task);
    EXPECT_EQ(processesWith(unique), 0);
}

TEST_F(ProcessesTest, IE12TwoGigabytesOfOutputLeaveABoundedFileAndASmallDatabase) {
    const bool whole = std::getenv("ORCH_LONG_TESTS") != nullptr;  // NOLINT(concurrency-mt-unsafe)
    world.settings.agent_options = "timeout: 2m, output_limit: 1MB";
    world.script(
        "developer",
        "begin; head -c " + std::string{whole ? "2G" : "100M"} + " /dev/zero; change; end");
    const auto task = runOne();
    expectDone(task);
    EXPECT_LE(fs::file_size(world.state / "jobs/1.1/out.log"), 1'100'000U);
    EXPECT_LE(fs::file_size(world.state / "orch.db"), 2'000'000U);
}

TEST_F(ProcessesTest, OutputThatIsNoUtf8IsShownAndTravelsIntoThePrompt) {
    world.script(
        "developer",
        R"(begin; printf 'caf\351 \377\n'; cat "$1"; echo x >>more; commit more; change; end)");
    world.script("check",
                 R"(begin; printf '\377\376 no\n'; test ! -e more || test "$ORCH_JOB" -gt 4; end)");
    const auto task = runOne();
    expectDone(task);
    const auto log = world.orchctl({"job", "log", "1"});
    EXPECT_EQ(log.code, 0) << log.err;
    EXPECT_TRUE(has(log.out, "caf")) << log.out;
    EXPECT_TRUE(has(world.file("state/jobs/4.1/prompt.md"), "\xEF\xBF\xBD\xEF\xBF\xBD no"));
    EXPECT_EQ(world.orchctl({"--json", "explain", task}).code, 0);
}

TEST_F(ProcessesTest, AgentWhoseProgramVanishedIsNotStartedForEver) {
    world.settings.agents = "  gone: {command: [{dir}/gone], retries: 0}";
    world.settings.stages =
        "    - {name: development, agent: gone, gate: [committed]}\n"
        "    - {name: deploy, merge: {style: merge}, gate: [merged]}";
    fs::copy_file("/bin/true", world.dir / "gone");
    world.start();
    fs::remove(world.dir / "gone");
    const auto task = world.addTask();
    const auto why = world.parkedBecause(task);
    EXPECT_TRUE(has(why, "could not be run 3 times")) << why;
    EXPECT_TRUE(has(why, (world.dir / "gone").string())) << why;
}

TEST_F(ProcessesTest, IE2WorktreeThatVanishesUnderAnAgentIsMadeAgain) {
    world.script("developer", "begin; hold; change; end");
    const auto task = runOne();
    ASSERT_TRUE(world.runsBegin(1));
    fs::remove_all(world.state / "worktrees" / task);
    world.letGo();
    expectDone(task);
}

TEST_F(ProcessesTest, IE2WorktreeThatVanishesUnderAnAgentThatDoesNotMindIsNoSuccess) {
    world.script("developer",
                 R"sh(begin
if [ "$ORCH_JOB" = 1 ]; then cd "$here"; hold; else change; fi
end)sh");
    const auto task = runOne();
    ASSERT_TRUE(world.runsBegin(1));
    fs::remove_all(world.state / "worktrees" / task);
    world.letGo();
    ASSERT_TRUE(world.becomes("SELECT count(*) FROM verdicts WHERE colour='red'", "1"));
    EXPECT_TRUE(
        has(world.one("SELECT reason FROM verdicts WHERE colour='red'"), "nothing is committed"));
    expectDone(task);
    EXPECT_EQ(world.one("SELECT count(*) FROM jobs WHERE agent='developer'"), "2");
}

TEST_F(ProcessesTest, IE3DoneTaskGivesItsWorktreesBackAndACancelledOneKeepsItsWork) {
    const auto done = runOne();
    expectDone(done);
    EXPECT_TRUE(eventually([&] { return fs::is_empty(world.state / "worktrees"); }));
    const auto why = world.orchctl({"explain", done});
    EXPECT_EQ(why.code, 0) << why.out << why.err;
    EXPECT_FALSE(has(why.out, "unclear")) << why.out;
    world.script("developer", "begin; echo half >half; hold");
    const auto cancelled = world.addTask();
    const auto half = world.state / "worktrees" / cancelled / "half";
    EXPECT_TRUE(eventually([&] { return fs::exists(half); }));
    EXPECT_EQ(world.orchctl({"task", "cancel", cancelled}).code, 0);
    world.pullThePlug();
    EXPECT_TRUE(world.becomes("SELECT count(*) FROM jobs WHERE status='running'", "0"));
    EXPECT_TRUE(fs::exists(half));
}

TEST_F(ProcessesTest, IE6AfterTheirTimeFoldersRowsAndLandedBranchesGoAndNothingOfTheUsers) {
    world.repo.git({"branch", "orch/mine"});
    const auto task = runOne();
    expectDone(task);
    world.kill9();
    world.start({{"ORCH_RETENTION_LOGS", "1ms"},
                 {"ORCH_RETENTION_JOBS", "1ms"},
                 {"ORCH_RETENTION_BRANCHES", "1ms"}});
    const GitRepo mirror{world.state / "mirrors" / "work.git"};
    EXPECT_TRUE(eventually([&] { return mirror.git({"for-each-ref", "refs/orch"}).empty(); }));
    EXPECT_TRUE(eventually([&] { return fs::is_empty(world.state / "jobs"); }));
    EXPECT_TRUE(world.becomes("SELECT count(*) FROM jobs", "0"));
    EXPECT_EQ(world.landings(task), 1);
    EXPECT_EQ(world.repo.git({"for-each-ref", "--format=%(refname:short)", "refs/heads"}),
              "main\norch/mine");
}

TEST_F(ProcessesTest, IE5UsersOwnTreeAndBranchesAreLeftAlone) {
    world.repo.write(".git/info/exclude", "notes\n");
    world.repo.write("notes/mine.txt", "ignored\n");
    world.repo.write("untracked.txt", "mine\n");
    world.repo.git({"branch", "my-branch"});
    world.repo.git({"worktree", "add", "-q", (world.dir / "my-worktree").string(), "my-branch"});
    const GitRepo mine{world.dir / "my-worktree"};
    mine.write("README", "half a thought\n");
    const auto task = runOne();
    expectDone(task);
    EXPECT_EQ(world.repo.read("notes/mine.txt"), "ignored\n");
    EXPECT_EQ(world.repo.read("untracked.txt"), "mine\n");
    EXPECT_EQ(mine.read("README"), "half a thought\n");
    EXPECT_EQ(world.repo.git({"for-each-ref", "--format=%(refname:short)", "refs/heads"}),
              "main\nmy-branch");
}

TEST_F(ProcessesTest, IH4OrchdThatAnAgentStartsOnTheSameStateIsRefused) {
    world.settings.agent_options += ", confine: off";  // hostile_agent_test.cpp has the other case
    world.settings.store = "{lock_wait: 0s}";
    world.script("developer",
                 "begin; if " ORCHD
                 " --config \"$here/orch.yaml\" 2>\"$here/inner\"; then exit 1; fi\n"
                 "change; end");
    const auto task = runOne();
    expectDone(task);
    EXPECT_TRUE(has(world.file("inner"), "another orchd is using it")) << world.file("inner");
    EXPECT_TRUE(world.orchd().running());
}

TEST_F(ProcessesTest, IA1SameOrderFiveTimesAtOnceMakesOneTask) {
    world.start();
    std::vector<std::unique_ptr<Program>> orders;
    for (int i = 0; i < 5; ++i) {
        orders.push_back(std::make_unique<Program>(
            std::vector<std::string>{
                ORCHCTL, "task", "add", "--project", "work", "--key", "one", "A change"},
            world.dir / "orders",
            world.addressForOrchctl()));
    }
    for (const auto& order : orders) EXPECT_EQ(order->exitCode(), 0) << world.file("orders");
    expectDone("T-1");
    EXPECT_EQ(world.one("SELECT count(*) FROM tasks"), "1");
    EXPECT_EQ(world.ledger().count("start", "development"), 1U);
}

TEST_F(ProcessesTest, IH8StartThatFailsGivesItsSlotBackAndIsBounded) {
    world.settings.queue = "{max_concurrency: 1, retry: {base: 20ms, cap: 50ms}}";
    world.start();
    fs::remove_all(world.state / "worktrees");
    replaceFile(world.state / "worktrees", "no folder\n", Sync::kNo);
    const auto task = world.addTask();
    const auto why = world.parkedBecause(task);
    EXPECT_TRUE(has(why, "could not be run 3 times")) << why;
    fs::remove(world.state / "worktrees");
    EXPECT_EQ(world.orchctl({"task", "retry", task}).code, 0);
    expectDone(task);
}

}  // namespace orch::testing
