#include <gtest/gtest.h>
#include <signal.h>

#include "support/eventually.hpp"
#include "system/installation.hpp"

namespace orch::testing {

namespace fs = std::filesystem;

/// What agents leave is read as what it may be: one task's bytes end no other task and no start.
struct HostileBytesTest : ::testing::Test {
    HostileBytesTest() {
        world.settings.stages =
            "    - {name: development, agent: developer, artefact: 01.md, gate: [committed]}\n"
            "    - {name: review, agent: reviewer, artefact: 04.json, gate: [review_verdict]}\n"
            "    - {name: deploy, merge: {style: merge}, gate: [merged]}\n";
        world.script("reviewer", "begin\n" + approve("$ORCH_HEAD", "[]") + "\nend");
    }
    static std::string approve(const std::string& head, const std::string& findings) {
        return R"(printf '{"verdict":"approve","head":"%s","findings":%s}' ")" + head + R"(" ')" +
               findings + R"(' >"$ORCH_ARTEFACT")";
    }
    /// T-1's reviewer does this; those of others approve.
    void reviewOfTheFirst(const std::string& what) {
        world.script("reviewer",
                     "begin\nif [ \"$ORCH_TASK\" = T-1 ]; then " + what + "; else " +
                         approve("$ORCH_HEAD", "[]") + "; fi\nend");
    }
    /// The first goes to a person with these words, another gets through, and a start starts.
    void expectTheFirstAlone(const std::string& words) {
        world.start();
        const auto first = world.addTask();
        const auto second = world.addTask("Another");
        EXPECT_TRUE(has(world.parkedBecause(first), words)) << world.reasonOf(first);
        EXPECT_TRUE(world.taskBecomes(second, "done")) << world.reasonOf(second);
        world.pullThePlug();
        EXPECT_TRUE(world.taskBecomes(world.addTask("After"), "done"));
    }
    Installation world;
};

TEST_F(HostileBytesTest, AReviewThatNestsDeeplyGoesToAPersonAndEndsNothing) {
    reviewOfTheFirst(
        "{ printf '{\"verdict\":\"approve\",\"head\":\"%s\",\"findings\":' \"$ORCH_HEAD\"; "
        "head -c 150000 /dev/zero | tr '\\0' '['; head -c 150000 /dev/zero | tr '\\0' ']'; "
        "printf '}'; } >\"$ORCH_ARTEFACT\"");
    expectTheFirstAlone("it is more than 64 levels deep");
}

TEST_F(HostileBytesTest, AReviewThatIsALinkToItselfGoesToAPersonAndEndsNothing) {
    reviewOfTheFirst("ln -sf 04.json \"$ORCH_ARTEFACT\"");
    expectTheFirstAlone("04.json is a symbolic link");
}

TEST_F(HostileBytesTest, AReviewThatIsAPipeGoesToAPersonAndNothingWaitsForIt) {
    reviewOfTheFirst("rm -f \"$ORCH_ARTEFACT\"; mkfifo \"$ORCH_ARTEFACT\"");
    expectTheFirstAlone("04.json is a pipe");
}

TEST_F(HostileBytesTest, AnEarlierArtefactThatLinksToItselfDoesNotKeepTheNextStageFromStarting) {
    world.script("developer", "begin\nln -sf 01.md \"$ORCH_ARTEFACT\"\nchange\nend");
    world.start();
    EXPECT_TRUE(world.taskBecomes(world.addTask(), "done"));
}

TEST_F(HostileBytesTest, AReviewInAFenceAboutAShortShaCounts) {
    world.script("reviewer",
                 "begin\n{ echo '```json'; printf '{\"verdict\":\"approve\",\"head\":\"%.9s\"}\\n' "
                 "\"$ORCH_HEAD\"; echo '```'; } >\"$ORCH_ARTEFACT\"\nend");
    world.start();
    const auto task = world.addTask();
    EXPECT_TRUE(world.taskBecomes(task, "done")) << world.reasonOf(task);
}

TEST_F(HostileBytesTest, AStartSurvivesAnExitRecordThatLinksToItself) {
    world.script("developer", "begin\nif [ \"$ORCH_ATTEMPT\" = 1 ]; then hold; fi\nchange\nend");
    world.start();
    const auto task = world.addTask();
    ASSERT_TRUE(world.runsBegin(1));
    const auto shim = world.shimOf("1.1");
    const auto agent = world.agentOf("1.1");
    ASSERT_GT(shim, 0);
    world.kill9();
    kill(shim, SIGKILL);
    kill(agent, SIGKILL);
    ASSERT_TRUE(dies(shim));
    ASSERT_TRUE(dies(agent));
    fs::create_symlink("exit.json", world.state / "jobs/1.1/exit.json");
    fs::create_symlink("9.1", world.state / "jobs/9.1");
    fs::create_directories(world.state / "jobs/8.1/exit.json");
    world.start();
    world.letGo();
    EXPECT_TRUE(world.taskBecomes(task, "done")) << world.reasonOf(task);
}

}  // namespace orch::testing
