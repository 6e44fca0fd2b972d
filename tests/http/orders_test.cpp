#include "base/error.hpp"
#include "http/http_fixture.hpp"

namespace orch::testing {

struct OrdersTest : HttpTest {
    OrdersTest() { newTask(); }
    std::string lastCall() { return orders.calls().back(); }
};

TEST_F(OrdersTest, EveryVerbReachesTheOperatorWithItsWords) {
    const std::string body = R"({"by":"me","comment":"because\nof this"})";
    for (const std::string verb :
         {"approve", "reject", "rework", "override", "pause", "resume", "retry", "cancel"}) {
        const auto answer = post("/api/v1/tasks/T-1/" + verb, body);
        EXPECT_EQ(answer.status, 200) << verb;
        EXPECT_EQ(Json::parse(answer.body).at("id"), "T-1");
        EXPECT_THAT(lastCall(), ::testing::StartsWith(verb + " T-1 by me: ")) << verb;
    }
}

TEST_F(OrdersTest, VerbsThatNeedAReasonAskForIt) {
    for (const std::string verb : {"reject", "rework", "override"}) {
        EXPECT_EQ(detailOf(post("/api/v1/tasks/T-1/" + verb, R"({"by":"me"})"), 422),
                  "comment is missing or empty");
    }
    EXPECT_EQ(orders.calls().size(), 1U);
}

TEST_F(OrdersTest, OthersNeedNoBodyAtAll) {
    EXPECT_EQ(post("/api/v1/tasks/T-1/resume").status, 200);
    EXPECT_EQ(lastCall(), "resume T-1 by operator: ");
}

TEST_F(OrdersTest, ARefusalComesBackAsItsSentence) {
    const std::map<Refused::Why, int> statuses{{Refused::Why::kConflict, 409},
                                               {Refused::Why::kNotFound, 404},
                                               {Refused::Why::kInvalid, 422},
                                               {Refused::Why::kForbidden, 403}};
    for (const auto& [why, status] : statuses) {
        orders.beforeEachCall([why] { throw Refused(why, "T-1 is done"); });
        EXPECT_EQ(detailOf(post("/api/v1/tasks/T-1/approve"), status), "T-1 is done");
    }
}

TEST_F(OrdersTest, AStoreThatCannotCommitIsUnavailable) {
    orders.beforeEachCall([] { throw StoreError("the disk is full"); });
    const auto answer = post("/api/v1/tasks/T-1/approve");
    EXPECT_EQ(detailOf(answer, 503), "the disk is full");
    EXPECT_TRUE(answer.fields.contains("retry-after"));
}

TEST_F(OrdersTest, ARemoteThatFailsIsABadGateway) {
    orders.beforeEachCall([] { throw RemoteError("git fetch failed", true); });
    EXPECT_EQ(detailOf(get("/api/v1/tasks/T-1/explain"), 502), "git fetch failed");
}

TEST_F(OrdersTest, AnUnforeseenFailureIsToldToTheOperatorNotToTheCaller) {
    orders.beforeEachCall([] { throw std::runtime_error("secret detail\nsecond line"); });
    ::testing::internal::CaptureStderr();
    const auto answer = post("/api/v1/tasks/T-1/approve");
    EXPECT_THAT(::testing::internal::GetCapturedStderr(),
                ::testing::HasSubstr("POST /api/v1/tasks/T-1/approve failed unexpectedly: secret"));
    EXPECT_THAT(detailOf(answer, 500), ::testing::Not(::testing::HasSubstr("secret")));
    orders.beforeEachCall({});
    EXPECT_EQ(get("/healthz").status, 200);
}

TEST_F(OrdersTest, EvenWhatIsNoExceptionLeavesTheServerAlive) {
    orders.beforeEachCall([] { throw 42; });
    ::testing::internal::CaptureStderr();
    detailOf(post("/api/v1/tasks/T-1/approve"), 500);
    EXPECT_FALSE(::testing::internal::GetCapturedStderr().empty());
    EXPECT_EQ(get("/healthz").status, 200);
}

// proves S4
TEST_F(OrdersTest, AnAnswerSaysWhatWasShown) {
    for (const std::string verb : {"approve", "reject", "override"}) {
        post("/api/v1/tasks/T-1/" + verb, R"({"by":"me","comment":"x","shown":"abc123"})");
        EXPECT_EQ(lastCall(), verb + " T-1 by me: x [abc123]");
    }
    EXPECT_THAT(detailOf(post("/api/v1/tasks/T-1/pause", R"({"shown":"abc123"})"), 422),
                ::testing::HasSubstr("unknown field \"shown\""));
}

// proves S4
TEST_F(OrdersTest, AnAnswerToWhatIsThereNoMoreComesBackWithWhatIsThere) {
    orders.beforeEachCall([] {
        throw NotAsShown(Refused::Why::kConflict,
                         "T-1 changed",
                         "abc123",
                         {{"approve", "protected", "the head", "def456", "changes Makefile"}});
    });
    const auto answer = post("/api/v1/tasks/T-1/approve", R"({"shown":"abc123"})");
    EXPECT_EQ(detailOf(answer, 409), "T-1 changed");
    const auto document = Json::parse(answer.body);
    EXPECT_EQ(document.at("shown"), "abc123");
    EXPECT_EQ(document.at("present").at(0).at("shown"), "def456");
    EXPECT_EQ(document.at("present").at(0).at("what"), "the head");
}

TEST_F(OrdersTest, WhatIsJudgedCanBeLookedAt) {
    orders.artefacts["01-analysis.md"] = {"hash1", "a \xff plan\n"};
    orders.diff = {"base1", "head1", {"+x\n", true}};
    const auto artefact = get("/api/v1/tasks/T-1/artefacts/01-analysis.md");
    EXPECT_EQ(artefact.body, "a \xEF\xBF\xBD plan\n");
    EXPECT_EQ(artefact.fields.at("etag"), "\"hash1\"");
    EXPECT_EQ(get("/api/v1/tasks/T-1/artefacts/other").status, 404);
    EXPECT_EQ(get("/api/v1/tasks/T-9/artefacts/01-analysis.md").status, 404);
    const auto diff = get("/api/v1/tasks/T-1/diff");
    EXPECT_THAT(diff.body, ::testing::StartsWith("# head1 on base1\n+x\n"));
    EXPECT_THAT(diff.body, ::testing::HasSubstr("cut here"));
}

}  // namespace orch::testing
