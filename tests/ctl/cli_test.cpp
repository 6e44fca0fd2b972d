#include "ctl/orchctl_fixture.hpp"

namespace orch::ctl {

using nlohmann::json;

TEST_F(OrchctlTest, HelpTeachesWithExamplesAndExitCodes) {
    EXPECT_EQ(orchctl({"--help"}), 0);
    EXPECT_NE(out.find("orchctl explain T-3"), std::string::npos);
    EXPECT_NE(out.find("4 waits for a human"), std::string::npos);
}

TEST_F(OrchctlTest, EveryCommandHasHelp) {
    const std::vector<std::vector<std::string>> commands{{"init"},
                                                         {"doctor"},
                                                         {"status"},
                                                         {"task"},
                                                         {"task", "add"},
                                                         {"task", "list"},
                                                         {"task", "show"},
                                                         {"task", "reject"},
                                                         {"task", "override"},
                                                         {"job"},
                                                         {"job", "list"},
                                                         {"job", "show"},
                                                         {"job", "log"},
                                                         {"job", "cancel"},
                                                         {"queue"},
                                                         {"queue", "pause"},
                                                         {"explain"},
                                                         {"plugin"},
                                                         {"plugin", "list"},
                                                         {"plugin", "show"},
                                                         {"plugin", "enable"},
                                                         {"plugin", "disable"},
                                                         {"why"},
                                                         {"journal"},
                                                         {"config", "check"},
                                                         {"config", "show"},
                                                         {"demo"}};
    for (auto command : commands) {
        command.emplace_back("--help");
        EXPECT_EQ(orchctl(command), 0) << command.front();
        EXPECT_NE(out.find("Usage:"), std::string::npos) << command.front();
    }
}

TEST_F(OrchctlTest, NothingToDoIsAUsageErrorThatShowsTheHelp) {
    EXPECT_EQ(orchctl({}), 2);
    EXPECT_NE(err.find("orchctl status"), std::string::npos);
}

TEST_F(OrchctlTest, AnUnknownCommandIsNamedWithTheNearestOne) {
    EXPECT_EQ(orchctl({"statsu"}), 2);
    EXPECT_NE(err.find("statsu"), std::string::npos) << err;
    EXPECT_NE(err.find("did you mean status?"), std::string::npos) << err;
}

TEST_F(OrchctlTest, WhatIsNoTaskIsRefusedBeforeAnythingIsSent) {
    for (const std::string text : {"x", "T-0", "T-1/../2", "../7", "T-"}) {
        EXPECT_EQ(ask({"task", "show", text}), 2) << text;
    }
    EXPECT_EQ(ask({"job", "show", "0"}), 2);
    EXPECT_EQ(orchd.last().path, "");
}

TEST_F(OrchctlTest, UsageErrorsAreJsonTooWhenAskedFor) {
    EXPECT_EQ(orchctl({"task", "show", "--json"}), 2);
    EXPECT_EQ(json::parse(out)["exit_code"], 2);
}

TEST_F(OrchctlTest, NobodyAnsweringIsExitCodeThreeWithAnAdvice) {
    EXPECT_EQ(orchctl({"--url", "http://127.0.0.1:1", "status", "--json"}), 3);
    EXPECT_NE(err.find("cannot reach orchd at http://127.0.0.1:1 (from --url)"), std::string::npos);
    EXPECT_EQ(json::parse(out)["exit_code"], 3);
}

TEST_F(OrchctlTest, SomebodyElseAnsweringIsExitCodeThree) {
    orchd.answer("GET /queue", {200, "<html>It works!</html>", "text/html"});
    EXPECT_EQ(ask({"status"}), 3);
    EXPECT_NE(err.find("what answers there is not orchd"), std::string::npos) << err;
}

TEST_F(OrchctlTest, AnAddressThatIsNoneIsAUsageError) {
    EXPECT_EQ(orchctl({"--url", "ftp://there", "status"}), 2);
    EXPECT_EQ(orchctl({"--url", "http://127.0.0.1:99999999", "status"}), 2);
}

TEST_F(OrchctlTest, AMissingTokenIsAFailureOfOrdersOnly) {
    orchd.answer("GET /api/v1/tasks", R"({"tasks":[]})");
    const std::vector<std::string> there{"--url", orchd.url(), "--token-file", "none"};
    auto list = there;
    list.insert(list.end(), {"task", "list"});
    EXPECT_EQ(orchctl(list), 0) << err;
    auto pause = there;
    pause.insert(pause.end(), {"queue", "pause"});
    EXPECT_EQ(orchctl(pause), 1);
    EXPECT_NE(err.find("cannot read orchd's token from"), std::string::npos) << err;
}

TEST_F(OrchctlTest, ConfigCheckTellsEveryProblemWithItsLine) {
    write("orch.yaml", "state_dri: ./var\n");
    EXPECT_EQ(orchctl({"config", "check", (folder / "orch.yaml").string()}), 1);
    EXPECT_NE(err.find("orch.yaml:1:1: state_dri: unknown key, did you mean state_dir?"),
              std::string::npos)
        << err;
    EXPECT_EQ(orchctl({"config", "check", "--config", (folder / "orch.yaml").string()}), 1);
    EXPECT_NE(err.find("did you mean state_dir?"), std::string::npos) << err;
    EXPECT_EQ(orchctl({"config", "check"}), 1);
    EXPECT_TRUE(err.starts_with((folder / "orch.yaml").string() + ":1:1: ")) << err;
    EXPECT_EQ(orchctl({"config", "check", "--json", (folder / "orch.yaml").string()}), 1);
    EXPECT_FALSE(json::parse(out)["ok"]);
}

}  // namespace orch::ctl
