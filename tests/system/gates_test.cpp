#include <gtest/gtest.h>
#include <sys/stat.h>

#include <algorithm>

#include "support/eventually.hpp"
#include "system/installation.hpp"

namespace orch::testing {

namespace {

constexpr auto kReviewed = R"yaml(
    - {name: development, agent: developer, gate: [committed]}
    - {name: review, agent: reviewer, artefact: 04-review.json, gate: [review_verdict], on_red: {to: development, limit: 3}}
    - {name: deploy, merge: {style: merge}, gate: [merged]}
)yaml";

/// Green on the base alone.
constexpr auto kRefusesEveryChange = "begin; ! ls | grep -q change";

}  // namespace

struct GatesTest : ::testing::Test {
    std::string runOne() {
        world.start();
        return world.addTask();
    }
    void expectParked(const std::string& task, const std::string& part) {
        EXPECT_TRUE(has(world.parkedBecause(task), part)) << world.reasonOf(task);
        EXPECT_EQ(world.landings(task), 0);
        EXPECT_EQ(world.orchctl({"explain", task}).code, 4);
    }
    std::size_t runs(const std::string& stage) { return world.ledger().count("start", stage); }
    Installation world;
};

// proves S2
TEST_F(GatesTest, IF1DoneWithNothingCommittedIsNotGreen) {
    world.script("developer", "begin; end");
    const auto task = runOne();
    expectParked(task, "nothing is committed");
    EXPECT_LE(runs("development"), 2U);
}

TEST_F(GatesTest, IF2UncommittedWorkIsToldToTheNextRunAndNotLost) {
    world.script(
        "developer",
        "begin; if grep -q 'uncommitted work: half' \"$1\"; then change; else echo x >half; "
        "fi; end");
    const auto task = runOne();
    ASSERT_TRUE(world.taskBecomes(task, "done"));
    EXPECT_EQ(runs("development"), 2U);
    EXPECT_EQ(world.repo.read("half"), "x\n");
}

TEST_F(GatesTest, IF5CheckWhoseToolIsMissingIsNotRedAndGoesToAPerson) {
    world.script("check", "begin; no-such-tool-anywhere");
    const auto task = runOne();
    expectParked(task, "could not be judged");
    EXPECT_TRUE(has(world.reasonOf(task), "exit 127")) << world.reasonOf(task);
    EXPECT_EQ(runs("development"), 1U);
    EXPECT_EQ(runs("testing"), 3U);
}

TEST_F(GatesTest, IF5CheckThatCrashesIsTriedAgain) {
    world.script("check", R"sh(begin; if [ "$ORCH_ATTEMPT" = 1 ]; then kill -SEGV $$; fi; end)sh");
    const auto task = runOne();
    EXPECT_TRUE(world.taskBecomes(task, "done"));
    EXPECT_EQ(runs("development"), 1U);
    EXPECT_EQ(runs("testing"), 2U);
}

TEST_F(GatesTest, IF7ReviewThatCannotBeReadIsNotGreen) {
    world.settings.stages = kReviewed;
    world.script("reviewer", R"sh(begin; echo LGTM >"$ORCH_ARTEFACT"; end)sh");
    const auto task = runOne();
    expectParked(task, "04-review.json is no review");
    EXPECT_EQ(runs("development"), 1U);
}

TEST_F(GatesTest, IF7ReviewOfAnotherCommitIsNotGreen) {
    world.settings.stages = kReviewed;
    world.script("reviewer",
                 R"sh(begin
printf '{"verdict":"approve","head":"%040d"}' 0 >"$ORCH_ARTEFACT"
end)sh");
    const auto task = runOne();
    expectParked(task, "is about 0000000, the head is");
}

TEST_F(GatesTest, IC1RedCheckWithoutAnyProgressStopsAtTheSecondTime) {
    world.script("check", kRefusesEveryChange);
    const auto task = runOne();
    expectParked(task, "no progress");
    EXPECT_LE(runs("development"), 2U);
    EXPECT_EQ(runs("testing"), 2U);  // with that of the base alone
}

TEST_F(GatesTest, IF9CheckThatTheBaseFailsAsWellIsNotHeldAgainstTheTask) {
    world.script("check", "begin; test -e mended");
    const auto task = runOne();
    const auto waits = "SELECT count(*)>0 FROM verdicts WHERE reason LIKE '%as well%'";
    ASSERT_TRUE(world.becomes(waits, "1"));
    EXPECT_TRUE(has(world.orchctl({"explain", task}).out, "as well"));
    EXPECT_EQ(runs("development"), 1U);
    world.repo.commit("mended", "x\n");
    world.pullThePlug();  // a start looks at once at what waits
    EXPECT_TRUE(world.taskBecomes(task, "done"));
    EXPECT_EQ(runs("development"), 1U);
}

