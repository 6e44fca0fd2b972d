#include <gtest/gtest.h>

#include "base/run.hpp"
#include "system/installation.hpp"

// The whole way, as a person would try it.

namespace orch::testing {

namespace fs = std::filesystem;

// proves Q5, X1
TEST(DemoTest, BringsOneChangeToMainThroughCrashesAndProvesIt) {
    const TempDir dir;
    const auto demo = run({.command = {ORCHCTL, "demo", "--json", "--dir", (dir / "demo").string()},
                           .environment = plainEnvironment(),
                           .folder = dir.path(),
                           .timeout = std::chrono::minutes{4}});
    EXPECT_EQ(demo.exit_code, 0) << demo.output << demo.errors;
    for (const auto* part : {"\"ok\":true",
                             "\"task\":\"T-1\"",
                             "\"repository\":\"",
                             "\"merge_commit\":\"",
                             "\"stages\":",
                             "\"rework\":2",
                             "\"adopted\":1",
                             "\"double_runs\":0",
                             "\"seconds\":"}) {
        EXPECT_TRUE(has(demo.output, part)) << part << " is missing in " << demo.output;
    }
}

/// A clone of this very project in the place of the little repository.
struct RealRepositoryTest : ::testing::Test {
    void SetUp() override {
        if (!fs::exists(ORCH_SOURCE "/.git")) GTEST_SKIP() << "the source is no git checkout";
        fs::remove_all(world.repo.path());
        const GitRepo source{ORCH_SOURCE};
        source.git({"clone", "-q", "--no-hardlinks", ORCH_SOURCE, world.repo.path().string()});
        world.repo.git({"checkout", "-q", "-B", "main"});
        world.settings.stages = kStages;
    }

    static constexpr auto kStages = R"yaml(
    - {name: analysis, agent: developer, artefact: 01-analysis.md, gate: [artefact, human_approval]}
    - {name: development, agent: developer, gate: [committed]}
    - {name: review, agent: reviewer, artefact: 04-review.json, gate: [review_verdict], on_red: {to: development, limit: 3}}
    - {name: testing, check: [sh, {dir}/agents/check.sh], gate: [check, mergeable], on_red: {to: development, limit: 3}}
    - {name: deploy, merge: {style: merge}, gate: [merged]}
)yaml";

    Installation world;
};

// proves S1, S7
TEST_F(RealRepositoryTest, DocumentationChangeOfThisProjectLandsOnceAfterItsOwnChecks) {
    world.script("developer", R"sh(begin
if [ "$ORCH_STAGE" = analysis ]; then
    echo "README.md lacks a line." >"$ORCH_ARTEFACT"
else
    echo "A line written for $ORCH_TASK." >>README.md
    commit "Say one thing more"
fi
end)sh");
    // One of this project's own tests, in the merge of base and change.
    world.script("check", R"sh(begin
bash tests/house/scripts_test.sh "$PWD"
grep -q "A line written for $ORCH_TASK" README.md
end)sh");
    world.start();
    const auto task = world.addTask("Document one thing more");
    ASSERT_TRUE(world.becomes("SELECT count(*) FROM verdicts WHERE gate='human_approval'", "1"));
    EXPECT_EQ(world.orchctl({"task", "approve", task}).code, 0);
    ASSERT_TRUE(world.taskBecomes(task, "done"));
    EXPECT_EQ(world.landings(task), 1);
    const auto readme = world.repo.git({"show", "main:README.md"});
    const auto line = "A line written for " + task + ".";
    EXPECT_EQ(readme.find(line), readme.rfind(line));
    EXPECT_TRUE(has(readme, line));
    EXPECT_EQ(world.repo.git({"status", "--porcelain"}), "");
    EXPECT_EQ(world.ledger().count("start", "testing"), 1U);
}

}  // namespace orch::testing
