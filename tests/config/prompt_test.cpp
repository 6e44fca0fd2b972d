#include "config/prompt.hpp"

#include <gmock/gmock.h>

#include "base/error.hpp"
#include "base/files.hpp"
#include "support/temp_dir.hpp"

namespace orch {

using ::testing::ElementsAre;
using ::testing::StartsWith;
using testing::TempDir;

const std::string kAccepted =
    " (a prompt accepts: artefact_path, artefacts, base, branch, description, feedback, stage, "
    "task, title, visit)";

Config oneStage(const TempDir& folder) {
    Config config;
    config.prompts = folder.path();
    StageDef stage;
    stage.name = "analysis";
    stage.agent = "analyst";
    StageDef without_agent;
    without_agent.name = "testing";
    config.pipeline.stages = {stage, without_agent};
    return config;
}

std::string problem(const TempDir& folder, const std::string& text) {
    replaceFile(folder / "analysis.md", text, Sync::kNo);
    try {
        return loadPrompts(oneStage(folder)).at("analysis");
    } catch (const ConfigError& error) {
        const std::string what = error.what();
        const auto at = what.find("analysis.md");
        return at == std::string::npos ? what : what.substr(at);
    }
}

TEST(PromptTest, PlaceholdersAreReplaced) {
    EXPECT_EQ(
        renderPrompt("{{task}}: {{ title }} {x} {{title}}", {{"task", "T-3"}, {"title", "Hi"}}),
        "T-3: Hi {x} Hi");
}

TEST(PromptTest, WhatAValueContainsIsNotReplacedAgain) {
    EXPECT_EQ(renderPrompt("{{title}}", {{"title", "{{feedback}}"}, {"feedback", "secret"}}),
              "{{feedback}}");
}

TEST(PromptTest, PlaceholderWithoutAValueIsAnError) {
    EXPECT_THROW((void)renderPrompt("{{title}}", {{"task", "T-3"}}), ConfigError);
}

TEST(PromptTest, UnclosedBracesAreText) {
    EXPECT_EQ(renderPrompt("a {{task", {}), "a {{task");
}

TEST(PromptTest, TemplateOfAStageIsLoaded) {
    const TempDir folder;
    EXPECT_EQ(problem(folder, "Do {{task}}."), "Do {{task}}.");
}

TEST(PromptTest, UnknownPlaceholderIsToldWithItsPlace) {
    const TempDir folder;
    EXPECT_EQ(
        problem(folder, "é\n  ü {{feedbak}}\n"),
        "analysis.md:2:5: unknown placeholder {{feedbak}}, did you mean {{feedback}}?" + kAccepted);
}

TEST(PromptTest, EmptyTemplateIsRefused) {
    const TempDir folder;
    EXPECT_EQ(problem(folder, " "), "analysis.md:1:1: the prompt is empty");
}

TEST(PromptTest, MissingTemplateIsNamedForStagesWithAnAgentOnly) {
    const TempDir folder;
    const auto file = (folder / "analysis.md").string();
    EXPECT_THAT(promptProblems(oneStage(folder)),
                ElementsAre("prompts: there is no " + file +
                            " for the stage analysis; write one, or take the built-in prompts "
                            "(prompts: built-in)"));
}

TEST(PromptTest, WithoutAFolderTheBuiltInPromptsAreTaken) {
    const auto prompts = loadPrompts(defaultConfig());
    EXPECT_EQ(prompts.size(), 4U);
    EXPECT_EQ(prompts.at("review"), readFile(ORCH_CONFIG_DIR "/prompts/review.md"));
}

TEST(PromptTest, AStageWithoutABuiltInPromptIsNamed) {
    auto config = defaultConfig();
    config.pipeline.stages[0].name = "docs";
    EXPECT_THAT(promptProblems(config),
                ElementsAre("prompts: no prompt is built in for the stage docs; write docs.md "
                            "into a folder, and name that folder here"));
}

TEST(PromptTest, UnreadableTemplateIsAProblemNotACrash) {
    const TempDir folder;
    std::filesystem::create_directory(folder / "analysis.md");
    EXPECT_THAT(promptProblems(oneStage(folder)), ElementsAre(StartsWith("prompts: ")));
}

}  // namespace orch
