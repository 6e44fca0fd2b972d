#include "orch/services.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "sdk/wire.hpp"

// The JSON here is that of sdk/docs/services.md, written out, so that neither side of the SDK can
// change it unnoticed.

namespace orch {

using namespace std::chrono_literals;
using testing::IsEmpty;

const Why kWhy{"process_died", "its process is gone", {{"streak", "3"}, {"lock", "free"}}};
const std::string kWhyJson =
    R"({"rule":"process_died","decision":"its process is gone","evidence":{"streak":"3","lock":"free"}})";

struct ServicesTest : testing::Test {
    Wire wire;
    Host host = wire.host();
};

TEST_F(ServicesTest, RunningJobsHaveEverythingThatWasSeen) {
    wire.reply = R"({"self":"alive","jobs":[{"id":7,"attempt":2,"task":"T-3","project":"greeter",
        "stage":"review","agent":"reviewer","lane":"agent","pid":4711,"pid_start":18446744073709551615,
        "same_host":true,"same_boot":false,"starting":true,"running_ms":1500,"limit_ms":60000,
        "lock":"held","process":"dead","process_why":"pid_reused","group":2,"exit":"valid",
        "exit_code":3,"signal":9}]})";
    const auto running = host.jobs().running();
    EXPECT_EQ(wire.method, "jobs.running");
    EXPECT_TRUE(wire.askedFor("{}")) << wire.request;
    EXPECT_EQ(running.self, Life::kAlive);
    const auto& job = running.jobs.at(0);
    EXPECT_EQ(std::tuple(job.id, job.attempt, job.task, job.project, job.stage, job.agent),
              std::tuple(7, 2, "T-3", "greeter", "review", "reviewer"));
    EXPECT_EQ(std::tuple(job.lane, job.pid, job.pid_start, job.same_host, job.same_boot),
              std::tuple("agent", 4711, 18446744073709551615ULL, true, false));
    EXPECT_EQ(std::tuple(job.starting, job.running, job.limit, job.lock, job.process),
              std::tuple(true, 1500ms, 60s, Lock::kHeld, Life::kDead));
    EXPECT_EQ(std::tuple(job.process_why, job.group, job.exit, job.exit_code, job.signal),
              std::tuple("pid_reused", 2, ExitRecord::kValid, 3, 9));
}

TEST_F(ServicesTest, NullIsNothing) {
    wire.reply = R"({"self":"dead","jobs":[{"id":7,"attempt":1,"task":null,"pid":null,
        "pid_start":null,"limit_ms":null,"lock":"absent","process":"unknown","exit":"none",
        "exit_code":null,"signal":null}]})";
    const auto running = host.jobs().running();
    EXPECT_EQ(running.self, Life::kDead);
    const auto& job = running.jobs.at(0);
    EXPECT_EQ(job.task, "");
    EXPECT_FALSE(job.pid || job.pid_start || job.limit || job.exit_code || job.signal);
    EXPECT_EQ(std::tuple(job.lock, job.process, job.exit),
              std::tuple(Lock::kAbsent, Life::kUnknown, ExitRecord::kNone));
}

TEST_F(ServicesTest, FinishingNamesTheCauseAndWhatWasSeen) {
    wire.reply = R"({"result":"done"})";
    const auto answer = host.jobs().finish({.job = 7,
                                            .attempt = 2,
                                            .pid = 4711,
                                            .pid_start = 99,
                                            .cause = Cause::kProcessDied,
                                            .why = kWhy});
    EXPECT_EQ(wire.method, "jobs.finish");
    EXPECT_TRUE(wire.askedFor(R"({"job":7,"attempt":2,"pid":4711,"pid_start":99,
        "cause":"process_died","why":)" +
                              kWhyJson + "}"))
        << wire.request;
    EXPECT_EQ(answer.effect, Effect::kDone);
}

TEST_F(ServicesTest, EvidenceReadsInTheOrderInWhichItWasTold) {
    wire.reply = R"({"seq":1})";
    host.journal().write({"r", "d", {{"z", "1"}, {"a", "2"}}});
    EXPECT_THAT(wire.request, testing::HasSubstr(R"("evidence":{"z":"1","a":"2"})"));
}

TEST_F(ServicesTest, EveryCauseHasItsWord) {
    const std::vector<std::pair<Cause, std::string>> words{
        {Cause::kExitRecord, "exit_record"},
        {Cause::kProcessDied, "process_died"},
        {Cause::kPidReused, "pid_reused"},
        {Cause::kSpawnLost, "spawn_lost"},
        {Cause::kOtherBoot, "other_boot"},
        {Cause::kMaxRunning, "max_running"},
        {Cause::kUnknownLiveness, "unknown_liveness"}};
    wire.reply = R"({"result":"nothing","detail":"it is over"})";
    for (const auto& [cause, word] : words) {
        static_cast<void>(host.jobs().finish({.job = 1, .attempt = 1, .cause = cause, .why = {}}));
        EXPECT_TRUE(wire.askedFor(R"({"job":1,"attempt":1,"cause":")" + word +
                                  R"(","why":{"rule":"","decision":"","evidence":{}}})"))
            << wire.request;
    }
}

