#include "store/jobs.hpp"
#include "http/http_fixture.hpp"
#include "store/journal.hpp"

namespace orch::testing {

struct JobsTest : HttpTest {};

TEST_F(JobsTest, AJobIsShownWithItsAttempts) {
    const auto key = newRunningJob(newTask());
    finish(key, JobStatus::kFailed, 3);
    const auto job = getJson("/api/v1/jobs/" + std::to_string(raw(key.job)));
    EXPECT_EQ(job.at("task"), "T-1");
    EXPECT_EQ(job.at("kind"), "agent");
    EXPECT_EQ(job.at("lane"), "agent");
    EXPECT_EQ(job.at("status"), "failed");
    EXPECT_TRUE(job.at("run_at").is_null());
    ASSERT_EQ(job.at("attempts").size(), 1U);
    EXPECT_EQ(job.at("attempts")[0].at("outcome"), "exited");
    EXPECT_EQ(job.at("attempts")[0].at("exit_code"), 3);
    EXPECT_TRUE(job.at("attempts")[0].at("signal").is_null());
}

TEST_F(JobsTest, JobsAreListedByTask) {
    newRunningJob(newTask("one"));
    const auto second = newRunningJob(newTask("two"));
    EXPECT_EQ(getJson("/api/v1/jobs").at("jobs").size(), 2U);
    const auto jobs = getJson("/api/v1/jobs?task=T-2").at("jobs");
    ASSERT_EQ(jobs.size(), 1U);
    EXPECT_EQ(jobs[0].at("id"), raw(second.job));
    detailOf(get("/api/v1/jobs?task=2"), 400);
    detailOf(get("/api/v1/jobs?limit=9999"), 400);
}

TEST_F(JobsTest, WhatRunsComesBeforeWhatWaitsAndWhatEnded) {
    finish(newRunningJob(newTask()));
    newRunningJob(newTask());
    store.write([](Tx& tx) { return enqueueJob(tx, {}).created; });
    const auto listed = getJson("/api/v1/jobs");
    std::string order;
    for (const auto& job : listed.at("jobs")) order += job.at("status").get<std::string>() + " ";
    EXPECT_EQ(order, "running queued succeeded ");
    EXPECT_EQ(getJson("/api/v1/jobs?limit=2").at("jobs").size(), 2U);
}

TEST_F(JobsTest, AJobCanBeCancelled) {
    const auto key = newRunningJob(newTask());
    const auto path = "/api/v1/jobs/" + std::to_string(raw(key.job)) + "/cancel";
    EXPECT_EQ(post(path, R"({"by":"me"})").status, 200);
    EXPECT_THAT(orders.calls().back(), ::testing::StartsWith("cancel job"));
}

TEST_F(JobsTest, JobsThatDoNotExistAreNotFound) {
    for (const auto* path : {"/api/v1/jobs/9", "/api/v1/jobs/-1", "/api/v1/jobs/seven"}) {
        EXPECT_THAT(detailOf(get(path), 404), ::testing::HasSubstr("there is no job")) << path;
    }
    detailOf(post("/api/v1/jobs/9/cancel"), 404);
    EXPECT_TRUE(orders.calls().empty());
}

struct JournalTest : HttpTest {
    void write(const std::string& subject, const std::string& decision) {
        store.write([&](Tx& tx) {
            return writeJournal(tx, {"engine", subject, "advance", decision, {{"head", "3fa"}}});
        });
    }
};

TEST_F(JournalTest, TheNewestEntriesComeWithTheirEvidence) {
    write("T-1", "goes to review");
    const auto journal = getJson("/api/v1/journal?subject=T-1&limit=1");
    const auto& entry = journal.at("entries").at(0);
    EXPECT_EQ(entry.at("decision"), "goes to review");
    EXPECT_EQ(entry.at("evidence"), Json::parse(R"({"head":"3fa"})"));
    EXPECT_EQ(entry.at("mode"), "live");
    EXPECT_EQ(journal.at("next"), entry.at("seq"));
}

TEST_F(JournalTest, AReaderContinuesWhereItStopped) {
    for (const auto* decision : {"one", "two", "three"}) write("T-1", decision);
    const auto first = getJson("/api/v1/journal?after=0&limit=2");
    EXPECT_EQ(first.at("entries").at(1).at("decision"), "two");
    const auto path = "/api/v1/journal?after=" + first.at("next").dump();
    const auto rest = getJson(path);
    ASSERT_EQ(rest.at("entries").size(), 1U);
    const auto end = getJson("/api/v1/journal?after=" + rest.at("next").dump());
    EXPECT_TRUE(end.at("entries").empty());
    EXPECT_EQ(end.at("next"), rest.at("next"));
}

}  // namespace orch::testing
