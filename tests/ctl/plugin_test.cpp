#include "ctl/orchctl_fixture.hpp"

namespace orch::ctl {

using nlohmann::json;

namespace {

json reaper() {
    return {{"name", "reaper"},
            {"version", "1.0.0"},
            {"state", "running"},
            {"reason", ""},
            {"switch", "on"},
            {"mode", "live"},
            {"generation", 3},
            {"ticks", 120},
            {"last_tick", "2020-01-02T03:04:05Z"},
            {"missed", 1},
            {"failures", 2},
            {"failures_in_a_row", 0},
            {"last_error", "jobs.finish: not granted"},
            {"kill_switch", "ORCH_REAPER_ENABLED"},
            {"library", "/opt/orch/plugins/reaper.so"},
            {"interval", 30.0},
            {"next_in", 12.0},
            {"late_p99_ms", 0.2},
            {"tick_p50_ms", 0.4},
            {"needs", {"jobs.finish", "jobs.running"}},
            {"grants", {"jobs.running"}},
            {"refused_calls", {"jobs.finish"}},
            {"actions_last_hour", 1},
            {"max_actions_per_hour", 60},
            {"settings", {{"dead_ticks", 3}, {"spawn_grace", 10000}}},
            {"block", "reaper"},
            {"snapshot", {{"reaped", 1}}}};
}

json reconciler() {
    return {{"name", "reconciler"},
            {"version", "1.0.0"},
            {"state", "off"},
            {"reason", "off (environment: ORCH_RECONCILE_ENABLED=false)"},
            {"switch", "off (environment: ORCH_RECONCILE_ENABLED=false)"},
            {"mode", "live"},
            {"generation", 1},
            {"failures", 0},
            {"next_in", nullptr},
            {"late_p99_ms", nullptr},
            {"tick_p50_ms", nullptr}};
}

json refused() {
    return {{"name", "disk-watch"},
            {"state", "refused"},
            {"reason", "there is no library /opt/x/disk-watch.so"},
            {"switch", "on"},
            {"mode", "observe"},
            {"generation", 0},
            {"failures", 0}};
}

// clang-format off
constexpr const char* kWide =
R"text(NAME        VERSION  STATE    MODE     SWITCH                                           NEXT  LATE p99  TICK p50  FAILS  GENERATION
reaper      1.0.0    running  live     on                                               12 s  0.2 ms    0.4 ms    2      3
reconciler  1.0.0    off      live     off (environment: ORCH_RECONCILE_ENABLED=false)  -     -         -         0      1
disk-watch  -        refused  observe  on                                               -     -         -         0      -
disk-watch is refused: there is no library /opt/x/disk-watch.so
)text";
// clang-format on

struct PluginCommandTest : OrchctlTest {
    int list(const std::vector<json>& plugins) {
        orchd.answer("GET /api/v1/plugins", json{{"plugins", plugins}}.dump());
        return ask({"plugin", "list"});
    }
    int order(const std::string& verb, bool on, const std::string& sentence, json plugin) {
        orchd.answer("POST /api/v1/plugins/reaper/" + verb,
                     json{{"on", on}, {"sentence", sentence}, {"plugin", plugin}}.dump());
        return ask({"plugin", verb, "reaper", "--by", "bob"});
    }
};

}  // namespace

TEST_F(PluginCommandTest, TheListIsALineAPlugin) {
    EXPECT_EQ(list({reaper(), reconciler(), refused()}), 0) << err;
    EXPECT_EQ(out, kWide);
}

TEST_F(PluginCommandTest, TheListFitsATerminalAndSaysBelowWhatItCuts) {
    terminal.columns = 80;
    EXPECT_EQ(list({reaper(), reconciler()}), 0);
    EXPECT_EQ(out,
              "NAME        VERSION  STATE    MODE  SWITCH               NEXT  FAILS  GENERATION\n"
              "reaper      1.0.0    running  live  on                   12 s  2      3\n"
              "reconciler  1.0.0    off      live  off (environment: …  -     0      1\n"
              "reconciler is off (environment: ORCH_RECONCILE_ENABLED=false)\n");
}

