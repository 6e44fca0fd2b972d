#include "ctl/orchctl_fixture.hpp"

namespace orch::ctl {

using nlohmann::json;

namespace {
constexpr const char* kTask =
    R"({"id":"T-3","project":"greeter","title":"Greet in French too","stage":"review",)"
    R"("state":"active","jobs":[]})";
}  // namespace

TEST_F(OrchctlTest, AddingATaskPrintsItsName) {
    orchd.answer("POST /api/v1/tasks", {201, R"({"id":"T-3"})"});
    EXPECT_EQ(ask({"task", "add", "--project", "greeter", "Greet in French too"}), 0);
    EXPECT_EQ(out, "T-3\n");
    const auto sent = json::parse(orchd.last().body);
    EXPECT_EQ(sent["project"], "greeter");
    EXPECT_EQ(sent["title"], "Greet in French too");
    EXPECT_EQ(sent["by"], "alice");
    EXPECT_TRUE(orchd.last().proved);
}

TEST_F(OrchctlTest, AnAddedTaskCanBeNamedByAKeySoThatRepeatingIsSafe) {
    orchd.answer("POST /api/v1/tasks", {201, R"({"id":"T-3"})"});
    EXPECT_EQ(ask({"task", "add", "--project", "greeter", "--key", "k1", "Greet"}), 0);
    EXPECT_EQ(orchd.last().idempotency_key, "k1");
}

TEST_F(OrchctlTest, ADescriptionMayComeFromAFile) {
    orchd.answer("POST /api/v1/tasks", {201, R"({"id":"T-3"})"});
    write("idea.md", "Lyon wants it.\n");
    EXPECT_EQ(
        ask({"task", "add", "--project", "greeter", "--description-file", "idea.md", "Greet"}), 0);
    EXPECT_EQ(json::parse(orchd.last().body)["description"], "Lyon wants it.\n");
}

TEST_F(OrchctlTest, EveryVerbIsSentWithItsCommentAndActor) {
    for (const std::string verb : {"rework", "pause", "resume", "retry", "cancel"}) {
        orchd.answer("POST /api/v1/tasks/T-3/" + verb, kTask);
        EXPECT_EQ(ask({"task", verb, "t-3", "because so", "--by", "bob"}), 0) << err;
        EXPECT_EQ(json::parse(orchd.last().body), (json{{"by", "bob"}, {"comment", "because so"}}));
        EXPECT_NE(out.find("now active in review"), std::string::npos) << out;
    }
}

TEST_F(OrchctlTest, OverridingNeedsAReason) {
    orchd.answer("POST /api/v1/tasks/T-3/override", kTask);
    EXPECT_EQ(ask({"task", "override", "T-3", "--shown", "0123456789ab"}), 2);
    EXPECT_EQ(ask({"task", "override", "T-3", "--shown", "0123456789ab", "--because", "flaky"}), 0);
    EXPECT_EQ(json::parse(orchd.last().body),
              (json{{"by", "alice"}, {"comment", "flaky"}, {"shown", "0123456789ab"}}));
}

// proves S4
TEST_F(OrchctlTest, ApprovingTellsWhatStandsThereAndSendsExactlyThat) {
    orchd.answer("GET /api/v1/tasks/T-3/explain", R"({"answers":[
        {"verb":"override","gate":"check","what":"the head","shown":"ffff","reason":"red"},
        {"verb":"approve","gate":"protected","what":"the head","shown":"abcdef0123456789",
         "reason":"changes protected paths \u001b[31mMakefile"}]})");
    orchd.answer("GET /api/v1/tasks/T-3/diff",
                 {200, "# x\ndiff --git a/Makefile b/Makefile\n+x\n", "text/plain"});
    for (const std::string verb : {"approve", "reject"}) {
        orchd.answer("POST /api/v1/tasks/T-3/" + verb, kTask);
        EXPECT_EQ(ask({"task", verb, "T-3", "so", "--by", "bob"}), 0) << err;
        EXPECT_EQ(json::parse(orchd.last().body),
                  (json{{"by", "bob"}, {"comment", "so"}, {"shown", "abcdef0123456789"}}));
        EXPECT_NE(out.find("the head abcdef0123456789"), std::string::npos) << out;
        EXPECT_NE(out.find("1 file changed; see it: orchctl task diff T-3"), std::string::npos)
            << out;
        EXPECT_EQ(out.find('\x1b'), std::string::npos) << out;
    }
}

