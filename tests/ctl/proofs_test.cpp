#include "ctl/demo/proofs.hpp"

#include <gtest/gtest.h>

#include <algorithm>

#include "ctl/scene.hpp"

namespace orch::ctl {

using nlohmann::json;

namespace {

std::vector<std::string> failedOf(const std::vector<Proof>& proofs) {
    std::vector<std::string> claims;
    for (const auto& proof : proofs) {
        if (!proof.holds) claims.push_back(proof.claim);
    }
    return claims;
}

/// Job 3 was killed once and adopted once; job 4 reviewed.
struct RunsTest : ::testing::Test {
    Plugs plugs{"3.1", "3.2", 1};
    Ledger ledger{{{"start", "3.1", "development", 7},
                   {"start", "3.2", "development", 8},
                   {"end", "3.2", "development", 8},
                   {"start", "4.1", "review", 9},
                   {"end", "4.1", "review", 9}}};
    Records records{
        json::parse(R"({"state":"done","rework":{"total":2,"edges":)"
                    R"({"review>development":1,"testing>development":1}}})"),
        json::parse(R"([{"id":4,"kind":"agent","status":"succeeded","attempts":[{"attempt":1}]},
                        {"id":3,"kind":"agent","status":"succeeded","attempts":[
                          {"attempt":1,"signal":9,"exit_code":null},
                          {"attempt":2,"signal":null,"exit_code":0}]},
                        {"id":5,"kind":"check","status":"succeeded","attempts":[{"attempt":1}]}])"),
        json::parse(R"([{"rule":"adopt","evidence":{"job":"3","attempt":"2"}},
                        {"rule":"advance","evidence":{"stage":"development","to":"review"}},
                        {"rule":"advance","evidence":{"stage":"review","to":"done"}}])")};

    [[nodiscard]] std::vector<std::string> failed() const {
        return failedOf(proveRuns(ledger, records, plugs));
    }
};

/// main holds the task's merge, as orchd leaves it.
struct RepositoryTest : ::testing::Test {
    RepositoryTest() {
        scene.letGo();
        scene.agent("developer.sh", "development", "3.1");
        scene.agent("developer.sh", "development", "5.1", "no test for the new language");
        scene.agent("developer.sh",
                    "development",
                    "7.1",
                    R"(expected "Bonjour, Ada." but got "Bonjour, Ada!")");
    }
    std::string merge() {
        git(scene.folder.greeter(), {"merge", "-q", "--no-ff", "-m", "Merge T-1", "orch/T-1"});
        return git(scene.folder.greeter(), {"rev-parse", "HEAD"});
    }
    std::vector<std::string> failed(const std::string& merge_commit) {
        return failedOf(proveRepository(scene.folder, {{{"merge_commit", merge_commit}}, {}, {}}));
    }
    Scene scene;
};

}  // namespace

TEST_F(RunsTest, TheTrueStoryHolds) {
    EXPECT_EQ(failed(), std::vector<std::string>{});
    EXPECT_EQ(stagesOf(records), 3);
    EXPECT_EQ(reworkOf(records), 2);
}

TEST_F(RunsTest, ARunOrchdDoesNotKnowOfIsSeen) {
    ledger.lines.push_back({"start", "9.1", "review", 10});
    EXPECT_EQ(failed().front(), "every attempt orchd recorded ran exactly once, and no other ran");
}

TEST_F(RunsTest, ADoubleRunIsSeen) {
    ledger.lines.push_back({"start", "4.1", "review", 10});
    ledger.lines.push_back({"end", "4.1", "review", 10});
    EXPECT_EQ(failed().size(), 2U);
}

TEST_F(RunsTest, AMissingAdoptionIsSeen) {
    records.journal.erase(0);
    EXPECT_EQ(failed(), std::vector<std::string>{"the journal tells of one adoption"});
}

TEST_F(RunsTest, AnInventedExitCodeIsSeen) {
    records.jobs[1]["attempts"][1]["exit_code"] = nullptr;
    EXPECT_EQ(failed(), std::vector<std::string>{"the adopted agent's own exit code is known"});
}

TEST_F(RunsTest, AnOpenJobIsSeen) {
    records.jobs[0]["status"] = "queued";
    EXPECT_EQ(failed(), std::vector<std::string>{"the task is done and has no open job"});
}

TEST_F(RepositoryTest, AMergeOnMainHolds) {
    EXPECT_EQ(failed(merge()), std::vector<std::string>{});
}

TEST_F(RepositoryTest, AnotherTipThanTheTasksMergeIsSeen) {
    const auto merged = merge();
    git(scene.folder.greeter(), {"commit", "-q", "--allow-empty", "-m", "More"});
    EXPECT_EQ(failed(merged), std::vector<std::string>{"the tip of main is the task's merge"});
}

TEST_F(RepositoryTest, ADirtyCheckoutIsSeen) {
    const auto merged = merge();
    replaceFile(scene.folder.greeter() / "README.md", "mine", Sync::kNo, 0644);
    EXPECT_EQ(failed(merged), std::vector<std::string>{"the user's checkout is clean"});
}

TEST_F(RepositoryTest, NothingMergedFailsInEverythingAboutTheChange) {
    const auto claims = failed("");
    EXPECT_EQ(claims.size(), 3U);
    EXPECT_NE(
        std::find(
            claims.begin(), claims.end(), "src/greeter.c on main holds \"Bonjour\" exactly once"),
        claims.end());
}

}  // namespace orch::ctl
