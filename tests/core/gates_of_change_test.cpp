#include <gmock/gmock.h>

#include "core/facts.hpp"
#include "core/gates_of_change.hpp"

namespace orch::testing {

namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

Facts withProtectedChange() {
    auto facts = testingFacts();
    facts.project.protected_paths = {"Makefile"};
    facts.project.approvers = {"ann"};
    facts.protected_changes.value = ProtectedChanges{{{"Makefile", 1, 1}}, false};
    return facts;
}

DatedAnswer answer(bool approve, const std::string& bound_to, const std::string& comment = "") {
    return {{.by = "ann", .approve = approve, .bound_to = bound_to, .comment = comment},
            "2026-11-28T06:00:00Z"};
}

/// What the gate asks a person about now.
std::string asked(const Facts& facts) {
    return bindingOf(combine(judge(facts)), "");
}

std::vector<std::string> gatesJudged(const Facts& facts) {
    std::vector<std::string> names;
    for (const auto& verdict : judge(facts)) names.push_back(verdict.gate);
    return names;
}

}  // namespace

// proves S4
// proves S8
TEST(ProtectedGateTest, AChangeOfTheChecksOwnFileWaitsForAPersonWhereverItIsChecked) {
    const auto verdict = combine(judge(withProtectedChange()));
    EXPECT_EQ(verdict.colour, Colour::kHuman);
    EXPECT_EQ(verdict.gate, "protected");
    EXPECT_EQ(verdict.reason,
              "changes protected paths Makefile (+1 −1): may weaken what the work is judged by;"
              " needs ann to approve");
    EXPECT_THAT(verdict.evidence, Contains(Evidence::value_type{"protected", "Makefile (+1 −1)"}));
    EXPECT_THAT(bindingsOfAnswers(withProtectedChange()),
                ElementsAre("aaaaaaaaaa", bindingOf(verdict, "")));
}

// proves S8: a base that renames a file made a protected path of a change nobody had approved
TEST(ProtectedGateTest, AnApprovalIsOfThePathsThatWereShown) {
    auto facts = withProtectedChange();
    facts.answers_to_head = {answer(true, asked(facts)), answer(true, "aaaaaaaaaa")};
    EXPECT_EQ(combine(judge(facts)).colour, Colour::kGreen);
    facts.protected_changes.value->paths.push_back({".ci/run.sh", 1, 0});
    EXPECT_EQ(combine(judge(facts)).colour, Colour::kHuman);
    facts.answers_to_head.push_back(answer(true, asked(facts)));
    EXPECT_EQ(combine(judge(facts)).colour, Colour::kGreen);
}

TEST(ProtectedGateTest, APersonsApprovalOfThisHeadOpensIt) {
    auto facts = withProtectedChange();
    facts.answers_to_head = {answer(true, asked(facts))};
    EXPECT_EQ(combine(judge(facts)).colour, Colour::kGreen);
    EXPECT_THAT(combine(judge(facts)).reason, HasSubstr("approved by ann at 2026-11-28T06:00:00Z"));
}

TEST(ProtectedGateTest, ARejectionIsRedAndAsksToTakeTheChangeBack) {
    auto facts = withProtectedChange();
    facts.answers_to_head = {answer(true, asked(facts)),
                             answer(false, asked(facts), "not this way")};
    const auto verdict = combine(judge(facts));
    EXPECT_EQ(verdict.colour, Colour::kRed);
    EXPECT_THAT(verdict.findings,
                ElementsAre("Take the change of Makefile (+1 −1) back", "not this way"));
}

TEST(ProtectedGateTest, ItIsAskedWhereAStageChecksOrMergesAndOnceOnly) {
    auto facts = withProtectedChange();
    EXPECT_THAT(gatesJudged(facts), ElementsAre("protected", "check", "mergeable"));
    facts.stage.gates = {"check", "protected"};
    EXPECT_THAT(gatesJudged(facts), ElementsAre("check", "protected"));
    facts.project.protected_paths.clear();
    facts.stage.gates = {"check"};
    EXPECT_THAT(gatesJudged(facts), ElementsAre("check"));
}

// proves S4
TEST(ProtectedGateTest, NothingIsMergedBeforeEveryGateInFrontIsGreen) {
    auto facts = deployFacts();
    facts.merge.reset();
    facts.project.protected_paths = {"Makefile"};
    facts.protected_changes.value = ProtectedChanges{{{"Makefile", 1, 1}}, false};
    EXPECT_THAT(gatesJudged(facts), ElementsAre("protected"));
    EXPECT_EQ(combine(judge(facts)).colour, Colour::kHuman);
    facts.answers_to_head = {answer(true, asked(facts))};
    EXPECT_EQ(combine(judge(facts)).needs, WorkKind::kMerge);
    facts.stage.gates = {"human_approval", "merged"};
    EXPECT_EQ(combine(judge(facts)).colour, Colour::kHuman);
}

TEST(ProtectedGateTest, WhatIsMergedIsNotAskedAbout) {
    auto facts = deployFacts();
    facts.project.protected_paths = {"Makefile"};
    facts.work = {{}, "the worktree is gone"};
    EXPECT_EQ(combine(judge(facts)).colour, Colour::kGreen);
}

TEST(ProtectedGateTest, WhatCannotBeLookedAtIsUnclearOrAPersons) {
    auto facts = withProtectedChange();
    facts.protected_changes = {{}, "git said no"};
    EXPECT_EQ(combine(judge(facts)).colour, Colour::kUnclear);
    facts.protected_changes = {ProtectedChanges{{}, true}, ""};
    EXPECT_EQ(combine(judge(facts)).colour, Colour::kHuman);
}

// proves S8
TEST(SecretsGateTest, ASecretIsRedAndEachPlaceIsTold) {
    auto facts = developmentFacts();
    facts.stage.gates = {"committed", "secrets"};
    facts.secrets.value = SecretScan{{{"private-key", "c0ffee1234", "id_rsa", 1, "-----BEGIN"}}};
    const auto verdict = combine(judge(facts));
    EXPECT_EQ(verdict.colour, Colour::kRed);
    EXPECT_EQ(verdict.reason,
              "1 secret: private-key in id_rsa (line 1, commit c0ffee1): -----BEGIN");
    EXPECT_THAT(verdict.findings, Contains(HasSubstr("rewrite the commits")));
    EXPECT_TRUE(mayBeOverruled(verdict));
}

TEST(SecretsGateTest, OfWhatWasNotSearchedAsAWholeTheSecretsAreAtLeastSoMany) {
    auto facts = developmentFacts();
    facts.stage.gates = {"secrets"};
    facts.secrets.value =
        SecretScan{.findings = {{"private-key", "", "id_rsa", 1, "x"}}, .cut = true};
    EXPECT_EQ(combine(judge(facts)).reason, "at least 1 secret: private-key in id_rsa (line 1): x");
}

TEST(SecretsGateTest, WhatCouldNotBeSearchedAsAWholeIsAPersons) {
    auto facts = developmentFacts();
    facts.stage.gates = {"secrets"};
    facts.secrets.value = SecretScan{.cut = true};
    EXPECT_EQ(combine(judge(facts)).colour, Colour::kHuman);
    facts.answers_to_head = {answer(true, "aaaaaaaaaa")};
    EXPECT_EQ(combine(judge(facts)).colour, Colour::kGreen);
    facts.secrets.value = SecretScan{};
    facts.answers_to_head.clear();
    EXPECT_EQ(combine(judge(facts)).reason, "no secret is in its commits");
}

}  // namespace orch::testing
