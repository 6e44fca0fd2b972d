#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>
#include <nlohmann/json.hpp>

#include "base/files.hpp"
#include "base/run.hpp"
#include "support/eventually.hpp"
#include "system/installation.hpp"
#include "system/puppet.hpp"

namespace orch::testing {

namespace fs = std::filesystem;
using Json = nlohmann::json;

namespace {

/// With what JSON, URLs and shells spell differently.
std::string valueOf(const std::string& name) {
    return "Wolke-" + name + "-7/+&\"x";
}
const std::map<std::string, std::string> kSecrets{{"S3CRET_AGENT", valueOf("agent")},
                                                  {"S3CRET_CHECK", valueOf("check")},
                                                  {"S3CRET_DEPLOY", valueOf("deploy")},
                                                  {"S3CRET_PLUGIN", valueOf("plugin")},
                                                  {"S3CRET_FAIL", valueOf("fail")},
                                                  {"MY_API_TOKEN", valueOf("passed")}};

/// How the value may stand in a text.
std::vector<std::string> spellings(const std::string& value) {
    const auto json = Json(value).dump();
    const auto base64 = run({.command = {"/bin/sh", "-c", "printf %s \"$V\" | base64 -w0"},
                             .environment = {"PATH=/usr/bin:/bin", "V=" + value}})
                            .output;
    return {value, json.substr(1, json.size() - 2), base64.substr(0, base64.size() - 4)};
}

struct SecretsTest : ::testing::Test {
    SecretsTest() {
        world.settings.agent_options += ", pass_env: [MY_API_TOKEN]";
        world.settings.agents =
            "  keyed: {command: [sh, {dir}/agents/keyed.sh, '${S3CRET_AGENT}'], timeout: 2m, "
            "pass_env: [MY_API_TOKEN]}\n";
        world.settings.stages =
            "    - {name: development, agent: keyed, gate: [committed], on_red: {to: development, "
            "limit: 3}}\n"
            "    - {name: testing, check: [sh, {dir}/agents/check.sh, '${S3CRET_CHECK}'], gate: "
            "[check], on_red: {to: development, limit: 1}}\n"
            "    - {name: deploy, merge: {style: merge}, gate: [merged, deployed]}\n";
        world.settings.project =
            "    deploy: {command: [sh, {dir}/agents/deploy.sh, '${S3CRET_DEPLOY}', "
            "'{version}']}\n";
        // Its first argument, as it is and as base64.
        const std::string say = "echo \"this is $1\"; printf %s \"u:$1\" | base64 -w0; echo\n";
        world.script("keyed", "begin\necho \"passed $MY_API_TOKEN\"\n" + say + "change; end");
        world.script("check", "begin\n" + say + "end\n[ ! -e change-T-2 ] || exit 3");
        world.script("deploy", "begin\n" + say + "end");
    }

    /// Every file below `folder` that has one of the values in it; agents' own output is theirs.
    [[nodiscard]] std::vector<std::string> leaksBelow(const fs::path& folder) const {
        std::vector<std::string> found;
        for (const auto& entry : fs::recursive_directory_iterator(folder)) {
            if (!entry.is_regular_file() || entry.path().filename() == "out.log") continue;
            const auto text = readFile(entry.path()).value_or("");
            if (leaks(text)) found.push_back(entry.path().string());
        }
        return found;
    }
    [[nodiscard]] bool leaks(const std::string& text) const {
        auto values = kSecrets;
        values["token"] = known_token;
        values["read-token"] = known_read_token;
        return std::ranges::any_of(values, [&](const auto& secret) {
            return std::ranges::any_of(spellings(secret.second), [&](const std::string& spelling) {
                if (!has(text, spelling)) return false;
                std::cerr << "-- " << secret.first << " in: " << text.substr(0, 3000) << "\n";
                return true;
            });
        });
    }
    void start(const std::map<std::string, std::string>& environment = kSecrets) {
        world.start(environment);
        const auto text = world.file("state/token");
        known_token = text.substr(0, text.find('\n'));
        ASSERT_GE(known_token.size(), 32U);
        const auto reading = world.file("state/read-token");
        known_read_token = reading.substr(0, reading.find('\n'));
        ASSERT_GE(known_read_token.size(), 32U);
    }
    [[nodiscard]] std::string get(const std::string& path) const {
        const auto url = world.url() + path;
        return run({.command = {"curl", "-s", "-H", "Authorization: Bearer " + known_token, url},
                    .environment = {"PATH=/usr/bin:/bin"}})
            .output;
    }

