#include <gtest/gtest.h>

#include "ctl/scene.hpp"

namespace orch::ctl {

namespace {

constexpr const char* kReviewSays = "- no test for the new language";
constexpr const char* kCheckSays = R"(fr: expected "Bonjour, Ada." but got "Bonjour, Ada!")";

}  // namespace

TEST(DemoGreeter, ItsTestsPassAsItBegins) {
    Scene scene;
    EXPECT_EQ(scene.check(), 0) << scene.result.errors;
    EXPECT_EQ(git(scene.folder.greeter(), {"status", "--porcelain", "--", "src"}), "");
}

TEST(DemoAgents, FirstDraftHasNoTestAndIsRejectedForIt) {
    Scene scene;
    scene.letGo();
    EXPECT_EQ(scene.agent("developer.sh", "development", "3.1"), 0) << scene.result.errors;
    const auto review = scene.review("4.1");
    EXPECT_NE(review.find(R"("reject")"), std::string::npos) << review;
    EXPECT_NE(review.find("no test for the new language"), std::string::npos);
    EXPECT_NE(review.find(git(scene.worktree(), {"rev-parse", "HEAD"})), std::string::npos);
}

TEST(DemoAgents, TheWholeWayIsOneRejectedReviewAndOneRedCheck) {
    Scene scene;
    scene.letGo();
    ASSERT_EQ(scene.agent("developer.sh", "development", "3.1"), 0);
    ASSERT_EQ(scene.agent("developer.sh", "development", "5.1", kReviewSays), 0);
    EXPECT_NE(scene.review("6.1").find(R"("approve")"), std::string::npos);
    EXPECT_NE(scene.check(), 0);
    EXPECT_NE(scene.result.output.find(kCheckSays), std::string::npos) << scene.result.output;
    ASSERT_EQ(scene.agent("developer.sh", "development", "7.1", kCheckSays), 0);
    EXPECT_NE(scene.review("8.1").find(R"("approve")"), std::string::npos);
    EXPECT_EQ(scene.check(), 0) << scene.result.output;
    EXPECT_EQ(git(scene.worktree(), {"rev-list", "--count", "main..HEAD"}), "3");
}

TEST(DemoAgents, ADeveloperWhoWasNotToldWhyItIsBackFails) {
    Scene scene;
    scene.letGo();
    ASSERT_EQ(scene.agent("developer.sh", "development", "3.1"), 0);
    EXPECT_EQ(scene.agent("developer.sh", "development", "5.1", "do something"), 1);
}

TEST(DemoAgents, TheFirstDeveloperGivesUpWhenTheDemoIsOver) {
    Scene scene;
    replaceFile(scene.folder.stop(), "", Sync::kNo);
    EXPECT_EQ(scene.agent("developer.sh", "development", "3.1"), 1);
    EXPECT_EQ(readLedger(scene.folder.ledger()).unfinished().size(), 1U);
}

TEST(DemoAgents, EachSaysWhenItBeginsAndEnds) {
    Scene scene;
    ASSERT_EQ(scene.agent("analyst.sh", "analysis", "1.1"), 0);
    ASSERT_EQ(scene.agent("architect.sh", "architecture", "2.1"), 0);
    const auto ledger = readLedger(scene.folder.ledger());
    ASSERT_EQ(ledger.lines.size(), 4U);
    EXPECT_EQ(ledger.lines[0].run, "1.1");
    EXPECT_EQ(ledger.lines[3].what, "end");
    EXPECT_TRUE(ledger.unfinished().empty());
    EXPECT_EQ(ledger.doubleRuns(), 0);
}

TEST(DemoAgents, AnAttemptThatRunsTwiceIsSeen) {
    Scene scene;
    ASSERT_EQ(scene.agent("analyst.sh", "analysis", "1.1"), 0);
    ASSERT_EQ(scene.agent("analyst.sh", "analysis", "1.1"), 0);
    EXPECT_EQ(readLedger(scene.folder.ledger()).doubleRuns(), 2);
}

TEST(DemoGreeter, DeployingInstallsTheVersionAndNotesIt) {
    Scene scene;
    const auto deploy = (scene.folder.greeter() / "deploy.sh").string();
    const auto target = scene.folder.production();
    const auto result = run({.command = {deploy, "v1", target.string()},
                             .environment = {"PATH=/usr/local/bin:/usr/bin:/bin"},
                             .folder = scene.folder.greeter()});
    EXPECT_EQ(result.exit_code, 0) << result.errors;
    EXPECT_EQ(runProgram({(target / "current" / "greeter").string(), "de", "Ada"}), "Hallo, Ada!");
    EXPECT_EQ(scene.read(target / "deployed"),
              "v1 " + git(scene.folder.greeter(), {"rev-parse", "HEAD"}) + "\n");
}

}  // namespace orch::ctl
