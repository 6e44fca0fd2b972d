#include "core/settings.hpp"

#include <gmock/gmock.h>

namespace orch {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using Environment = std::map<std::string, std::string>;
using Given = std::vector<GivenSetting>;

const std::string kAt = "o.yaml:9:7";

GivenSetting given(const std::string& key, const std::string& text) {
    return {.key = key, .values = {text}, .where = kAt};
}

GivenSetting givenList(const std::string& key, const std::vector<std::string>& texts) {
    return {.key = key, .values = texts, .is_list = true, .where = kAt};
}

/// A plugin with a setting of each kind.
struct SettingsTest : ::testing::Test {
    SettingsSchema schema{
        {{.name = "dead_ticks",
          .type = SettingType::kInteger,
          .environment = "ORCH_REAPER_DEAD_TICKS",
          .minimum = "1",
          .maximum = "100",
          .unless_given = {{"3"}}},
         {.name = "max_running",
          .type = SettingType::kDuration,
          .environment = "ORCH_REAPER_MAX_RUNNING_S",
          .minimum = "1s"},
         {.name = "share", .type = SettingType::kNumber, .maximum = "0.5"},
         {.name = "loud", .type = SettingType::kBoolean, .environment = "ORCH_REAPER_LOUD"},
         {.name = "pace", .one_of = {"slow", "fast"}},
         {.name = "repos", .type = SettingType::kTexts, .environment = "ORCH_REAPER_REPOS"}},
        {}};

