#include <sys/stat.h>

#include "http/http_fixture.hpp"
#include "store/jobs.hpp"
#include "support/eventually.hpp"

namespace orch::testing {

struct LogTest : HttpTest {
    const TaskId task = newTask();
    static std::string pathOf(AttemptKey key, const std::string& query = "") {
        return "/api/v1/jobs/" + std::to_string(raw(key.job)) + "/log" + query;
    }
    RawClient follow(AttemptKey key) {
        auto talk = client();
        talk.send(requestText("GET " + pathOf(key, "?follow=1")));
        return talk;
    }
};

TEST_F(LogTest, ALogIsPlainText) {
    const auto answer = get(pathOf(newRunningJob(task, "one\ntwo\n")));
    EXPECT_EQ(answer.status, 200);
    EXPECT_EQ(answer.fields.at("content-type"), "text/plain; charset=utf-8");
    EXPECT_EQ(answer.fields.at("x-content-type-options"), "nosniff");
    EXPECT_EQ(answer.body, "one\ntwo\n");
}

TEST_F(LogTest, ALargeLogComesWhole) {
    const std::string text(1'000'000, 'x');
    EXPECT_EQ(get(pathOf(newRunningJob(task, text))).body, text);
}

TEST_F(LogTest, AnAttemptCanBeNamed) {
    auto key = newRunningJob(task, "first");
    EXPECT_EQ(get(pathOf(key, "?attempt=1")).body, "first");
    detailOf(get(pathOf(key, "?attempt=2")), 404);
    detailOf(get(pathOf(key, "?attempt=0")), 400);
    detailOf(get("/api/v1/jobs/77/log"), 404);
}

TEST_F(LogTest, AFollowerSeesWhatIsWrittenUntilTheAttemptEnds) {
    const auto key = newRunningJob(task, "one\n");
    auto talk = follow(key);
    ASSERT_TRUE(talk.readUntil("one\n"));
    appendLog(key, "two\n");
    ASSERT_TRUE(talk.readUntil("two\n"));
    appendLog(key, "three\n");
    finish(key);
    EXPECT_EQ(talk.read().body, "one\ntwo\nthree\n");
}

TEST_F(LogTest, AFollowerOfAJobThatWaitsSeesItsFirstAttempt) {
    NewJob job;
    job.task = task;
    job.agent = "developer";
    const auto id = store.write([&](Tx& tx) { return enqueueJob(tx, job).id; });
    auto talk = follow({id, 1});
    ASSERT_TRUE(talk.readUntil("\r\n\r\n"));
    const auto key = store.write([](Tx& tx) { return claimJobs(tx, {1, 0, 0}).at(0).key(); });
    appendLog(key, "begun\n");
    ASSERT_TRUE(talk.readUntil("begun\n"));
    finish(key);
    EXPECT_EQ(talk.read().body, "begun\n");
}

TEST_F(LogTest, AnAgentCannotPointItsLogElsewhereOrMakeAReaderWait) {
    const auto link = newRunningJob(task, "x");
    std::filesystem::remove(orders.logOf(link));
    std::filesystem::create_symlink("/etc/passwd", orders.logOf(link));
    ::testing::internal::CaptureStderr();
    EXPECT_EQ(get(pathOf(link)).body, "");
    std::filesystem::remove(orders.logOf(link));
    ASSERT_EQ(mkfifo(orders.logOf(link).c_str(), 0600), 0);
    EXPECT_EQ(get(pathOf(link)).body, "");
    EXPECT_THAT(::testing::internal::GetCapturedStderr(), ::testing::HasSubstr("was cut short"));
}

TEST_F(LogTest, AnEndedJobsFollowerGetsTheLogAndTheEnd) {
    const auto key = newRunningJob(task, "all\n");
    finish(key);
    EXPECT_EQ(get(pathOf(key, "?follow=1")).body, "all\n");
}

TEST_F(LogTest, FollowersAreBoundedAndAPlaceIsFreeOnceOneLeaves) {
    options.limits.streams = 1;
    const auto key = newRunningJob(task, "one\n");
    auto first = follow(key);
    ASSERT_TRUE(first.readUntil("one\n"));
    EXPECT_EQ(follow(key).read().status, 503);
    first.close();
    EXPECT_TRUE(eventually([&] { return follow(key).readUntil("one\n"); }));
}

TEST_F(LogTest, FollowersDoNotKeepTheServerFromStopping) {
    const auto key = newRunningJob(task, "one\n");
    auto talk = follow(key);
    ASSERT_TRUE(talk.readUntil("one\n"));
    stopServer();
    EXPECT_EQ(talk.read().body, "one\n");
}

}  // namespace orch::testing
