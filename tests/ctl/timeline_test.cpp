#include "ctl/demo/timeline.hpp"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <sstream>

namespace orch::ctl {

using nlohmann::json;

namespace {

json jobOf(int id, const std::string& stage, const std::string& status, int attempt) {
    return {{"id", id},
            {"stage", stage},
            {"agent", stage + "er"},
            {"kind", "agent"},
            {"status", status},
            {"attempt", attempt}};
}

json queued(int job) {
    return {{"rule", "enqueue"}, {"decision", ""}, {"evidence", {{"job", std::to_string(job)}}}};
}

struct TimelineTest : ::testing::Test {
    std::string follow(const json& jobs, const json& entries) {
        out.str("");
        timeline.follow({{"id", "T-1"}, {"title", "Greet"}, {"jobs", jobs}}, entries);
        return out.str();
    }
    std::ostringstream out;
    Timeline timeline{out, {}};
};

}  // namespace

TEST_F(TimelineTest, AnAttemptIsToldOnceWithTheTitleAtTheFirst) {
    const auto jobs = json::array({jobOf(1, "analysis", "running", 1)});
    EXPECT_EQ(follow(jobs, json::array({queued(1)})),
              "00:00 ▸ T-1 \"Greet\" · analysis                          agent analysiser    "
              "job 1 (attempt 1)\n");
    EXPECT_EQ(follow(jobs, json::array()), "");
}

TEST_F(TimelineTest, AnAttemptIsToldOnlyAfterTheEntryThatLedToIt) {
    const auto jobs = json::array({jobOf(2, "review", "running", 1)});
    EXPECT_EQ(follow(jobs, json::array()), "");
    const auto told = follow(
        jobs, json::array({{{"rule", "advance"}, {"decision", "development green"}}, queued(2)}));
    EXPECT_LT(told.find("development green"), told.find("job 2 (attempt 1)"));
}

TEST_F(TimelineTest, AnAttemptThatEndedUnseenIsToldBeforeItsEnd) {
    const json entries{{{"rule", "retry"},
                        {"decision", "developer job 3 attempt 1: killed by signal 9, again in 1 s"},
                        {"evidence", {{"job", "3"}, {"attempt", "1"}}}}};
    const auto told = follow(json::array({jobOf(3, "development", "scheduled", 1)}), entries);
    const auto begun = told.find("job 3 (attempt 1)");
    const auto failed = told.find("↻ T-1 developer job 3 attempt 1: killed by signal 9");
    ASSERT_NE(begun, std::string::npos) << told;
    EXPECT_LT(begun, failed);
}

TEST_F(TimelineTest, AReworkNamesTheFindingAlone) {
    const json entries{{{"rule", "rework"},
                        {"decision",
                         "review red: reviewer found 1 defect (04-review.json, sha 3fa9c1e): "
                         "\"no test\" → development (1 of 3)"}}};
    EXPECT_EQ(follow(json::array(), entries),
              "00:00 ↩ T-1 review red: \"no test\" → development (1 of 3)\n");
}

TEST_F(TimelineTest, WhatMovesNothingIsNotTold) {
    EXPECT_EQ(follow(json::array(), {{{"rule", "enqueue"}, {"decision", "x"}}}), "");
}

}  // namespace orch::ctl
