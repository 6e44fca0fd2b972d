#include "config/interpolation.hpp"

#include <gmock/gmock.h>

#include "config_text.hpp"

namespace orch {

using ::testing::HasSubstr;
using ::testing::Not;
using testing::parse;
using testing::refusal;

const Environment kEnvironment{
    {"FOLDER", "/srv/orch"}, {"SECRET", "hunter2-hunter2"}, {"NONE", ""}};

TEST(InterpolationTest, VariableIsReplacedByItsValue) {
    EXPECT_EQ(interpolate("a/${FOLDER}/b", kEnvironment).text, "a//srv/orch/b");
}

TEST(InterpolationTest, TwoDollarsStandForAPlainReference) {
    const auto result = interpolate("$${FOLDER} $HOME $ $$", kEnvironment);
    EXPECT_EQ(result.text, "${FOLDER} $HOME $ $$");
    EXPECT_FALSE(result.from_environment);
}

TEST(InterpolationTest, ValueOfAVariableIsNotLookedAtAgain) {
    EXPECT_EQ(interpolate("${A}", {{"A", "${B}"}, {"B", "x"}}).text, "${B}");
}

TEST(InterpolationTest, EscapingIsTheReverse) {
    for (const std::string text : {"${A}", "$${A}", "$", "$$", "a $${ ${", "$$${x}"}) {
        EXPECT_EQ(interpolate(escapeReferences(text), {}).text, text);
    }
}

TEST(InterpolationTest, MissingVariableIsNamedWithItsPlace) {
    EXPECT_EQ(refusal("state_dir: ${MISSING}\n", kEnvironment),
              "f.yaml:1:12: state_dir: the environment variable MISSING is not set (or is empty)");
}

TEST(InterpolationTest, EmptyVariableCountsAsMissing) {
    EXPECT_EQ(refusal("state_dir: ${NONE}\n", kEnvironment),
              "f.yaml:1:12: state_dir: the environment variable NONE is not set (or is empty)");
}

TEST(InterpolationTest, BrokenReferencesAreRefused) {
    EXPECT_EQ(refusal("state_dir: 'x${A'\n"),
              "f.yaml:1:12: state_dir: ${ is never closed; write $${ for a plain ${");
    EXPECT_EQ(refusal("state_dir: '${A:-b}'\n"),
              "f.yaml:1:12: state_dir: ${A:-b} does not name a variable; write $${ for a plain ${");
}

TEST(InterpolationTest, NamesMustBeWrittenOut) {
    EXPECT_EQ(refusal("projects: [{name: '${FOLDER}', repo: {path: .}}]\n", kEnvironment),
              "f.yaml:1:19: projects[0].name: must be written out, not taken from ${FOLDER}");
}

TEST(InterpolationTest, ValueIsNeverPartOfAMessage) {
    for (const std::string text : {"server: {listen: '${SECRET}'}\n",
                                   "store: {kind: '${SECRET}'}\n",
                                   "queue: {max_concurrency: '${SECRET}'}\n",
                                   "agents: {a: {command: [x], timeout: '${SECRET}'}}\n",
                                   "agents: {a: {command: [x], pass_env: ['${SECRET}=']}}\n",
                                   "agents: {a: {command: [x], output_limit: '${SECRET}'}}\n",
                                   "projects: [{name: a, repo: {path: ., base: '-${SECRET}'}}]\n",
                                   "projects: [{name: a, repo: {path: .}, self: '${SECRET}'}]\n"}) {
        const auto said = refusal(text, kEnvironment);
        EXPECT_THAT(said, HasSubstr("${SECRET}"));
        EXPECT_THAT(said, Not(HasSubstr("hunter")));
    }
}

TEST(InterpolationTest, ValueIsUsedButNotShown) {
    const auto config = parse(
        "agents: {analyst: {command: [x, '--key=${SECRET}']}, architect: {command: [x]}, "
        "developer: {command: [x]}, reviewer: {command: [x]}}\n",
        kEnvironment);
    EXPECT_EQ(config.findAgent("analyst")->command[1], "--key=hunter2-hunter2");
    EXPECT_THAT(show(config), HasSubstr("--key=${SECRET}"));
    EXPECT_THAT(show(config), Not(HasSubstr("hunter")));
}

}  // namespace orch
