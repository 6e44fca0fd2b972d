#include "core/plugin.hpp"
#include "plugin/service_scene.hpp"

namespace orch {

using namespace testing;
struct ServiceCallTest : ServiceScene {};

TEST_F(ServiceCallTest, TheFolderOfAPluginIsItsOwnAndPrivate) {
    const std::filesystem::path path = ask("state_dir.path")["path"];
    EXPECT_EQ(path, world.setup.state_dir / "plugins" / "reaper");
    using std::filesystem::perms;
    EXPECT_EQ(std::filesystem::status(path).permissions(), perms::owner_all);
}

TEST_F(ServiceCallTest, AnUnknownMethodIsAnsweredWithTheNearest) {
    EXPECT_EQ(refusal(ORCH_UNKNOWN_METHOD, "task.list"),
              "this orchd has no method \"task.list\", did you mean tasks.list?");
}

TEST_F(ServiceCallTest, AMethodWithoutAGrantIsDeniedWithTheKeyToAddItTo) {
    grants.erase("tasks.list");
    EXPECT_EQ(refusal(ORCH_DENIED, "tasks.list"),
              "reaper is not granted tasks.list: add it to plugins.reaper.grants in the "
              "configuration if it may");
    EXPECT_EQ(services->refusedCalls("reaper"), std::vector<std::string>{"tasks.list"});
}

TEST_F(ServiceCallTest, ADenialIsJournalledOnceAGeneration) {
    grants.clear();
    for (int i = 0; i < 3; ++i) (void)refusal(ORCH_DENIED, "tasks.list");
    ++generation;
    (void)refusal(ORCH_DENIED, "tasks.list");
    const auto rows = journal();
    ASSERT_EQ(rows.size(), 2U);
    EXPECT_EQ(rows[0].rule, "denied");
    EXPECT_EQ(rows[0].actor, "plugin:reaper#3");
    EXPECT_EQ(rows[1].actor, "plugin:reaper#4");
}

TEST_F(ServiceCallTest, AnUnknownMemberIsRefusedWithTheNearest) {
    EXPECT_EQ(refusal(ORCH_BAD_REQUEST, "tasks.list", {{"projct", "greeter"}}),
              "tasks.list: unknown member \"projct\", did you mean project? (it takes: project, "
              "stage, state, limit)");
    EXPECT_EQ(refusal(ORCH_BAD_REQUEST, "leases.list", {{"all", true}}),
              "leases.list: unknown member \"all\" (it takes none)");
}

TEST_F(ServiceCallTest, ANumberOutOfItsRangeIsRefused) {
    EXPECT_EQ(refusal(ORCH_BAD_REQUEST, "tasks.list", {{"limit", 0}}),
              "tasks.list: limit must be a whole number from 1 to 1000, not 0");
    EXPECT_EQ(refusal(ORCH_BAD_REQUEST, "tasks.list", {{"limit", "many"}}),
              "tasks.list: limit must be a whole number from 1 to 1000, not \"many\"");
    EXPECT_EQ(refusal(ORCH_BAD_REQUEST, "tasks.list", {{"limit", 18446744073709551615U}}),
              "tasks.list: limit must be a whole number from 1 to 1000, not 18446744073709551615");
}

TEST_F(ServiceCallTest, AStateThatDoesNotExistIsRefused) {
    EXPECT_EQ(refusal(ORCH_BAD_REQUEST, "tasks.list", {{"state", "idle"}}),
              "tasks.list: state must be active, paused, parked, done or cancelled");
}

struct BadRequest {
    std::string request, sentence;
};
struct ServiceBadRequestTest : ServiceScene, ::testing::WithParamInterface<BadRequest> {};

TEST_P(ServiceBadRequestTest, IsRefusedWithASentence) {
    const auto result = services->call(caller(), "journal.write", GetParam().request);
    EXPECT_EQ(result.status, ORCH_BAD_REQUEST);
    EXPECT_EQ(result.reply, "journal.write: " + GetParam().sentence);
    EXPECT_TRUE(journal().empty());
}

INSTANTIATE_TEST_SUITE_P(
    Each,
    ServiceBadRequestTest,
    ::testing::Values(BadRequest{"[]", "the request cannot be read: it is not a JSON object"},
                      BadRequest{std::string((1U << 20U) + 1, ' '),
                                 "the request cannot be read: it is longer than 1 MiB"},
                      BadRequest{R"({"evidence":{"a":[[[[[[[[[[]]]]]]]]]]}})",
                                 "the request cannot be read: it is more than eight levels deep"},
                      BadRequest{R"({"rule":"a","rule":"b"})",
                                 "the request cannot be read: the member \"rule\" comes twice"},
                      BadRequest{R"({"decision":"x"})", "rule is missing"},
                      BadRequest{R"({"rule":"","decision":"x"})", "rule must not be empty"},
                      BadRequest{R"({"rule":7,"decision":"x"})", "rule must be a text"},
                      BadRequest{R"({"rule":"r","decision":null})", "decision is missing"},
                      BadRequest{R"({"rule":")" + std::string(101, 'r') + R"(","decision":"x"})",
                                 "rule must not be longer than 100 bytes"},
                      BadRequest{R"({"rule":"r","decision":"x","evidence":{"a":1}})",
                                 "evidence.\"a\" must be a text"},
                      BadRequest{R"({"rule":"r","decision":"x","evidence":"a"})",
                                 "evidence must be an object of at most 50 texts"}));

TEST_F(ServiceCallTest, WhatIsNoJsonIsRefusedWithItsPlace) {
    const auto result = services->call(caller(), "tasks.list", "{\"limit\":}");
    EXPECT_EQ(result.status, ORCH_BAD_REQUEST);
    EXPECT_NE(result.reply.find("line 1, column 10"), std::string::npos) << result.reply;
}

TEST_F(ServiceCallTest, ACancelledEntryGetsNothingMore) {
    cancel.request_stop();
    EXPECT_EQ(refusal(ORCH_CANCELLED, "tasks.list"),
              "the entry was cancelled or has passed its deadline: nothing was changed");
}

TEST_F(ServiceCallTest, AnEntryPastItsDeadlineGetsNothingMore) {
    patience = Milliseconds{-1};
    (void)refusal(ORCH_CANCELLED, "tasks.list");
}

// proves H4
TEST_F(ServiceCallTest, ASwitchedOffPluginGetsNothingMore) {
    permit = gate.permit();
    gate.shut();
    EXPECT_EQ(refusal(ORCH_CANCELLED, "tasks.list"),
              "the plugin was switched off or replaced: nothing was changed");
}

TEST_F(ServiceCallTest, TheTableIsWhatTheConfigurationKnows) {
    std::vector<std::string> names;
    for (const auto& method : Services::methods()) names.push_back(method.name);
    EXPECT_EQ(names, knownMethods());
}

// Whoever adds a method decides here whether a plugin could harm orchd or speak for a person by it.
TEST_F(ServiceCallTest, IH2NoMethodRestartsOrchdAndNoneGivesAnApproval) {
    std::vector<std::string> changing;
    for (const auto& method : Services::methods()) {
        if (method.changes) changing.push_back(method.name);
    }
    // A flip of a row, a lease's file, a message, a confined command of the plugin's own.
    EXPECT_EQ(
        changing,
        (std::vector<std::string>{"exec.start", "jobs.finish", "leases.reclaim", "notify.send"}));
}

}  // namespace orch
