#include "http/http_fixture.hpp"

namespace orch::testing {

struct QueueTest : HttpTest {};

// proves Q3
TEST_F(QueueTest, CountsEveryStatusAndHasABlockForEveryBehaviour) {
    const auto queue = getJson("/queue");
    EXPECT_EQ(queue.at("counts"),
              Json::parse(R"({"scheduled":0,"queued":0,"running":0,"succeeded":0,"failed":0,
                              "timed_out":0,"cancelled":0,"lost":0})"));
    EXPECT_EQ(queue.at("max_concurrency"), 2);
    EXPECT_EQ(queue.at("paused"), false);
    for (const auto* behaviour : {"reaper", "reconcile", "post_deploy", "merge_lease"}) {
        EXPECT_EQ(queue.at(behaviour).at("enabled"), false) << behaviour;
    }
}

// proves Q3
TEST_F(QueueTest, ShowsWhatRunsWithItsProcess) {
    const auto key = newRunningJob(newTask());
    orders.adoptions.insert(key);
    const auto queue = getJson("/queue");
    ASSERT_EQ(queue.at("running").size(), 1U);
    const auto& job = queue.at("running")[0];
    EXPECT_EQ(job.at("id"), raw(key.job));
    EXPECT_EQ(job.at("task"), "T-1");
    EXPECT_EQ(job.at("stage"), "development");
    EXPECT_EQ(job.at("agent"), "developer");
    EXPECT_EQ(job.at("pid"), 4711);
    EXPECT_EQ(job.at("adopted"), true);
    EXPECT_GE(job.at("seconds"), 0.0);
    EXPECT_EQ(queue.at("counts").at("running"), 1);
}

// proves Q3
TEST_F(QueueTest, ShowsWhatEndedLately) {
    const auto key = newRunningJob(newTask());
    finish(key, JobStatus::kFailed, 3);
    const auto queue = getJson("/queue");
    EXPECT_TRUE(queue.at("running").empty());
    const auto& job = queue.at("recent").at(0);
    EXPECT_EQ(job.at("status"), "failed");
    EXPECT_EQ(job.at("exit_code"), 3);
    EXPECT_EQ(job.at("reason"), "exit 3");
    EXPECT_EQ(job.at("finished_at").get<std::string>().size(), 20U);
    EXPECT_EQ(queue.at("counts").at("failed"), 1);
}

TEST_F(QueueTest, IE7SaysHowMuchDiskIsLeftAndWhyNothingBegins) {
    disk.min_free = 1000;
    EXPECT_EQ(getJson("/queue").at("disk"),
              Json::parse(R"({"min_free":1000,"free":null,"reason":""})"));
    disk.free = 999;
    disk.reason = "little is left";
    EXPECT_EQ(getJson("/queue").at("disk"),
              Json::parse(R"({"min_free":1000,"free":999,"reason":"little is left"})"));
}

TEST_F(QueueTest, IE3SaysWhatWasCleanedUpAndWhatFailed) {
    janitor.folders = 3;
    janitor.freed = 4096;
    janitor.failures = {{"worktrees/T-3", "something is in the way", store.clock().now().at}};
    janitor.left_alone = {{"jobs/mine", "it is no folder of an attempt"}};
    const auto block = getJson("/queue").at("janitor");
    EXPECT_EQ(block.at("removed").at("folders"), 3);
    EXPECT_EQ(block.at("freed"), 4096);
    EXPECT_EQ(block.at("failures")[0].at("what"), "worktrees/T-3");
    EXPECT_EQ(block.at("failures")[0].at("since").get<std::string>().size(), 20U);
    EXPECT_EQ(block.at("left_alone")[0].at("why"), "it is no folder of an attempt");
    EXPECT_EQ(block.at("last_round"), nullptr);
}

TEST_F(QueueTest, CanBePausedAndResumed) {
    EXPECT_EQ(Json::parse(post("/api/v1/queue/pause", R"({"by":"me"})").body).at("paused"), true);
    EXPECT_EQ(getJson("/queue").at("paused"), true);
    EXPECT_EQ(Json::parse(post("/api/v1/queue/resume").body).at("paused"), false);
    const std::vector<std::string> calls{"pause queue by me", "resume queue by operator"};
    EXPECT_EQ(orders.calls(), calls);
}

}  // namespace orch::testing