    Installation world;
    Puppet puppet{world};
    std::string known_token, known_read_token;
};

}  // namespace

// proves X5: in commands of agents, checks and deploys, of a task that is done and one that is red
TEST_F(SecretsTest, NoValueOfAReferenceIsStoredAnsweredOrPrinted) {
    start();
    const auto done = world.addTask("Done");
    ASSERT_TRUE(world.taskBecomes(done, "done"));
    const auto red = world.addTask("My token is " + valueOf("agent"));
    (void)world.parkedBecause(red);

    std::string answers;
    for (const std::string task : {"T-1", "T-2"}) {
        answers += get("/api/v1/tasks/" + task) + get("/api/v1/tasks/" + task + "/explain");
        answers += world.orchctl({"explain", task}).out + world.orchctl({"task", "show", task}).out;
        answers += world.orchctl({"journal", task}).out + world.orchctl({"why", task}).out;
    }
    for (const auto* path : {"/",
                             "/healthz",
                             "/readyz",
                             "/queue",
                             "/api/v1/tasks",
                             "/api/v1/jobs",
                             "/api/v1/plugins",
                             "/api/v1/plugins/reaper",
                             "/api/v1/journal?limit=500",
                             "/api/v1/config"}) {
        answers += get(path);
    }
    for (const auto& job : world.rows("SELECT id FROM jobs")) {
        const auto path = "/api/v1/jobs/" + job.front();
        answers += get(path) + get(path + "/log") + get(path + "/log?follow=true");
    }
    answers += world.orchctl({"status"}).out + world.orchctl({"config", "show"}).out;
    EXPECT_FALSE(leaks(answers));
    // It was all there: the log of a deploy, a check's output, a reason.
    for (const auto* shown : {"${S3CRET_AGENT}", "${S3CRET_CHECK}", "${S3CRET_DEPLOY}"}) {
        EXPECT_TRUE(has(answers, std::string{"this is "} + shown)) << shown;
    }
    EXPECT_TRUE(has(answers, "passed ${MY_API_TOKEN}"));
    const auto journal = get("/api/v1/journal?limit=500");
    EXPECT_TRUE(has(journal, "check.sh ${S3CRET_CHECK}` failed")) << journal;

    ASSERT_EQ(world.orchctl({"backup", (world.dir / "backup.db").string()}).code, 0);
    world.orchd().signal(SIGTERM);
    ASSERT_EQ(world.orchd().exitCode(), 0);
    fs::remove(world.state / "token");
    fs::remove(world.state / "read-token");
    EXPECT_EQ(leaksBelow(world.state), std::vector<std::string>{});
    EXPECT_TRUE(has(world.file("state/tasks/T-1/06-deploy-log.md"), "this is ${S3CRET_DEPLOY}"));
}

// proves X5
TEST_F(SecretsTest, APluginsWordsAreMaskedWhereverTheyGo) {
    puppet.use("", ", fail: 'cannot log in with ${S3CRET_FAIL}'");
    start();
    const auto said = world.orchctl({"plugin", "list"}).out + get("/api/v1/plugins") +
                      get("/api/v1/plugins/puppet") + get("/api/v1/journal?limit=500") +
                      world.orchctl({"plugin", "show", "puppet"}).out + world.log();
    EXPECT_TRUE(has(get("/api/v1/plugins/puppet"), "cannot log in with ${S3CRET_FAIL}")) << said;
    EXPECT_TRUE(has(world.log(), "cannot log in with ${S3CRET_FAIL}")) << said;
    EXPECT_FALSE(leaks(said));
}

// proves X5
TEST_F(SecretsTest, APluginsCommandGetsTheSecretThatNoRowHolds) {
    puppet.use(", grants: [exec.start, exec.status]");
    // A text that only looks like a reference arrives as it is.
    const auto script =
        "test \"$1\" = '" + valueOf("plugin") + "' && test \"$2\" = '${S3CRET_PLUGIN}' && echo $1";
    const Json order{{"command", {"sh", "-c", script, "sh", valueOf("plugin"), "${S3CRET_PLUGIN}"}},
                     {"key", "k"},
                     {"why",
                      {{"rule", "test"},
                       {"decision", "asked with " + valueOf("plugin")},
                       {"evidence", {{"answer", valueOf("plugin")}}}}}};
    puppet.tell("call exec.start " + order.dump() + "\nfinish\n");
    world.settings.agents += "  unused: {command: [sh, '${S3CRET_PLUGIN}']}\n";
    start();
    EXPECT_TRUE(world.becomes(
        "SELECT status FROM jobs WHERE agent='plugin:puppet' ORDER BY id LIMIT 1", "succeeded"))
        << puppet.said();
    const auto journal = get("/api/v1/journal?limit=500");
    EXPECT_TRUE(has(journal, "asked with ${S3CRET_PLUGIN}")) << journal;
    EXPECT_FALSE(leaks(journal + get("/api/v1/jobs") + get("/api/v1/jobs/1/log")));
    world.orchd().signal(SIGTERM);
    ASSERT_EQ(world.orchd().exitCode(), 0);
    fs::remove(world.state / "token");
    fs::remove(world.state / "read-token");
    EXPECT_EQ(leaksBelow(world.state), std::vector<std::string>{});
}

// proves X5
TEST_F(SecretsTest, WhatAnAttemptWasStartedWithIsForgottenOnceItRuns) {
    world.script("keyed", "begin; hold; end");
    start();
    world.addTask();
    ASSERT_TRUE(world.runsBegin(1));
    EXPECT_EQ(leaksBelow(world.state / "jobs"), std::vector<std::string>{});
    EXPECT_TRUE(has(world.file("state/jobs/1.1/spec.json"), "(begun)"));
    world.letGo();
}

// proves X5
TEST_F(SecretsTest, AValueTooPlainToBeMaskedIsTold) {
    auto environment = kSecrets;
    environment["S3CRET_CHECK"] = "8080";
    start(environment);
    EXPECT_TRUE(has(world.log(),
                    "orchd: warning: the value of ${S3CRET_CHECK} is not hidden where a program "
                    "prints it: it is a short plain word"))
        << world.log();
}

}  // namespace orch::testing
