#include "http/http_fixture.hpp"
#include "store/journal.hpp"

namespace orch::testing {

struct PluginsTest : HttpTest {
    PluginsTest() { plugins.add(runningReaper()); }

    Json order(const std::string& verb) {
        const auto answer = post("/api/v1/plugins/reaper/" + verb, R"({"by":"me"})");
        EXPECT_EQ(answer.status, 200) << answer.body;
        return Json::parse(answer.body);
    }
    void decide(const std::string& actor) {
        store.write([&](Tx& tx) {
            return writeJournal(tx, {actor, "job 5", "process_died", "it is lost", {}, "observe"});
        });
    }
};

TEST_F(PluginsTest, EveryPluginIsShownWithWhatItIsAndDoes) {
    const auto list = getJson("/api/v1/plugins").at("plugins");
    ASSERT_EQ(list.size(), 1U);
    EXPECT_EQ(list[0], getJson("/api/v1/plugins/reaper"));
    EXPECT_EQ(list[0].at("name"), "reaper");
    EXPECT_EQ(list[0].at("state"), "running");
    EXPECT_EQ(list[0].at("enabled"), true);
    EXPECT_EQ(list[0].at("mode"), "live");
    EXPECT_EQ(list[0].at("next_in"), 12.5);
    EXPECT_EQ(list[0].at("late_p99_ms"), 0.2);
    EXPECT_EQ(list[0].at("last_tick"), nullptr);
    EXPECT_EQ(list[0].at("settings").at("dead_ticks"), 3);
    EXPECT_EQ(list[0].at("snapshot").at("reaped"), 1);
    EXPECT_EQ(list[0].at("grants").size(), 2U);
}

TEST_F(PluginsTest, AnUnknownOneIsNotFoundAndTheNearestIsNamed) {
    const std::string sentence = "there is no plugin repaer, did you mean reaper?";
    EXPECT_EQ(detailOf(get("/api/v1/plugins/repaer"), 404), sentence);
    EXPECT_EQ(detailOf(post("/api/v1/plugins/repaer/disable"), 404), sentence);
    EXPECT_EQ(detailOf(get("/api/v1/plugins/disk-watch"), 404),
              "there is no plugin disk-watch; there are reaper");
}

// proves H4
TEST_F(PluginsTest, SwitchingOffSaysWhoDidItAndIsSeenAtOnce) {
    const auto answer = order("disable");
    EXPECT_EQ(answer.at("on"), false);
    EXPECT_EQ(answer.at("sentence"), "reaper is off (operator me)");
    EXPECT_EQ(answer.at("plugin").at("enabled"), false);
    EXPECT_EQ(getJson("/queue").at("reaper").at("switch"), "off (operator me)");
    EXPECT_EQ(order("enable").at("on"), true);
}

// proves H4
TEST_F(PluginsTest, SwitchingOnTellsWhoStillKeepsItOff) {
    plugins.keepOff("environment: ORCH_REAPER_ENABLED=false");
    const auto answer = order("enable");
    EXPECT_EQ(answer.at("on"), false);
    EXPECT_EQ(answer.at("plugin").at("switch"), "off (environment: ORCH_REAPER_ENABLED=false)");
}

TEST_F(PluginsTest, II3ASwitchNeedsTheTokenAndNoUnknownField) {
    const auto path = "POST /api/v1/plugins/reaper/disable";
    EXPECT_EQ(client().ask(requestText(path, "", R"({"by":"me"})")).status, 401);
    EXPECT_EQ(plugins.list()[0].switch_text, "on");
    EXPECT_EQ(post("/api/v1/plugins/reaper/disable", R"({"why":"so"})").status, 422);
}

TEST_F(PluginsTest, ItsDecisionsAreFoundInTheJournal) {
    for (const auto* actor : {"plugin:reaper#1", "engine", "plugin:reaper#2"}) decide(actor);
    const auto entries = getJson("/api/v1/journal?actor=plugin:reaper").at("entries");
    ASSERT_EQ(entries.size(), 2U);
    EXPECT_EQ(entries[1].at("actor"), "plugin:reaper#2");
    EXPECT_EQ(entries[1].at("mode"), "observe");
    EXPECT_EQ(detailOf(get("/api/v1/journal?actor=plugin:reaper%232"), 400),
              "actor is asked for without its generation: plugin:reaper");
}

// proves H1
TEST_F(PluginsTest, IH9APluginThatHangsMakesOrchdUnready) {
    EXPECT_EQ(get("/readyz").status, 200);
    hung = "plugin reaper has been in its tick for 45 s, its timeout is 30 s";
    EXPECT_EQ(detailOf(get("/readyz"), 503), hung);
    EXPECT_EQ(get("/healthz").status, 200);
}

}  // namespace orch::testing