TEST_F(PluginCommandTest, WithoutPluginsItSaysSo) {
    EXPECT_EQ(list({}), 0);
    EXPECT_EQ(out, "no plugins: the configuration names none\n");
}

TEST_F(PluginCommandTest, OneIsShownWithSettingsGrantsAndItsLastError) {
    orchd.answer("GET /api/v1/plugins/reaper", reaper().dump());
    EXPECT_EQ(ask({"plugin", "show", "reaper"}), 0) << err;
    for (const std::string part :
         {"reaper 1.0.0 · running · live · generation 3\n",
          "switch    on · other switches: ORCH_REAPER_ENABLED in orchd's environment",
          "ticks     120 · every 30 s · last 2020-01-02",
          "failures  2 · in a row 0 · last: jobs.finish: not granted\n",
          "needs     jobs.finish, jobs.running\n",
          "grants    jobs.running\n",
          "refused   jobs.finish\n",
          "actions   1 in the last hour, at most 60\n",
          "settings  dead_ticks = 3\n            spawn_grace = 10000\n",
          "says      {\"reaped\":1}\n            (reaper in GET /queue)\n"}) {
        EXPECT_NE(out.find(part), std::string::npos) << part << "in\n" << out;
    }
}

TEST_F(PluginCommandTest, OneThatDoesNotRunSaysWhyFirst) {
    orchd.answer("GET /api/v1/plugins/disk-watch", refused().dump());
    EXPECT_EQ(ask({"plugin", "show", "disk-watch"}), 0) << err;
    EXPECT_NE(out.find("\n  because   there is no library /opt/x/disk-watch.so\n"),
              std::string::npos)
        << out;
}

TEST_F(PluginCommandTest, AnUnknownOneIsOrchdsSentence) {
    orchd.answer("GET /api/v1/plugins/repaer",
                 {404, R"({"detail":"there is no plugin repaer, did you mean reaper?"})"});
    EXPECT_EQ(ask({"plugin", "show", "repaer"}), 1);
    EXPECT_EQ(err, "orchctl: there is no plugin repaer, did you mean reaper?\n");
}

// proves H4
TEST_F(PluginCommandTest, DisablingSaysWhoDidIt) {
    EXPECT_EQ(order("disable", false, "reaper is off (operator bob, 14:05)", reaper()), 0);
    EXPECT_EQ(out, "reaper is off (operator bob, 14:05)\n");
    EXPECT_EQ(json::parse(orchd.last().body), (json{{"by", "bob"}}));
}

// proves H4
TEST_F(PluginCommandTest, EnablingWhatAnotherSwitchKeepsOffEndsWithFive) {
    const std::string sentence = "reaper is off (environment: ORCH_REAPER_ENABLED=false)";
    EXPECT_EQ(order("enable", false, sentence, reconciler()), 5);
    EXPECT_EQ(err, "orchctl: " + sentence + " · one switch that is off is enough\n");
    EXPECT_EQ(out, "");
    EXPECT_EQ(ask({"plugin", "enable", "reaper", "--json"}), 5);
    EXPECT_EQ(json::parse(out)["exit_code"], 5);
}

TEST_F(PluginCommandTest, EnablingWhatDoesNotRunAnywaySaysWhy) {
    EXPECT_EQ(order("enable", true, "reaper is on", refused()), 0);
    EXPECT_EQ(out,
              "reaper is on\n"
              "disk-watch is refused: there is no library /opt/x/disk-watch.so\n");
}

TEST_F(PluginCommandTest, ANameIsNoWayToAnotherRoute) {
    EXPECT_EQ(ask({"plugin", "disable", "../queue/pause#"}), 1);
    EXPECT_EQ(orchd.last().path, "/api/v1/plugins/..%2Fqueue%2Fpause%23/disable");
}

}  // namespace orch::ctl
