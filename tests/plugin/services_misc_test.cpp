#include "plugin/service_scene.hpp"
#include "store/tasks.hpp"

namespace orch {

using namespace testing;
using namespace std::chrono_literals;

struct ServiceTasksTest : ServiceScene {
    // Of a project that is not configured: nobody does anything about them.
    TaskId add(const std::string& project, const std::string& stage) {
        return store.write([&](Tx& tx) {
            ensureProject(tx, project, "somewhere");
            return createTask(tx, {.project = project, .title = "Greet", .stage = stage}).id;
        });
    }
};

TEST_F(ServiceTasksTest, TasksAreListedNewestFirst) {
    add("one", "development");
    world.create("Greet in French too");
    const auto tasks = ask("tasks.list")["tasks"];
    ASSERT_EQ(tasks.size(), 2U);
    EXPECT_EQ(tasks[0]["id"], "T-2");
    EXPECT_EQ(tasks[0]["has_job"], true);
    EXPECT_EQ(tasks[1]["project"], "one");
    EXPECT_EQ(tasks[1]["title"], "Greet");
    EXPECT_EQ(tasks[1]["stage"], "development");
    EXPECT_EQ(tasks[1]["state"], "active");
    EXPECT_EQ(tasks[1]["has_job"], false);
    EXPECT_GE(tasks[1]["stage_age_ms"], 0);
}

TEST_F(ServiceTasksTest, AFilterLeavesOthersOut) {
    add("one", "development");
    add("other", "review");
    EXPECT_EQ(ask("tasks.list", {{"project", "other"}})["tasks"].size(), 1U);
    EXPECT_EQ(ask("tasks.list", {{"stage", "review"}, {"state", "active"}})["tasks"].size(), 1U);
    EXPECT_EQ(ask("tasks.list", {{"state", "parked"}})["tasks"].size(), 0U);
    EXPECT_EQ(ask("tasks.list", {{"limit", 1}})["tasks"].size(), 1U);
}

struct ServiceJournalTest : ServiceScene {
    Json row(const std::string& decision = "nothing to do") {
        return {{"rule", "thought"}, {"decision", decision}, {"evidence", {{"a", "b"}}}};
    }
};

TEST_F(ServiceJournalTest, ARowIsThePluginsOwn) {
    EXPECT_EQ(ask("journal.write", row())["seq"], 1);
    const auto rows = journal();
    ASSERT_EQ(rows.size(), 1U);
    EXPECT_EQ(rows[0].actor, "plugin:reaper#3");
    EXPECT_EQ(rows[0].subject, "plugin reaper");
    EXPECT_EQ(rows[0].mode, "live");
    EXPECT_EQ(rows[0].evidence, (Evidence{{"a", "b"}}));
}

TEST_F(ServiceJournalTest, ObservingIsMarked) {
    mode = PluginMode::kObserve;
    (void)ask("journal.write", row());
    EXPECT_EQ(journal().at(0).mode, "observe");
}

TEST_F(ServiceJournalTest, NoMoreThanSixtyRowsAnHour) {
    for (int i = 0; i < 60; ++i) (void)ask("journal.write", row());
    EXPECT_EQ(refusal(ORCH_UNAVAILABLE, "journal.write", row()),
              "journal.write: the plugin has written its 60 rows of this hour; nothing was "
              "written");
    EXPECT_EQ(journal().size(), 60U);
    plugin = "other";
    (void)ask("journal.write", row());
}

TEST_F(ServiceJournalTest, WordsAreCutAndCleanedBeforeTheyAreKept) {
    const auto request = R"({"rule":"r\u0000","decision":")" + std::string(3000, 'd') + R"("})";
    EXPECT_EQ(services->call(caller(), "journal.write", request).status, ORCH_OK);
    EXPECT_EQ(journal().at(0).rule, "r\xEF\xBF\xBD");
    EXPECT_EQ(journal().at(0).decision.size(), 2000U);
}

TEST_F(ServiceJournalTest, WhatIsNotUtf8IsRefused) {
    const auto result = services->call(caller(), "journal.write", "{\"rule\":\"\xff\"}");
    EXPECT_EQ(result.status, ORCH_BAD_REQUEST);
    EXPECT_NE(result.reply.find("journal.write: the request cannot be read"), std::string::npos);
}

struct ServiceProbeTest : ServiceScene {};

TEST_F(ServiceProbeTest, AnAnswerIsHandedOn) {
    prober.answer = {.outcome = ProbeOutcome::kAnswered,
                     .status = 503,
                     .body = "busy\xff",
                     .headers = {{"retry-after", "5"}},
                     .took = 12ms};
    EXPECT_EQ(ask("probe.http", {{"url", "http://a/"}}),
              (Json{{"outcome", "answered"},
                    {"status", 503},
                    {"headers", {{"retry-after", "5"}}},
                    {"body", "busy\xEF\xBF\xBD"},
                    {"took_ms", 12}}));
    EXPECT_EQ(prober.asked.url, "http://a/");
    EXPECT_EQ(prober.asked.timeout, 5s);
    EXPECT_EQ(prober.asked.body_limit, 65'536U);
}

TEST_F(ServiceProbeTest, AFailureHasAClassAndADetail) {
    prober.answer = {.outcome = ProbeOutcome::kRefused, .detail = "a:80 refused the connection"};
    const auto reply = ask("probe.http",
                           {{"url", "http://a/"},
                            {"timeout_ms", 200},
                            {"body_limit", 0},
                            {"headers", {{"Accept", "text/html"}}}});
    EXPECT_EQ(reply["outcome"], "refused");
    EXPECT_EQ(reply["detail"], "a:80 refused the connection");
    EXPECT_FALSE(reply.contains("status"));
    EXPECT_EQ(prober.asked.timeout, 200ms);
    EXPECT_EQ(prober.asked.headers, (HttpHeaders{{"Accept", "text/html"}}));
}

TEST_F(ServiceProbeTest, AProbeDoesNotOutlastTheEntry) {
    patience = 2s;
    (void)ask("probe.http", {{"url", "http://a/"}, {"timeout_ms", 30'000}});
    EXPECT_LE(prober.asked.timeout, 2s);
}

TEST_F(ServiceProbeTest, ASwitchOffEndsAProbe) {
    prober.wait_until_cancelled = true;
    auto answer = std::async(std::launch::async, [&] {
        return call("probe.http", {{"url", "http://a/"}});
    });
    cancel.request_stop();
    EXPECT_EQ(answer.get().status, ORCH_CANCELLED);
}

TEST_F(ServiceProbeTest, AHeaderThatWouldBeTwoIsRefused) {
    EXPECT_EQ(refusal(ORCH_BAD_REQUEST,
                      "probe.http",
                      {{"url", "http://a/"}, {"headers", {{"A", "b\nC: d"}}}}),
              "probe.http: headers: the value of A has more than one line");
    EXPECT_EQ(
        refusal(ORCH_BAD_REQUEST, "probe.http", {{"url", "http://a/"}, {"headers", {{"A:", "b"}}}}),
        "probe.http: headers: \"A:\" is no name of a header");
}

TEST_F(ServiceProbeTest, ATimeoutOutOfItsRangeIsRefused) {
    EXPECT_EQ(refusal(ORCH_BAD_REQUEST, "probe.http", {{"url", "http://a/"}, {"timeout_ms", 99}}),
              "probe.http: timeout_ms must be a whole number from 100 to 30000, not 99");
}

}  // namespace orch
