#include "core/queue_document.hpp"
#include "http/encode_plugin.hpp"
#include "http/http_fixture.hpp"
#include "store/jobs.hpp"
#include "store/tasks.hpp"

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

// proves Q3
TEST_F(QueueTest, ABlockIsWhatOrchdKnowsAndThenThePluginsSnapshot) {
    auto reaper = runningReaper();
    reaper.mode = PluginMode::kObserve;
    reaper.snapshot = R"({"suspects":[7],"enabled":false,"mode":"live","ticks":1})";
    plugins.add(reaper);
    const auto block = getJson("/queue").at("reaper");
    EXPECT_EQ(block.at("suspects"), Json::parse("[7]"));
    EXPECT_EQ(block.at("enabled"), true);
    EXPECT_EQ(block.at("mode"), "observe");
    EXPECT_EQ(block.at("ticks"), 120);
    EXPECT_EQ(block.at("switch"), "on");
    EXPECT_EQ(block.at("generation"), 3);
}

TEST_F(QueueTest, ASnapshotThatIsNoObjectIsLeftOutWithAWord) {
    const std::vector<std::string> texts{"7", "[]", "{", R"({"a":)" + std::string(200'000, '[')};
    for (const auto& text : texts) {
        auto reaper = runningReaper();
        reaper.snapshot = text;
        EXPECT_EQ(blockJson(reaper, store.clock().now()).at("note"),
                  "its snapshot is left out: it is no JSON object, or nests too deep");
    }
}

TEST_F(QueueTest, ASnapshotNestedBeyondReasonIsLeftOut) {
    auto reaper = runningReaper();
    constexpr std::size_t kDeep = 100'000;
    reaper.snapshot = R"({"a":)" + std::string(kDeep, '[') + std::string(kDeep, ']') + "}";
    plugins.add(reaper);
    EXPECT_TRUE(getJson("/queue").at("reaper").contains("note"));
}

TEST_F(QueueTest, ARefusedPluginSaysWhyInItsBlock) {
    PluginStatus refused;
    refused.name = "mergelease";
    refused.reason = "there is no library mergelease.so";
    plugins.add(refused);
    const auto block = getJson("/queue").at("merge_lease");
    EXPECT_EQ(block.at("enabled"), false);
    EXPECT_EQ(block.at("state"), "refused");
    EXPECT_EQ(block.at("reason"), refused.reason);
}

TEST_F(QueueTest, NoPluginTakesAKeyOfTheDocumentOrOfAnother) {
    for (const auto* name : {"counts", "reaper"}) {
        PluginStatus refused;
        refused.name = name;
        plugins.add(refused);
    }
    plugins.add(runningReaper());
    const auto queue = getJson("/queue");
    EXPECT_EQ(queue.at("counts").at("running"), 0);
    EXPECT_EQ(queue.at("reaper").at("state"), "running");
}

TEST_F(QueueTest, EveryKeyThatIsNoBlockIsKeptFromPlugins) {
    const auto queue = getJson("/queue");
    for (const auto& [key, value] : queue.items()) {
        const bool block = value.is_object() && value.contains("enabled");
        EXPECT_NE(isQueueKey(key), block) << key;
    }
    EXPECT_EQ(queue.size(), kQueueKeys.size() + kBundledBlocks.size());
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

TEST_F(QueueTest, SaysWhichBaseIsRedSinceWhen) {
    NewJob check;
    check.project = "greeter";
    check.lane = Lane::kExec;
    check.payload.kind = WorkKind::kBaseCheck;
    check.payload.base = "3fa9c1e";
    const auto key = store.write([&](Tx& tx) {
        ensureProject(tx, "greeter", "/repo");
        static_cast<void>(enqueueJob(tx, check));
        return claimJobs(tx, {0, 100, 0}).at(0).key();
    });
    EXPECT_TRUE(getJson("/queue").at("red_bases").empty());
    finish(key, JobStatus::kFailed, 2);
    const auto red = getJson("/queue").at("red_bases").at(0);
    EXPECT_EQ(red.at("project"), "greeter");
    EXPECT_EQ(red.at("branch"), "main");
    EXPECT_EQ(red.at("base"), "3fa9c1e");
    EXPECT_EQ(red.at("reason"), "exit 2");
    EXPECT_EQ(red.at("since").get<std::string>().size(), 20U);
}

TEST_F(QueueTest, CanBePausedAndResumed) {
    EXPECT_EQ(Json::parse(post("/api/v1/queue/pause", R"({"by":"me"})").body).at("paused"), true);
    EXPECT_EQ(getJson("/queue").at("paused"), true);
    EXPECT_EQ(Json::parse(post("/api/v1/queue/resume").body).at("paused"), false);
    const std::vector<std::string> calls{"pause queue by me", "resume queue by operator"};
    EXPECT_EQ(orders.calls(), calls);
}

}  // namespace orch::testing