TEST_F(GatesTest, IC2UnchangedHeadAfterARejectionIsNotReviewedAgain) {
    world.settings.stages = kReviewed;
    world.script("reviewer", R"sh(begin
printf '{"verdict":"reject","head":"%s","findings":["no"]}' "$ORCH_HEAD" >"$ORCH_ARTEFACT"
end)sh");
    const auto task = runOne();
    expectParked(task, "no progress");
    EXPECT_EQ(runs("review"), 1U);
}

TEST_F(GatesTest, IC8RetryOfATaskParkedForNoProgressRunsIt) {
    world.script("check", kRefusesEveryChange);
    const auto task = runOne();
    expectParked(task, "no progress");
    world.script("check", "begin; end");
    EXPECT_EQ(world.orchctl({"task", "retry", task}).code, 0);
    EXPECT_TRUE(world.taskBecomes(task, "done"));
}

// proves S6
TEST_F(GatesTest, IG7MergeWhoseContentIsTakenFromMainIsNotDone) {
    world.script("deploy", "begin; git -C \"$here/repo\" reset --quiet --hard HEAD~1; end");
    const auto task = runOne();
    EXPECT_TRUE(has(world.parkedBecause(task), "is not on main")) << world.reasonOf(task);
    EXPECT_EQ(world.one("SELECT state FROM tasks"), "parked");
}

TEST_F(GatesTest, IG1SecondOfTwoGreenTasksIsTestedAgainOnTheNewBase) {
    world.script("developer", "begin; hold; change; end");
    world.script("check", "begin; test ! -e change-T-1 || test ! -e change-T-2; end");
    world.start();
    const auto first = world.addTask();
    const auto second = world.addTask();
    ASSERT_TRUE(world.runsBegin(2));
    world.letGo();
    const auto over = "SELECT count(*) FROM tasks WHERE state IN ('done','parked')";
    EXPECT_TRUE(world.becomes(over, "2"));
    EXPECT_EQ(world.landings(first) + world.landings(second), 1);
    EXPECT_EQ(world.one("SELECT count(*) FROM tasks WHERE state='done'"), "1");
}

// proves Q8, L1
TEST_F(GatesTest, IG10MergeThatHangsLeavesTheSlotsToOthers) {
    world.settings.projects =
        "  - {name: other, repo: {forge: local, path: {dir}/other, base: main}}";
    const auto other = GitRepo::create(world.dir / "other");
    const auto hook = world.repo.path() / ".git/hooks/pre-receive";
    world.repo.write(
        ".git/hooks/pre-receive",
        "#!/bin/sh\nwhile [ ! -e '" + (world.dir / "go").string() + "' ]; do sleep 0.05; done\n");
    chmod(hook.c_str(), 0700);
    const auto slow = runOne();
    ASSERT_TRUE(world.becomes("SELECT status FROM jobs WHERE agent='merge'", "running"));
    const auto quick = world.addTask("Elsewhere", "other");
    EXPECT_TRUE(world.taskBecomes(quick, "done"));
    EXPECT_EQ(world.one("SELECT stage FROM tasks WHERE id=" + slow.substr(2)), "deploy");
    world.letGo();
    EXPECT_TRUE(world.taskBecomes(slow, "done"));
}

TEST_F(GatesTest, DirtyCheckoutHoldsTheMergeUntilItIsClean) {
    world.script("developer", "begin; echo other >README; commit change; end");
    world.repo.write("README", "the user's own\n");
    const auto task = runOne();
    const auto refused = "SELECT count(*) > 0 FROM attempts WHERE exit_code=76";
    ASSERT_TRUE(world.becomes(refused, "1"));
    // Between two attempts it says why; during one it says that it runs.
    EXPECT_TRUE(eventually([&] { return has(world.orchctl({"explain", task}).out, "README"); }));
    EXPECT_EQ(world.repo.read("README"), "the user's own\n");
    world.repo.git({"checkout", "--", "README"});
    EXPECT_TRUE(world.taskBecomes(task, "done"));
    EXPECT_EQ(world.repo.read("README"), "other\n");
}

TEST_F(GatesTest, OverruledCheckLandsTheHeadThatWasOverruled) {
    world.script("developer", "begin; echo \"$ORCH_JOB\" >number; commit \"$ORCH_JOB\"; end");
    world.script("check", "begin; test ! -e number || test \"$(cat number)\" = 1");
    world.settings.stages = R"yaml(
    - {name: development, agent: developer, gate: [committed]}
    - {name: review, agent: developer, gate: [committed]}
    - {name: testing, check: [sh, {dir}/agents/check.sh], gate: [check], on_red: {to: testing, limit: 1}}
    - {name: deploy, merge: {style: merge}, gate: [merged]}
)yaml";
    const auto task = runOne();
    ASSERT_TRUE(world.taskBecomes(task, "parked"));
    const auto said = world.orchctl({"task", "override", task, "--because", "it is only a number"});
    EXPECT_EQ(said.code, 0) << said.err;
    EXPECT_TRUE(world.taskBecomes(task, "done"));
    EXPECT_NE(world.repo.read("number"), "1\n");
}

}  // namespace orch::testing
