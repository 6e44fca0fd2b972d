#include <gmock/gmock.h>

#include "config_text.hpp"

namespace orch {

using ::testing::HasSubstr;
using testing::parse;

const std::string kOdd = R"(
state_dir: "true"
prompts: "~"
server: {listen: '[::1]:0'}
agents:
  a: {command: ["x y", "", "#", "$${A}", "{prompt_file}", "a: b", "two\nlines", "ü", "- x", "'", "\"", "0x1"], stall: 0s, output_limit: 1500B}
pipeline:
  stages:
    - {name: one, agent: a, artefact: x.md, gate: [artefact], on_red: {limit: 2}}
    - {name: two, merge: {retest_on_base_change: false}, gate: [merged]}
projects:
  - {name: p, repo: {path: "a b"}, approvers: ["me, you"], self: true, deploy: {command: [./d], exit_codes: {rolled_back: [3], retry: [75, 76]}}}
)";

TEST(ShowTest, LoadingWhatIsShownGivesTheSameAgain) {
    const auto config = parse(kOdd);
    const auto again = parse(show(config));
    EXPECT_TRUE(diff(config, again).empty());
    EXPECT_EQ(show(again), show(config));
    EXPECT_EQ(again.agents[0].command, config.agents[0].command);
    EXPECT_EQ(again.agents[0].command[6], "two\nlines");
}

TEST(ShowTest, ReferencesSurviveShowing) {
    const Environment environment{{"HOST_DIR", "/x"}};
    const auto config = parse("state_dir: ${HOST_DIR}/y\n", environment);
    EXPECT_EQ(parse(show(config), environment).state_dir, "/x/y");
}

TEST(ShowTest, DefaultsAreShownWithTheirUnits) {
    const auto text = show(defaultConfig());
    EXPECT_THAT(text, HasSubstr("state_dir: ./var\n"));
    EXPECT_THAT(text, HasSubstr("listen: 127.0.0.1:8080\n"));
    EXPECT_THAT(text, HasSubstr("output_limit: 50MB\n"));
    EXPECT_THAT(text, HasSubstr("gate: [artefact, human_approval]\n"));
    EXPECT_THAT(text, HasSubstr("projects: []\n"));
}

TEST(ShowTest, OverlaidValuesAreShownAsTheyAreInForce) {
    EXPECT_THAT(show(parse("", {{"ORCH_STATE_DIR", "/x"}})), HasSubstr("state_dir: /x\n"));
}

}  // namespace orch
