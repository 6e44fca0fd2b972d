#include "ctl/orchctl_fixture.hpp"

namespace orch::ctl {

using nlohmann::json;

namespace {

json decision(const std::string& mode) {
    return {{"seq", 1},
            {"at", "2020-01-02T03:04:05Z"},
            {"actor", "plugin:reaper#3"},
            {"subject", "job 5"},
            {"rule", "process_died"},
            {"decision", "it is lost: its process is gone"},
            {"evidence", {{"pid", "4711"}, {"lock", "free"}}},
            {"mode", mode}};
}

struct WhyTest : OrchctlTest {
    void answerWith(const json& plugin, const std::vector<json>& entries) {
        orchd.answer("GET /api/v1/plugins/reaper", plugin.dump());
        answerJournal(entries);
    }
    void answerJournal(const std::vector<json>& entries) {
        orchd.answer("GET /api/v1/journal?actor=plugin%3Areaper&limit=20",
                     json{{"entries", entries}, {"next", 1}}.dump());
    }
    const json running{{"name", "reaper"},
                       {"state", "running"},
                       {"mode", "observe"},
                       {"ticks", 120},
                       {"since", "2020-01-02T02:04:05Z"},
                       {"last_tick", "2020-01-02T03:04:05Z"}};
};

}  // namespace

// proves X3
TEST_F(WhyTest, TellsDecisionsWithTheirEvidence) {
    answerWith(running, {decision("live"), decision("observe")});
    EXPECT_EQ(ask({"why", "reaper"}), 0) << err;
    const std::string line =
        "job 5  plugin:reaper#3  process_died  it is lost: its process is gone";
    EXPECT_NE(out.find(line + "\n       lock free, pid 4711\n"), std::string::npos) << out;
    EXPECT_NE(out.find(line + "  (only observed)\n"), std::string::npos) << out;
    EXPECT_NE(out.find("in mode observe: it decides and does nothing · it ticked 120 times since "),
              std::string::npos)
        << out;
}

TEST_F(WhyTest, TellsThatThereAreNone) {
    answerWith({{"name", "reaper"}, {"state", "running"}, {"mode", "live"}, {"ticks", 0}}, {});
    EXPECT_EQ(ask({"why", "reaper"}), 0) << err;
    EXPECT_EQ(out,
              "reaper is running · it has not ticked yet\n"
              "it has decided nothing so far: the journal has no entry of its\n");
}

TEST_F(WhyTest, TellsWhoSwitchedItOff) {
    answerWith({{"name", "reaper"}, {"state", "off"}, {"switch", "off (operator me, 14:05)"}}, {});
    EXPECT_EQ(ask({"why", "reaper"}), 0) << err;
    EXPECT_EQ(out.find("reaper is off (operator me, 14:05)\n"), 0U) << out;
}

TEST_F(WhyTest, WhatIsGoneFromTheConfigurationLeftItsDecisions) {
    answerJournal({decision("live")});
    EXPECT_EQ(ask({"why", "reaper"}), 0) << err;
    EXPECT_EQ(out.find("reaper is not in the configuration any more\n"), 0U) << out;
    answerJournal({});
    EXPECT_EQ(ask({"why", "reaper"}), 1);
}

TEST_F(WhyTest, JsonHasBothInOneDocument) {
    answerWith(running, {decision("live")});
    EXPECT_EQ(ask({"why", "reaper", "--json"}), 0);
    EXPECT_EQ(json::parse(out)["decisions"][0]["evidence"]["lock"], "free");
    EXPECT_EQ(json::parse(out)["plugin"]["ticks"], 120);
}

TEST_F(WhyTest, TheNumberOfDecisionsIsAskedFor) {
    orchd.answer("GET /api/v1/plugins/reaper", running.dump());
    orchd.answer("GET /api/v1/journal?actor=plugin%3Areaper&limit=3", R"({"entries":[]})");
    EXPECT_EQ(ask({"why", "reaper", "-n", "3"}), 0) << err;
    EXPECT_EQ(ask({"why", "reaper", "-n", "0"}), 2);
}

}  // namespace orch::ctl
