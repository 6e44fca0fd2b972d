#include "core/setting_value.hpp"

#include <gtest/gtest.h>

namespace orch {

struct Written {
    SettingType type;
    Spelling spelling;
    std::string text;
    std::optional<SettingValue> expected;
};

void PrintTo(const Written& written, std::ostream* out) {
    *out << '"' << written.text << '"';
}

struct SettingValueTest : ::testing::TestWithParam<Written> {};

TEST_P(SettingValueTest, TextIsReadAsItsTypeOrNotAtAll) {
    const auto& [type, spelling, text, expected] = GetParam();
    EXPECT_EQ(parseSetting(type, text, spelling), expected);
}

using Type = SettingType;
constexpr auto kFile = Spelling::kFile;
constexpr auto kVariable = Spelling::kVariable;
constexpr auto kNothing = std::nullopt;

SettingValue whole(std::int64_t number) {
    return number;
}
SettingValue texts(std::vector<std::string> items) {
    return items;
}

INSTANTIATE_TEST_SUITE_P(File,
                         SettingValueTest,
                         ::testing::Values(Written{Type::kBoolean, kFile, "true", true},
                                           Written{Type::kBoolean, kFile, "false", false},
                                           Written{Type::kBoolean, kFile, "yes", kNothing},
                                           Written{Type::kInteger, kFile, "-3", whole(-3)},
                                           Written{Type::kInteger, kFile, "3.0", kNothing},
                                           Written{Type::kInteger, kFile, "", kNothing},
                                           Written{Type::kNumber, kFile, "0.05", 0.05},
                                           Written{Type::kNumber, kFile, "5", 5.0},
                                           Written{Type::kNumber, kFile, "nan", kNothing},
                                           Written{Type::kNumber, kFile, "inf", kNothing},
                                           Written{Type::kNumber, kFile, "1e999", kNothing},
                                           Written{Type::kText, kFile, "", std::string{}},
                                           Written{Type::kDuration, kFile, "2h", whole(7'200'000)},
                                           Written{Type::kDuration, kFile, "250ms", whole(250)},
                                           Written{Type::kDuration, kFile, "30", kNothing},
                                           Written{Type::kBytes, kFile, "1MB", whole(1'000'000)},
                                           Written{Type::kBytes, kFile, "10", kNothing},
                                           Written{Type::kBytes, kFile, "9223373TB", kNothing}));

INSTANTIATE_TEST_SUITE_P(
    Variable,
    SettingValueTest,
    ::testing::Values(Written{Type::kBoolean, kVariable, "on", true},
                      Written{Type::kBoolean, kVariable, "1", true},
                      Written{Type::kBoolean, kVariable, "yes", true},
                      Written{Type::kBoolean, kVariable, "off", false},
                      Written{Type::kBoolean, kVariable, "0", false},
                      Written{Type::kBoolean, kVariable, "no", false},
                      Written{Type::kBoolean, kVariable, "maybe", kNothing},
                      Written{Type::kDuration, kVariable, "30", whole(30'000)},
                      Written{Type::kDuration, kVariable, "2h", whole(7'200'000)},
                      Written{Type::kDuration, kVariable, "-1", kNothing},
                      Written{Type::kDuration, kVariable, "1.5", kNothing},
                      Written{Type::kDuration, kVariable, "9223372036854776", kNothing},
                      Written{Type::kTexts, kVariable, "a, b c,,", texts({"a", "b c"})},
                      Written{Type::kTexts, kVariable, " , ", texts({})}));

TEST(SettingValueTextTest, ValueIsWrittenAsInTheFile) {
    EXPECT_EQ(textOf(Type::kBoolean, true), "true");
    EXPECT_EQ(textOf(Type::kInteger, whole(60'000)), "60000");
    EXPECT_EQ(textOf(Type::kNumber, 0.05), "0.05");
    EXPECT_EQ(textOf(Type::kText, std::string{"a"}), "a");
    EXPECT_EQ(textOf(Type::kDuration, whole(7'200'000)), "2h");
    EXPECT_EQ(textOf(Type::kBytes, whole(10'000'000'000)), "10GB");
    EXPECT_EQ(textOf(Type::kTexts, texts({"a", "b"})), "[a, b]");
}

}  // namespace orch
