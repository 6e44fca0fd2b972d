#include "http/http_fixture.hpp"

namespace orch::testing {

struct TasksTest : HttpTest {
    Answer add(const std::string& fields, const std::string& lines = "") {
        return post("/api/v1/tasks", R"({"project":"greeter",)" + fields + "}", lines);
    }
    std::string refusalOf(const std::string& fields, int status = 422) {
        return detailOf(add(fields), status);
    }
};

TEST_F(TasksTest, ANewTaskIsMadeAndShown) {
    const auto answer = add(R"("title":"Greet","description":"In\nFrench.","by":"me")");
    EXPECT_EQ(answer.status, 201);
    EXPECT_EQ(answer.fields.at("location"), "/api/v1/tasks/T-1");
    const auto task = Json::parse(answer.body);
    EXPECT_EQ(task.at("id"), "T-1");
    EXPECT_EQ(task.at("state"), "active");
    EXPECT_EQ(task.at("stage"), "analysis");
    EXPECT_EQ(task.at("description"), "In\nFrench.");
    EXPECT_EQ(task.at("branch"), "orch/T-1");
    EXPECT_EQ(orders.calls().at(0), "create Greet by me");
}

TEST_F(TasksTest, ARepeatedIdempotencyKeyAnswersTheTaskThatIsThere) {
    const auto key = "Idempotency-Key: abc\r\n";
    EXPECT_EQ(add(R"("title":"Greet")", key).status, 201);
    const auto again = add(R"("title":"Greet")", key);
    EXPECT_EQ(again.status, 200);
    EXPECT_EQ(Json::parse(again.body).at("id"), "T-1");
    EXPECT_EQ(getJson("/api/v1/tasks").at("tasks").size(), 1U);
}

TEST_F(TasksTest, AnIdempotencyKeyIsBounded) {
    const auto line = "Idempotency-Key: " + std::string(201, 'k') + "\r\n";
    detailOf(add(R"("title":"Greet")", line), 400);
    EXPECT_TRUE(orders.calls().empty());
}

TEST_F(TasksTest, ListsAreFiltered) {
    newTask();
    EXPECT_EQ(getJson("/api/v1/tasks?project=greeter&state=active").at("tasks").size(), 1U);
    EXPECT_EQ(getJson("/api/v1/tasks?project=other").at("tasks").size(), 0U);
    EXPECT_EQ(getJson("/api/v1/tasks?stage=review").at("tasks").size(), 0U);
    detailOf(get("/api/v1/tasks?state=asleep"), 400);
    detailOf(get("/api/v1/tasks?limit=0"), 400);
    EXPECT_THAT(detailOf(get("/api/v1/tasks?colour=red"), 400),
                ::testing::HasSubstr("project, stage, state, limit"));
}

TEST_F(TasksTest, ATaskShowsItsLiveJobAndAllItsJobs) {
    const auto id = newTask();
    finish(newRunningJob(id), JobStatus::kFailed, 1);
    const auto live = newRunningJob(id);
    const auto task = getJson("/api/v1/tasks/T-1");
    EXPECT_EQ(task.at("job").at("id"), raw(live.job));
    ASSERT_EQ(task.at("jobs").size(), 2U);
    EXPECT_EQ(task.at("jobs")[0].at("id"), raw(live.job));
    EXPECT_EQ(task.at("jobs")[1].at("status"), "failed");
}

TEST_F(TasksTest, ATaskWithoutAJobSaysSo) {
    newTask();
    EXPECT_TRUE(getJson("/api/v1/tasks/T-1").at("job").is_null());
}

TEST_F(TasksTest, WhatDoesNotExistIsNotFound) {
    for (const auto* path : {"/api/v1/tasks/T-9", "/api/v1/tasks/9", "/api/v1/tasks/T-0x1"}) {
        EXPECT_THAT(detailOf(get(path), 404), ::testing::HasSubstr("there is no task")) << path;
    }
    detailOf(get("/api/v1/tasks/T-1/../../config"), 404);
    detailOf(get("/api/v1/tasks/T-9/explain"), 404);
}

TEST_F(TasksTest, ExplainTellsVerdictsWithTheirEvidence) {
    newTask();
    orders.explanation = {TaskId{1},
                          "T-1 stands in review",
                          {"a line"},
                          {{"ci", Colour::kRed, "broken", {"mend it"}, {{"head", "3fa"}}, {}}},
                          {{"override", "ci", "the head", "3fa", "broken"}},
                          {"orchctl task rework T-1"}};
    const auto told = getJson("/api/v1/tasks/T-1/explain");
    EXPECT_EQ(told, Json::parse(R"({"id":"T-1","summary":"T-1 stands in review","lines":["a line"],
        "verdicts":[{"gate":"ci","colour":"red","reason":"broken","findings":["mend it"],
        "evidence":{"head":"3fa"}}],"answers":[{"verb":"override","gate":"ci","what":"the head",
        "shown":"3fa","reason":"broken"}],"actions":["orchctl task rework T-1"]})"));
}

TEST_F(TasksTest, TitlesAreBounded) {
    EXPECT_EQ(add(R"("title":")" + std::string(300, 'x') + "\"").status, 201);
    EXPECT_EQ(refusalOf(R"("title":")" + std::string(301, 'x') + "\""),
              "title has 301 characters, at most 300 are allowed");
    EXPECT_EQ(refusalOf(R"("title":"  ")"), "title is missing or empty");
    EXPECT_EQ(refusalOf(R"("title":"a\u0000b")"), "title has a control character");
    EXPECT_EQ(refusalOf(R"("title":"a\u001b[31mb")"), "title has a control character");
    EXPECT_EQ(refusalOf(R"("title":"a\nb")"), "title has a control character");
}

TEST_F(TasksTest, UnicodeTitlesAndDotsAreKeptAsTheyAre) {
    const std::string title = "Grüße ../../etc/passwd 日本 \U0001F600";
    const auto task = Json::parse(add("\"title\":\"" + title + "\"").body);
    EXPECT_EQ(task.at("title"), title);
    EXPECT_EQ(task.at("branch"), "orch/T-1");
}

TEST_F(TasksTest, ABodyThatIsNotJsonIsRefusedWithItsPlace) {
    const auto detail =
        detailOf(post("/api/v1/tasks", "{\"project\": \"greeter\",\n  title}"), 400);
    EXPECT_THAT(detail, ::testing::HasSubstr("line 2, column 4"));
    detailOf(add("\"title\":\"\xff\""), 400);
}

TEST_F(TasksTest, UnknownMissingAndMistypedFieldsAreRefused) {
    EXPECT_THAT(refusalOf(R"("titl":"x")"), ::testing::HasSubstr("did you mean title?"));
    EXPECT_EQ(refusalOf(R"("by":"me")"), "title is missing or empty");
    EXPECT_EQ(refusalOf(R"("title":7)"), "title must be a text");
    EXPECT_THAT(refusalOf(R"("title":["x"])"), ::testing::HasSubstr("none is a list"));
    EXPECT_THAT(refusalOf(R"("title":"a","title":"b")"), ::testing::HasSubstr("comes twice"));
    detailOf(post("/api/v1/tasks", "[]"), 422);
    detailOf(post("/api/v1/tasks"), 422);
    EXPECT_TRUE(orders.calls().empty());
}

}  // namespace orch::testing