TEST_F(ServicesTest, EveryResultHasItsEffect) {
    const auto effectOf = [&](const std::string& word) {
        wire.reply = R"({"result":")" + word + R"(","detail":"because"})";
        const auto answer = host.notify().send({.subject = "s", .text = "t"});
        EXPECT_EQ(answer.detail, "because");
        return answer.effect;
    };
    EXPECT_EQ(effectOf("done"), Effect::kDone);
    EXPECT_EQ(effectOf("nothing"), Effect::kNothing);
    EXPECT_EQ(effectOf("observed"), Effect::kObserved);
    EXPECT_EQ(effectOf("held"), Effect::kHeld);
    EXPECT_EQ(effectOf("a word of a later orchd"), Effect::kNothing);
}

TEST_F(ServicesTest, TasksAreListed) {
    wire.reply = R"({"tasks":[{"id":"T-3","project":"greeter","title":"Greet","stage":"review",
        "state":"working","reason":"","stage_age_ms":90000,"has_job":true}]})";
    const auto tasks = host.tasks().list({.project = "greeter", .stage = {}, .state = "working"});
    EXPECT_EQ(wire.method, "tasks.list");
    EXPECT_TRUE(wire.askedFor(R"({"project":"greeter","state":"working","limit":500})"))
        << wire.request;
    const auto& task = tasks.at(0);
    EXPECT_EQ(std::tuple(task.id, task.project, task.title, task.stage, task.state),
              std::tuple("T-3", "greeter", "Greet", "review", "working"));
    EXPECT_EQ(std::tuple(task.reason, task.stage_age, task.has_job), std::tuple("", 90s, true));
}

TEST_F(ServicesTest, LeasesAreListed) {
    wire.reply = R"({"leases":[{"repository":"greeter","token":5,"task":"T-3","job":7,"attempt":2,
        "host":"box","pid":4711,"same_host":true,"same_boot":true,"holder":"alive","hold":"held",
        "age_ms":1000,"ttl_ms":600000,"unchanged_ms":2000,"renewals":3}]})";
    const auto lease = host.leases().list().at(0);
    EXPECT_EQ(wire.method, "leases.list");
    EXPECT_EQ(std::tuple(lease.repository, lease.token, lease.task, lease.job, lease.attempt),
              std::tuple("greeter", 5, "T-3", 7, 2));
    EXPECT_EQ(std::tuple(lease.host, lease.pid, lease.same_host, lease.same_boot),
              std::tuple("box", 4711, true, true));
    EXPECT_EQ(std::tuple(lease.holder, lease.hold, lease.age, lease.ttl, lease.unchanged),
              std::tuple(Life::kAlive, Lock::kHeld, 1s, 10min, 2s));
    EXPECT_EQ(lease.renewals, 3);
}

TEST_F(ServicesTest, ADamagedLeaseHasNoToken) {
    wire.reply =
        R"({"leases":[{"repository":"greeter","token":null,"pid":null,"holder":"unknown"}]})";
    const auto lease = host.leases().list().at(0);
    EXPECT_FALSE(lease.token || lease.pid || lease.same_host);
    EXPECT_EQ(lease.hold, Lock::kUnknown);
}

TEST_F(ServicesTest, ALeaseIsReclaimedByItsTokenOrAsDamaged) {
    wire.reply = R"({"result":"nothing","detail":"it was renewed"})";
    EXPECT_EQ(host.leases().reclaim("greeter", 5, kWhy).detail, "it was renewed");
    EXPECT_EQ(wire.method, "leases.reclaim");
    EXPECT_TRUE(wire.askedFor(R"({"repository":"greeter","token":5,"why":)" + kWhyJson + "}"));
    static_cast<void>(host.leases().reclaim("greeter", {}, kWhy));
    EXPECT_TRUE(wire.askedFor(R"({"repository":"greeter","why":)" + kWhyJson + "}"));
}

TEST_F(ServicesTest, ANoticeIsSentWithItsCauseIfItHasOne) {
    wire.reply = R"({"result":"done"})";
    host.notify().send({.subject = "disk:/", .text = "9.3 GB left on /"});
    EXPECT_EQ(wire.method, "notify.send");
    EXPECT_TRUE(wire.askedFor(R"({"subject":"disk:/","text":"9.3 GB left on /"})"));
    host.notify().send({.subject = "disk:/", .text = "full", .cause = "full"});
    EXPECT_TRUE(wire.askedFor(R"({"subject":"disk:/","text":"full","cause":"full"})"));
}

TEST_F(ServicesTest, AJournalRowHasItsNumber) {
    wire.reply = R"({"seq":812})";
    EXPECT_EQ(host.journal().write(kWhy, "T-3"), 812);
    EXPECT_EQ(wire.method, "journal.write");
    EXPECT_TRUE(wire.askedFor(R"({"subject":"T-3","rule":"process_died",
        "decision":"its process is gone","evidence":{"streak":"3","lock":"free"}})"));
    host.journal().write({.rule = "r", .decision = "d", .evidence = {}});
    EXPECT_TRUE(wire.askedFor(R"({"rule":"r","decision":"d","evidence":{}})"));
}

