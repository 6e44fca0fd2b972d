#include <gmock/gmock.h>

#include "config_text.hpp"

namespace orch {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using testing::parse;

std::string line(const ConfigChange& change) {
    return change.key + ": " + change.before + " -> " + change.after;
}

std::vector<std::string> changes(const Config& before, const Config& after) {
    std::vector<std::string> lines;
    for (const auto& change : diff(before, after)) lines.push_back(line(change));
    return lines;
}

const std::string kProject = "projects: [{name: greeter, repo: {path: x, base: main}}]\n";

TEST(DiffTest, SameConfigurationHasNoDifference) {
    EXPECT_THAT(diff(parse(kProject), parse("# moved\n\n" + kProject)), IsEmpty());
}

TEST(DiffTest, ChangedValueHasItsKeyAndBothValues) {
    EXPECT_THAT(changes(parse("queue: {max_concurrency: 2, retry: {cap: 60m}}\n"),
                        parse("queue: {max_concurrency: 4, retry: {cap: 1h}}\n")),
                ElementsAre("queue.max_concurrency: 2 -> 4"));
}

TEST(DiffTest, ListItemsAreFoundByTheirName) {
    auto after = parse(kProject);
    after.projects.insert(after.projects.begin(), ProjectDef{});
    after.projects[0].name = "first";
    after.projects[1].base = "trunk";
    EXPECT_THAT(changes(parse(kProject), after),
                ::testing::AllOf(
                    ::testing::Contains("projects: [greeter] -> [first, greeter]"),
                    ::testing::Contains("projects.first.self:  -> false"),
                    ::testing::Contains("projects.greeter.repo.base: main -> trunk"),
                    ::testing::Not(::testing::Contains("projects.greeter.repo.path: x -> x"))));
}

TEST(DiffTest, OrderOfStagesMatters) {
    auto after = defaultConfig();
    std::swap(after.pipeline.stages[0], after.pipeline.stages[1]);
    EXPECT_THAT(changes(defaultConfig(), after),
                ElementsAre("pipeline.stages: [analysis, architecture, development, review, "
                            "testing, deploy] -> [architecture, analysis, development, review, "
                            "testing, deploy]"));
}

TEST(DiffTest, CommandIsComparedArgumentByArgument) {
    auto before = defaultConfig(), after = defaultConfig();
    before.agents[0].command = {"a", "b, c"};
    after.agents[0].command = {"a", "b", "c"};
    EXPECT_THAT(changes(before, after),
                ElementsAre("agents.analyst.command: [a, b, c] -> [a, b, c] (with another value)"));
}

TEST(DiffTest, ChangedSecretIsToldWithoutItsValue) {
    const std::string text = "state_dir: ${DIR}\n";
    EXPECT_THAT(changes(parse(text, {{"DIR", "one"}}), parse(text, {{"DIR", "two"}})),
                ElementsAre("state_dir: ${DIR} -> ${DIR} (with another value)"));
}

TEST(DiffTest, SameValueFromAVariableIsNoDifference) {
    EXPECT_THAT(diff(parse("state_dir: one\n"), parse("state_dir: ${DIR}\n", {{"DIR", "one"}})),
                IsEmpty());
}

}  // namespace orch