TEST_F(OrchctlTest, OfADiffThatIsCutTheFilesAreAtLeastSoMany) {
    orchd.answer("GET /api/v1/tasks/T-3/explain", R"({"answers":[
        {"verb":"approve","gate":"protected","what":"the head","shown":"aaaa","reason":"x"}]})");
    orchd.answer("GET /api/v1/tasks/T-3/diff",
                 {200,
                  "# x\ndiff --git a/a b/a\n+x\ndiff --git a/b b/b\n+y"
                  "\n# cut here: the change is larger than what is shown\n",
                  "text/plain"});
    orchd.answer("POST /api/v1/tasks/T-3/approve", kTask);
    EXPECT_EQ(ask({"task", "approve", "T-3"}), 0) << err;
    EXPECT_NE(out.find("at least 2 files changed"), std::string::npos) << out;
}

TEST_F(OrchctlTest, WhereTwoThingsWaitThePersonSaysWhich) {
    orchd.answer("GET /api/v1/tasks/T-3/explain", R"({"answers":[
        {"verb":"approve","gate":"human_approval","what":"01-analysis.md","shown":"aaaa","reason":"waits"},
        {"verb":"approve","gate":"protected","what":"the head","shown":"bbbb","reason":"changes"}]})");
    EXPECT_EQ(ask({"task", "approve", "T-3"}), 1);
    EXPECT_NE(err.find("--shown"), std::string::npos) << err;
    orchd.answer("POST /api/v1/tasks/T-3/approve", kTask);
    EXPECT_EQ(ask({"task", "approve", "T-3", "--shown", "aaaa"}), 0);
    EXPECT_EQ(json::parse(orchd.last().body)["shown"], "aaaa");
}

TEST_F(OrchctlTest, AnArtefactAndADiffAreHarmlessForATerminal) {
    orchd.answer("GET /api/v1/tasks/T-3/artefacts/01-analysis.md",
                 {200, "a \x1b[2Jplan\n", "text/plain"});
    EXPECT_EQ(ask({"task", "show", "T-3", "--artefact", "01-analysis.md"}), 0) << err;
    EXPECT_EQ(out, "a \xEF\xBF\xBD[2Jplan\n");
    orchd.answer("GET /api/v1/tasks/T-3/diff", {200, "+x\x1b]0;t\n", "text/plain"});
    EXPECT_EQ(ask({"task", "diff", "T-3"}), 0) << err;
    EXPECT_EQ(out, "+x\xEF\xBF\xBD]0;t\n");
}

TEST_F(OrchctlTest, ARefusalIsOrchdsOwnSentenceAndExitCodeOne) {
    orchd.answer("GET /api/v1/tasks/T-3/explain", R"({"answers":[]})");
    orchd.answer("POST /api/v1/tasks/T-3/approve",
                 {409,
                  R"({"title":"Conflict","detail":"T-3 stands at no human gate"})",
                  "application/problem+json"});
    EXPECT_EQ(ask({"task", "approve", "T-3"}), 1);
    EXPECT_EQ(err, "orchctl: T-3 stands at no human gate\n");
}

TEST_F(OrchctlTest, TheTableOfTasksIsAlignedAndCut) {
    orchd.answer("GET /api/v1/tasks?state=parked", std::string{R"({"tasks":[)"} + kTask + "]}");
    terminal.columns = 53;
    EXPECT_EQ(ask({"task", "list", "--state", "parked"}), 0);
    EXPECT_EQ(out,
              "TASK  TITLE         PROJECT  STAGE   STATE   FOR  JOB\n"
              "T-3   Greet in Fr…  greeter  review  active  -    -\n");
}

TEST_F(OrchctlTest, JsonIsOneDocumentAndTheOnesOrchdSent) {
    orchd.answer("GET /api/v1/tasks/T-3", kTask);
    EXPECT_EQ(ask({"task", "show", "T-3", "--json"}), 0);
    EXPECT_EQ(json::parse(out), json::parse(kTask));
}

TEST_F(OrchctlTest, TextsOfOthersCannotCommandTheTerminal) {
    orchd.answer(
        "GET /api/v1/tasks/T-3",
        R"({"id":"T-3","title":"\u001b]0;owned\u0007 \u202etxt","state":"active","jobs":[]})");
    EXPECT_EQ(ask({"task", "show", "T-3"}), 0);
    EXPECT_EQ(out.find_first_of("\x1b\x07"), std::string::npos);
    EXPECT_EQ(out.find("\u202e"), std::string::npos);
    EXPECT_NE(out.find("]0;owned"), std::string::npos);
}