    [[nodiscard]] CheckedSettings check(const Given& settings,
                                        const Environment& environment = {}) const {
        return checkSettings(schema, {"reaper", "1.0.0", "o.yaml:8:3"}, settings, environment);
    }
    /// The sentences, without the place and key they all begin with.
    [[nodiscard]] std::vector<std::string> told(const Given& settings) const {
        const auto beginning = kAt + ": plugins.reaper.settings.";
        auto problems = check(settings).problems;
        for (auto& problem : problems) {
            EXPECT_EQ(problem.substr(0, beginning.size()), beginning);
            problem.erase(0, beginning.size());
        }
        return problems;
    }
    [[nodiscard]] std::vector<std::string> inForce(const Given& settings,
                                                   const Environment& environment = {}) const {
        std::vector<std::string> lines;
        for (const auto& [name, value, reference] : check(settings, environment).values) {
            lines.push_back(name + "=" + textOf(schema.find(name)->type, value));
        }
        return lines;
    }
};

TEST_F(SettingsTest, WhatIsNotGivenHasItsDefaultOrIsAbsent) {
    EXPECT_THAT(inForce({}), ElementsAre("dead_ticks=3"));
    EXPECT_THAT(check({}).problems, IsEmpty());
}

TEST_F(SettingsTest, GivenValuesComeInTheSchemasOrder) {
    EXPECT_THAT(inForce({givenList("repos", {"a", "b,c"}),
                         given("max_running", "120m"),
                         given("dead_ticks", "5")}),
                ElementsAre("dead_ticks=5", "max_running=2h", "repos=[a, b,c]"));
}

TEST_F(SettingsTest, DurationsBecomeMilliseconds) {
    const auto checked = check({given("max_running", "2h")});
    EXPECT_EQ(checked.values.at(1).value, SettingValue{std::int64_t{7'200'000}});
}

TEST_F(SettingsTest, UnknownKeyIsToldWithTheNearestAndAllAccepted) {
    EXPECT_THAT(check({given("dead_tick", "3")}).problems,
                ElementsAre("o.yaml:9:7: plugins.reaper.settings.dead_tick: unknown key, did you "
                            "mean dead_ticks? (reaper 1.0.0 accepts: dead_ticks, max_running, "
                            "share, loud, pace, repos)"));
}

TEST_F(SettingsTest, UnknownKeyNearNothingIsToldWithoutAGuess) {
    EXPECT_THAT(told({given("colour", "3")}),
                ElementsAre("colour: unknown key (reaper 1.0.0 accepts: dead_ticks, max_running, "
                            "share, loud, pace, repos)"));
}

TEST_F(SettingsTest, PluginWithoutSettingsSaysSo) {
    schema = {};
    EXPECT_THAT(told({given("colour", "3")}),
                ElementsAre("colour: unknown key (reaper 1.0.0 has no settings)"));
}

TEST_F(SettingsTest, ValueOutOfRangeIsToldWithTheRange) {
    EXPECT_THAT(
        told({given("dead_ticks", "0"), given("max_running", "999ms"), given("share", "0.51")}),
        ElementsAre("dead_ticks: must be between 1 and 100, got 0",
                    "max_running: must be at least 1s, got 999ms",
                    "share: must be at most 0.5, got 0.51"));
}

TEST_F(SettingsTest, BoundsAreIncluded) {
    EXPECT_THAT(
        inForce({given("dead_ticks", "1"), given("max_running", "1s"), given("share", "0.5")}),
        ElementsAre("dead_ticks=1", "max_running=1s", "share=0.5"));
    EXPECT_THAT(inForce({given("dead_ticks", "100")}), ElementsAre("dead_ticks=100"));
}

TEST_F(SettingsTest, ValueOfAnotherTypeIsToldWithWhatIsExpected) {
    EXPECT_THAT(told({given("dead_ticks", "2h"),
                      given("max_running", "30"),
                      given("share", "half"),
                      given("loud", "yes"),
                      given("repos", "a")}),
                ElementsAre("dead_ticks: expected a whole number, got 2h",
                            "max_running: expected a duration such as 30s, 15m or 2h, got 30",
                            "share: expected a number, got half",
                            "loud: expected true or false, got yes",
                            "repos: expected a list such as [a, b], got a"));
}

TEST_F(SettingsTest, ListAndEmptyTextInTheWrongPlaceAreTold) {
    EXPECT_THAT(told({givenList("dead_ticks", {"1"}), given("share", "")}),
                ElementsAre("dead_ticks: expected a whole number, got a list",
                            "share: expected a number, got an empty text"));
}

TEST_F(SettingsTest, ValueThatIsNoChoiceIsToldWithTheNearest) {
    EXPECT_THAT(told({given("pace", "fasst")}),
                ElementsAre("pace: must be one of slow, fast, got fasst, did you mean fast?"));
    EXPECT_THAT(told({given("pace", "medium")}),
                ElementsAre("pace: must be one of slow, fast, got medium"));
}

TEST_F(SettingsTest, MissingRequiredSettingIsToldAtThePluginsEntry) {
    schema.required = {"dead_ticks", "repos", "pace"};
    schema.settings.back().description = "the repositories to watch";
    EXPECT_THAT(
        check({}).problems,
        ElementsAre("o.yaml:8:3: plugins.reaper.settings.repos: missing: reaper 1.0.0 needs it: "
                    "the repositories to watch",
                    "o.yaml:8:3: plugins.reaper.settings.pace: missing: reaper 1.0.0 needs it"));
}

TEST_F(SettingsTest, RequiredSettingThatIsWrongIsNotMissingAsWell) {
    schema.required = {"pace"};
    EXPECT_THAT(told({given("pace", "x")}), ElementsAre("pace: must be one of slow, fast, got x"));
}

TEST_F(SettingsTest, VariableGivesARequiredSetting) {
    schema.required = {"loud"};
    EXPECT_THAT(check({}, {{"ORCH_REAPER_LOUD", "on"}}).problems, IsEmpty());
}

TEST_F(SettingsTest, SettingGivenTwiceIsToldWithTheFirstPlace) {
    auto second = given("dead_ticks", "5");
    second.where = "o.yaml:11:7";
    EXPECT_THAT(check({given("dead_ticks", "4"), second}).problems,
                ElementsAre("o.yaml:11:7: plugins.reaper.settings.dead_ticks: given twice, first "
                            "at o.yaml:9:7"));
}

// proves R6
TEST_F(SettingsTest, VariableBeatsTheFileAndTheDefault) {
    EXPECT_THAT(inForce({given("max_running", "2h")},
                        {{"ORCH_REAPER_DEAD_TICKS", "7"},
                         {"ORCH_REAPER_MAX_RUNNING_S", "90"},
                         {"ORCH_REAPER_LOUD", "off"},
                         {"ORCH_REAPER_REPOS", "a, b"}}),
                ElementsAre("dead_ticks=7", "max_running=90s", "loud=false", "repos=[a, b]"));
}

TEST_F(SettingsTest, EmptyVariableCountsAsNotSet) {
    EXPECT_THAT(inForce({given("dead_ticks", "5")}, {{"ORCH_REAPER_DEAD_TICKS", ""}, {"", "9"}}),
                ElementsAre("dead_ticks=5"));
}

TEST_F(SettingsTest, WrongVariableIsToldByItsName) {
    EXPECT_THAT(
        check({}, {{"ORCH_REAPER_DEAD_TICKS", "200"}, {"ORCH_REAPER_MAX_RUNNING_S", "soon"}})
            .problems,
        ElementsAre("environment ORCH_REAPER_DEAD_TICKS: plugins.reaper.settings.dead_ticks: must "
                    "be between 1 and 100, got 200",
                    "environment ORCH_REAPER_MAX_RUNNING_S: plugins.reaper.settings.max_running: "
                    "expected a duration such as 30s, 15m or 2h, or seconds, got soon"));
}

TEST_F(SettingsTest, ValueOfAReferredVariableIsNeverTold) {
    auto secret = given("pace", "fasst");
    secret.reference = "${PACE}";
    EXPECT_THAT(told({secret}),
                ElementsAre("pace: must be one of slow, fast, got the value of ${PACE}"));
}

TEST_F(SettingsTest, ReferenceTravelsWithTheValue) {
    auto secret = given("pace", "fast");
    secret.reference = "${PACE}";
    EXPECT_EQ(check({secret}).values.back().reference, "${PACE}");
}

TEST_F(SettingsTest, LongAndStrangeTextsAreToldCutAndClean) {
    const auto problems = told({given(std::string(200, 'k'), "1"), given("pace", "a\x01\xFF")});
    EXPECT_LT(problems.at(0).size(), 200U);
    EXPECT_EQ(problems.at(1), "pace: must be one of slow, fast, got a\uFFFD\uFFFD");
}

}  // namespace orch