TEST_F(ServicesTest, ThePluginsFolderIsAPath) {
    wire.reply = R"({"path":"/var/lib/orch/plugins/x"})";
    EXPECT_EQ(host.stateDir().path(), "/var/lib/orch/plugins/x");
    EXPECT_EQ(wire.method, "state_dir.path");
    wire.reply = "{}";
    EXPECT_THROW(static_cast<void>(host.stateDir().path()), CallFailed);
}

TEST_F(ServicesTest, AProbeSaysWhatWasAnswered) {
    wire.reply = R"({"outcome":"answered","status":503,"headers":{"retry-after":"5"},"body":"no",
        "took_ms":12})";
    const auto answer = host.probe().http({.url = "http://127.0.0.1:9000/health",
                                           .timeout = 2s,
                                           .headers = {{"accept", "text/plain"}}});
    EXPECT_EQ(wire.method, "probe.http");
    EXPECT_TRUE(wire.askedFor(R"({"url":"http://127.0.0.1:9000/health","timeout_ms":2000,
        "headers":{"accept":"text/plain"},"body_limit":65536})"))
        << wire.request;
    EXPECT_EQ(std::tuple(answer.outcome, answer.status, answer.body, answer.took),
              std::tuple(ProbeOutcome::kAnswered, 503, "no", 12ms));
    EXPECT_THAT(answer.headers.at(0), testing::Pair("retry-after", "5"));
}

TEST_F(ServicesTest, EveryOutcomeOfAProbeHasItsValue) {
    const std::vector<std::pair<std::string, ProbeOutcome>> outcomes{
        {"answered", ProbeOutcome::kAnswered},
        {"refused", ProbeOutcome::kRefused},
        {"reset", ProbeOutcome::kReset},
        {"connect_timeout", ProbeOutcome::kConnectTimeout},
        {"answer_timeout", ProbeOutcome::kAnswerTimeout},
        {"name_not_resolved", ProbeOutcome::kNameNotResolved},
        {"tls", ProbeOutcome::kTls},
        {"no_route", ProbeOutcome::kNoRoute},
        {"bad_url", ProbeOutcome::kBadUrl},
        {"a word of a later orchd", ProbeOutcome::kNoRoute}};
    for (const auto& [word, outcome] : outcomes) {
        wire.reply = R"({"outcome":")" + word + R"(","detail":"why","took_ms":1})";
        const auto answer = host.probe().http({.url = "x", .headers = {}});
        EXPECT_EQ(answer.outcome, outcome) << word;
        EXPECT_EQ(answer.detail, "why");
    }
}

TEST_F(ServicesTest, ACommandIsStartedAsAJobAndAskedForLater) {
    wire.reply = R"({"result":"done","job":12})";
    const auto started =
        host.exec().start({.command = {"./x.sh", "a b"}, .timeout = 1min, .key = "k", .why = kWhy});
    EXPECT_EQ(wire.method, "exec.start");
    EXPECT_TRUE(wire.askedFor(R"({"command":["./x.sh","a b"],"timeout_ms":60000,"key":"k","why":)" +
                              kWhyJson + "}"));
    EXPECT_EQ(std::pair(started.answer.effect, started.job), std::pair(Effect::kDone, 12L));
    wire.reply = R"({"status":"failed","exit_code":2,"output":"no such file\n"})";
    const auto status = host.exec().status(12);
    EXPECT_EQ(wire.method, "exec.status");
    EXPECT_TRUE(wire.askedFor(R"({"job":12})"));
    EXPECT_EQ(std::tuple(status.status, status.exit_code, status.output, status.over()),
              std::tuple("failed", 2, "no such file\n", true));
}

TEST_F(ServicesTest, ACommandThatRunsIsNotOver) {
    wire.reply = R"({"status":"running","output":""})";
    EXPECT_FALSE(host.exec().status(1).over());
    EXPECT_FALSE(host.exec().status(1).exit_code);
}

TEST_F(ServicesTest, AMethodThatTheSdkDoesNotKnowIsCalledAsText) {
    wire.reply = R"({"new":1})";
    EXPECT_EQ(host.call("later.method", R"({"a":2})"), R"({"new":1})");
    EXPECT_EQ(wire.method, "later.method");
    EXPECT_EQ(wire.request, R"({"a":2})");
}

TEST_F(ServicesTest, AByteThatIsNoUtf8DoesNotStopANotice) {
    wire.reply = R"({"result":"done"})";
    host.notify().send({.subject = "disk:/a\xff", .text = "t"});
    EXPECT_TRUE(wire.askedFor("{\"subject\":\"disk:/a\xEF\xBF\xBD\",\"text\":\"t\"}"));
}

TEST_F(ServicesTest, ALogLineGoesOutAsItIs) {
    host.log(Level::kWarning, "look");
    EXPECT_EQ(wire.logged, (std::vector<std::string>{"2 look"}));
}

}  // namespace orch