TEST_F(OrchctlTest, ALogIsPassedOnByteByByteIntoAPipe) {
    orchd.answer("GET /api/v1/jobs/7/log", {200, "\x1b[31mred\x1b[0m\n", "text/plain"});
    EXPECT_EQ(ask({"job", "log", "7"}), 0);
    EXPECT_EQ(out, "\x1b[31mred\x1b[0m\n");
}

TEST_F(OrchctlTest, ALogOnATerminalIsHarmless) {
    terminal.tty = true;
    orchd.answer("GET /api/v1/jobs/7/log", {200, "\x1b[31mred\r\n", "text/plain"});
    EXPECT_EQ(ask({"job", "log", "7"}), 0);
    EXPECT_EQ(out, "\uFFFD[31mred\n");
}

TEST_F(OrchctlTest, ALogThatIsCutWhileItsAgentRunsIsAFailure) {
    orchd.answer("GET /api/v1/jobs/7/log?follow=1", {200, "so far\n", "text/plain"});
    orchd.answer("GET /api/v1/jobs/7", R"({"id":7,"status":"running","pid":4711,"attempt":1})");
    EXPECT_EQ(ask({"job", "log", "7", "--follow"}), 3);
    EXPECT_EQ(out, "so far\n");
}

TEST_F(OrchctlTest, ALogIsOneStringInJson) {
    orchd.answer("GET /api/v1/jobs/7/log", {200, "a\xff\n", "text/plain"});
    EXPECT_EQ(ask({"job", "log", "7", "--json"}), 0);
    EXPECT_EQ(json::parse(out)["log"], "a\uFFFD\n");
}

TEST_F(OrchctlTest, StatusTellsWhatRunsAndWhoIsNeeded) {
    orchd.answer(
        "GET /queue",
        R"({"counts":{"running":1,"queued":2,"scheduled":0},"max_concurrency":2,"paused":true,)"
        R"("running":[{"id":7,"task":"T-3","stage":"development","agent":"developer",)"
        R"("attempt":1,"pid":4711,"adopted":true}]})");
    orchd.answer(
        "GET /api/v1/tasks",
        R"({"tasks":[{"id":"T-5","state":"parked","stage":"review","reason":"limit 3"}]})");
    EXPECT_EQ(ask({"status"}), 0);
    EXPECT_NE(out.find("running 1 of 2 · queued 2"), std::string::npos) << out;
    EXPECT_NE(out.find("the queue is paused"), std::string::npos) << out;
    EXPECT_NE(out.find("developer  1        4711  - (adopted)"), std::string::npos) << out;
    EXPECT_NE(out.find("parked  T-5 in review: limit 3"), std::string::npos) << out;
}

TEST_F(OrchctlTest, StatusTellsWhichTaskWaitsForAnAnswer) {
    orchd.answer("GET /queue", R"({"counts":{}})");
    orchd.answer("GET /api/v1/tasks",
                 R"({"tasks":[{"id":"T-2","state":"active","stage":"analysis","job":null}]})");
    orchd.answer("GET /api/v1/tasks/T-2/explain",
                 R"({"verdicts":[{"colour":"human","reason":"waits for me to approve it"}]})");
    EXPECT_EQ(ask({"status"}), 0);
    EXPECT_NE(out.find("human  T-2 in analysis: waits for me to approve it\n"), std::string::npos)
        << out;
}

TEST_F(OrchctlTest, IE7StatusTellsThatTheDiskIsShort) {
    orchd.answer("GET /queue", R"({"counts":{},"disk":{"reason":"only 3 MB left"}})");
    orchd.answer("GET /api/v1/tasks", R"({"tasks":[]})");
    EXPECT_EQ(ask({"status"}), 0);
    EXPECT_NE(out.find("disk  only 3 MB left\n"), std::string::npos) << out;
}

TEST_F(OrchctlTest, IE3StatusTellsWhatCouldNotBeCleanedUp) {
    orchd.answer("GET /queue",
                 R"({"counts":{},"janitor":{"failures":[{"what":"jobs/7.1","why":"held"}]}})");
    orchd.answer("GET /api/v1/tasks", R"({"tasks":[]})");
    EXPECT_EQ(ask({"status"}), 0);
    EXPECT_NE(out.find("clean-up  jobs/7.1: held\n"), std::string::npos) << out;
}

