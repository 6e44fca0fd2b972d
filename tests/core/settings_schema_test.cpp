#include "core/settings_schema.hpp"

#include <gmock/gmock.h>

#include <functional>

namespace orch {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

struct BadSchema {
    const char* name;
    SettingsSchema schema;
    std::string sentence;
};

void PrintTo(const BadSchema& bad, std::ostream* out) {
    *out << bad.name;
}

SettingDef count(const std::string& name) {
    return {.name = name, .type = SettingType::kInteger, .minimum = "1", .maximum = "100"};
}

SettingDef with(SettingDef def, const std::function<void(SettingDef&)>& change) {
    change(def);
    return def;
}

SettingsSchema only(SettingDef def) {
    return {{std::move(def)}, {}};
}

struct BadSchemaTest : ::testing::TestWithParam<BadSchema> {};

TEST_P(BadSchemaTest, EveryMistakeHasItsSentence) {
    EXPECT_THAT(problemsOf(GetParam().schema), ElementsAre(GetParam().sentence));
}

std::vector<BadSchema> badSchemas() {
    return {
        {"Name",
         only(count("Dead-Ticks")),
         "Dead-Ticks: not a setting's name: take 1 to 63 of a-z, 0-9 and _, a letter first"},
        {"Twice", {{count("n"), count("n")}, {}}, "n: described twice"},
        {"Required", {{count("n")}, {"m"}}, "m: required, but there is no such setting"},
        {"Variable",
         only(with(count("n"), [](auto& def) { def.environment = "A-B"; })),
         "n: its environment is not the name of a variable: A-B"},
        {"VariableTwice",
         {{with(count("n"), [](auto& def) { def.environment = "A"; }),
           with(count("m"), [](auto& def) { def.environment = "A"; })},
          {}},
         "m: A stands for another setting already"},
        {"Minimum",
         only(with(count("n"), [](auto& def) { def.minimum = "1s"; })),
         "n: its minimum is not a whole number: 1s"},
        {"Maximum",
         only({.name = "n", .type = SettingType::kDuration, .maximum = "60"}),
         "n: its maximum is not a duration such as 30s, 15m or 2h: 60"},
        {"MinimumOfAText", only({.name = "n", .minimum = "1"}), "n: has a minimum, but is a text"},
        {"MaximumOfAList",
         only({.name = "n", .type = SettingType::kTexts, .maximum = "1"}),
         "n: has a maximum, but is a list such as [a, b]"},
        {"Order",
         only(with(count("n"), [](auto& def) { def.minimum = "101"; })),
         "n: its minimum 101 is above its maximum 100"},
        {"Choice",
         only({.name = "n", .type = SettingType::kBytes, .one_of = {"1KB", "2"}}),
         "n: its enum is not a size such as 64KB, 50MB or 2GB: 2"},
        {"ChoiceOfAList",
         only({.name = "n", .type = SettingType::kTexts, .one_of = {"a"}}),
         "n: has an enum, but is a list"},
        {"Default",
         only(with(count("n"), [](auto& def) { def.unless_given = {{"0"}}; })),
         "n: its default is wrong: must be between 1 and 100, got 0"},
        {"DefaultOfAnotherType",
         only({.name = "n", .type = SettingType::kBoolean, .unless_given = {{"on"}}}),
         "n: its default is wrong: expected true or false, got on"},
    };
}

INSTANTIATE_TEST_SUITE_P(Settings,
                         BadSchemaTest,
                         ::testing::ValuesIn(badSchemas()),
                         [](const auto& tested) { return tested.param.name; });

TEST(SettingsSchemaTest, GoodSchemaHasNoProblem) {
    const SettingsSchema schema{
        {with(count("n"), [](auto& def) { def.unless_given = {{"3"}}; }),
         {.name = "repos", .type = SettingType::kTexts, .unless_given = {{"a", "b"}}},
         {.name = "pace", .environment = "PACE", .one_of = {"slow", "fast"}},
         {.name = "window", .type = SettingType::kDuration, .minimum = "1s", .maximum = "1s"}},
        {"pace"}};
    EXPECT_THAT(problemsOf(schema), IsEmpty());
}

TEST(SettingsSchemaTest, BoundsAreComparedAsValuesNotAsTexts) {
    const SettingDef window{
        .name = "window", .type = SettingType::kDuration, .minimum = "9s", .maximum = "1m"};
    EXPECT_THAT(problemsOf(only(window)), IsEmpty());
    EXPECT_TRUE(readSetting(window, {"60s"}, false, Spelling::kFile).value);
    EXPECT_FALSE(readSetting(window, {"8s"}, false, Spelling::kFile).value);
    EXPECT_FALSE(readSetting(window, {"61s"}, false, Spelling::kFile).value);
}

TEST(SettingsSchemaTest, ChoicesAreComparedAsValuesNotAsTexts) {
    const SettingDef window{.name = "window", .type = SettingType::kDuration, .one_of = {"1m"}};
    EXPECT_TRUE(readSetting(window, {"60s"}, false, Spelling::kFile).value);
}

}  // namespace orch
