#include "core/pipeline.hpp"

#include <gmock/gmock.h>

namespace orch::testing {

using ::testing::HasSubstr;

struct PipelineTest : ::testing::Test {
    /// The only problem, as "key: what"; empty without one.
    [[nodiscard]] std::string problem() const {
        const auto found = problemsOf(pipeline, {"developer"}, false);
        EXPECT_LE(found.size(), 1U);
        return found.empty() ? "" : found[0].key + ": " + found[0].what;
    }
    StageDef& first() { return pipeline.stages[0]; }
    PipelineDef pipeline{
        .stages = {{.name = "development", .agent = "developer", .gates = {"committed"}},
                   {.name = "deploy", .merge = true, .gates = {"merged"}}}};
};

TEST_F(PipelineTest, AGoodOneHasNoProblem) {
    EXPECT_EQ(problem(), "");
}

TEST_F(PipelineTest, AnUnknownGateIsNamedWithASuggestion) {
    first().gates = {"commited"};
    EXPECT_THAT(
        problem(),
        HasSubstr("pipeline.stages[0].gate[0]: unknown gate commited, did you mean committed?"));
}

TEST_F(PipelineTest, AnUnknownAgentIsNamedWithASuggestion) {
    first().agent = "develper";
    EXPECT_THAT(
        problem(),
        HasSubstr("pipeline.stages[0].agent: unknown agent develper, did you mean developer?"));
}

// IF11: a stage that waits for something nothing can send
TEST_F(PipelineTest, IF11CiWithoutAForgeThatReportsItIsRefused) {
    first().gates = {"ci"};
    EXPECT_THAT(problem(), HasSubstr("gate ci waits for CI results"));
}

TEST_F(PipelineTest, IF11GatesWithoutWhatTheyJudgeAreRefused) {
    for (const auto* gate : {"check", "merged", "deployed", "artefact", "review_verdict"}) {
        first().gates = {gate};
        EXPECT_THAT(problem(), HasSubstr(std::string("gate ") + gate + " waits for")) << gate;
    }
}

TEST_F(PipelineTest, ACheckThatNoGateReadsIsRefused) {
    first().check = {"make"};
    EXPECT_THAT(problem(), HasSubstr("pipeline.stages[0].check: nothing reads its result"));
}

TEST_F(PipelineTest, AMergeThatNoGateObservesIsRefused) {
    pipeline.stages[1].gates = {"committed"};
    EXPECT_THAT(problem(), HasSubstr("pipeline.stages[1].merge: nothing observes it"));
}

TEST_F(PipelineTest, ABackEdgeLeadsBackToAStageThatExists) {
    first().on_red.to = "deploy";
    EXPECT_THAT(problem(), HasSubstr("stage deploy lies ahead"));
    first().on_red.to = "deplyo";
    EXPECT_THAT(problem(), HasSubstr("unknown stage deplyo, did you mean deploy?"));
}

TEST_F(PipelineTest, ABackEdgeHasALimit) {
    first().on_red.limit = 0;
    EXPECT_THAT(problem(), HasSubstr("on_red.limit: must be at least 1"));
}

TEST_F(PipelineTest, NoStageIsAProblem) {
    pipeline.stages.clear();
    EXPECT_EQ(problem(), "pipeline.stages: there is no stage");
}

TEST_F(PipelineTest, TheWayForwardIsTheOrderOfTheStages) {
    EXPECT_EQ(pipeline.after("development")->name, "deploy");
    EXPECT_EQ(pipeline.after("deploy"), nullptr);
    EXPECT_EQ(pipeline.after("nowhere"), nullptr);
}

TEST_F(PipelineTest, TheDefinitionChangesWithWhatAVerdictDependsOn) {
    const auto before = definitionOf(first());
    first().check = {"make", "check"};
    const auto with_check = definitionOf(first());
    first().check = {"make check"};
    EXPECT_NE(before, with_check);
    EXPECT_NE(with_check, definitionOf(first()));
}

}  // namespace orch::testing