TEST_F(OrchctlTest, StatusTellsWhichBaseIsRedAndWhichPluginDoesNotRun) {
    orchd.answer("GET /queue",
                 R"({"counts":{},"red_bases":[{"project":"greeter","branch":"main","job":9,)"
                 R"("base":"3fa9c1e000000","since":"2020-01-02T03:04:05Z","reason":"exit 2"}]})");
    orchd.answer("GET /api/v1/tasks", R"({"tasks":[]})");
    orchd.answer("GET /api/v1/plugins",
                 R"({"plugins":[{"name":"reaper","state":"running","reason":""},)"
                 R"j({"name":"mergelease","state":"off","switch":"off (operator me, 14:05)"}]})j");
    EXPECT_EQ(ask({"status"}), 0);
    EXPECT_NE(out.find("base  main of greeter is red since 2020-01-02"), std::string::npos) << out;
    EXPECT_NE(out.find(" at 3fa9c1e: exit 2 (job 9)\n"), std::string::npos) << out;
    EXPECT_NE(out.find("plugin  mergelease is off (operator me, 14:05)\n"), std::string::npos)
        << out;
    EXPECT_EQ(out.find("reaper"), std::string::npos) << out;
}

TEST_F(OrchctlTest, StatusOfAnOlderOrchdHasNoPlugins) {
    orchd.answer("GET /queue", R"({"counts":{}})");
    orchd.answer("GET /api/v1/tasks", R"({"tasks":[]})");
    EXPECT_EQ(ask({"status", "--json"}), 0) << err;
    EXPECT_EQ(json::parse(out)["plugins"], json::array());
}

constexpr const char* kMade = R"({"done":5,"total":10})"
                              "\n"
                              R"({"file":"/b/copy.db","bytes":1400000,"check":"ok"})"
                              "\n";

TEST_F(OrchctlTest, ABackupIsNamedWithItsSize) {
    orchd.answer("POST /api/v1/backup", {200, kMade, "application/x-ndjson"});
    EXPECT_EQ(ask({"backup", "copy.db"}), 0) << err;
    EXPECT_EQ(out, "backup in /b/copy.db: 1.4 MB, checked: ok\n");
    EXPECT_EQ(json::parse(orchd.last().body)["file"], (folder / "copy.db").string());
    EXPECT_EQ(ask({"backup", "copy.db", "--json"}), 0);
    EXPECT_EQ(json::parse(out)["bytes"], 1400000);
}

TEST_F(OrchctlTest, ATerminalSeesHowFarTheBackupIs) {
    orchd.answer("POST /api/v1/backup", {200, kMade, "application/x-ndjson"});
    terminal.tty = true;
    EXPECT_EQ(ask({"backup", "copy.db"}), 0);
    EXPECT_NE(err.find("50 % of 10 B"), std::string::npos) << err;
}

TEST_F(OrchctlTest, ABackupThatFailedOrBrokeOffIsNoSuccess) {
    orchd.answer("POST /api/v1/backup",
                 {200,
                  R"({"error":"the disk is full"})"
                  "\n"});
    EXPECT_EQ(ask({"backup", "copy.db"}), 1);
    EXPECT_EQ(err, "orchctl: the disk is full\n");
    orchd.answer("POST /api/v1/backup",
                 {200,
                  R"({"done":5,"total":10})"
                  "\n"});
    EXPECT_EQ(ask({"backup", "copy.db"}), 3);
    EXPECT_NE(err.find("broke off"), std::string::npos) << err;
}

TEST_F(OrchctlTest, PausingTheQueueSaysWhatThatMeans) {
    orchd.answer("POST /api/v1/queue/pause", R"({"paused":true})");
    EXPECT_EQ(ask({"queue", "pause"}), 0);
    EXPECT_EQ(out, "the queue is paused: what runs goes on, nothing new begins\n");
}

TEST_F(OrchctlTest, TheJournalIsALineAnEntry) {
    orchd.answer(
        "GET /api/v1/journal?subject=T-3&limit=50",
        R"({"entries":[{"seq":1,"at":"2020-01-02T03:04:05Z","actor":"engine","subject":"T-3",)"
        R"("rule":"advance","decision":"analysis green"}],"next":1})");
    EXPECT_EQ(ask({"journal", "--subject", "T-3"}), 0);
    EXPECT_NE(out.find("T-3    engine    advance   analysis green\n"), std::string::npos) << out;
}

TEST_F(OrchctlTest, FollowingTheJournalIsNoJsonDocument) {
    orchd.answer("GET /api/v1/journal?limit=50", R"({"entries":[],"next":0})");
    EXPECT_EQ(ask({"journal", "--follow", "--json"}), 2);
}

TEST_F(OrchctlTest, CancellingAJobSaysWhatItIsNow) {
    orchd.answer("POST /api/v1/jobs/7/cancel", R"({"id":7,"status":"running"})");
    EXPECT_EQ(ask({"job", "cancel", "7"}), 0);
    EXPECT_EQ(out, "job 7 is told to end · now running\n");
}

}  // namespace orch::ctl
