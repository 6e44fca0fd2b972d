#include "ctl/orchctl_fixture.hpp"

namespace orch::ctl {

using nlohmann::json;

namespace {

json explanation(const std::string& colour) {
    return {
        {"id", "T-3"},
        {"summary", "T-3 \"Greet\" stands in review since 14:02 (3 h 10 m)."},
        {"lines", {"gate review_verdict: told above", "sent back to development 3 times, limit 3"}},
        {"verdicts",
         {{{"gate", "review_verdict"},
           {"colour", colour},
           {"reason", "reviewer found 2 defects: \"no test\""},
           {"findings", {"no test", "no comment"}},
           {"evidence", {{"head", std::string(40, 'a')}}}}}},
        {"actions", {"orchctl task rework T-3 \"…\"", "orchctl task cancel T-3"}}};
}

struct ExplainTest : OrchctlTest {
    int explain(const std::string& colour, const std::string& state, bool queue_paused = false) {
        orchd.answer("GET /api/v1/tasks/T-3/explain", explanation(colour).dump());
        orchd.answer("GET /api/v1/tasks/T-3", json{{"id", "T-3"}, {"state", state}}.dump());
        orchd.answer("GET /queue", json{{"paused", queue_paused}}.dump());
        return ask({"explain", "T-3"});
    }
};

}  // namespace

TEST_F(ExplainTest, TellsGateEvidenceFindingsAndWhatHelps) {
    explain("red", "active");
    EXPECT_EQ(out,
              "T-3 \"Greet\" stands in review since 14:02 (3 h 10 m).\n"
              "  gate review_verdict: red — reviewer found 2 defects: \"no test\" (head aaaaaaa)\n"
              "    \"no comment\"\n"
              "  sent back to development 3 times, limit 3\n"
              "  what you can do: orchctl task rework T-3 \"…\"  ·  orchctl task cancel T-3\n");
}

TEST_F(ExplainTest, ATaskOnItsWayIsNoNews) {
    EXPECT_EQ(explain("pending", "active"), 0);
}

TEST_F(ExplainTest, ATaskAtAHumanGateEndsWithFour) {
    EXPECT_EQ(explain("human", "active"), 4);
}

TEST_F(ExplainTest, AParkedTaskEndsWithFour) {
    EXPECT_EQ(explain("red", "parked"), 4);
}

TEST_F(ExplainTest, APausedTaskEndsWithFive) {
    EXPECT_EQ(explain("human", "paused"), 5);
}

TEST_F(ExplainTest, ATaskBehindAPausedQueueEndsWithFive) {
    EXPECT_EQ(explain("pending", "active", true), 5);
}

TEST_F(ExplainTest, ADoneTaskIsDone) {
    EXPECT_EQ(explain("green", "done", true), 0);
}

}  // namespace orch::ctl
