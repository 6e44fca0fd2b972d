#include "base/json_check.hpp"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

namespace orch::testing {

namespace {

std::string trouble(const std::string& text) {
    return jsonTrouble(text).value_or("");
}

std::string repeated(const std::string& what, int times) {
    std::string text;
    for (int i = 0; i < times; ++i) text += what;
    return text;
}

}  // namespace

TEST(JsonCheckTest, SaysWhereItIsWrongInItsOwnWords) {
    EXPECT_EQ(trouble("{\"a\": 1,\n\n x}"), "line 3, column 2: the name of a member is expected");
    EXPECT_EQ(trouble(""), "line 1, column 1: a value is expected, and the text ends");
    EXPECT_EQ(trouble("[1 2]"), "line 1, column 4: \",\" or \"]\" is expected");
    EXPECT_EQ(trouble("{\"a\" 1}"), "line 1, column 6: \":\" is expected");
    EXPECT_EQ(trouble("{} {}"), "line 1, column 4: the end is expected");
    EXPECT_EQ(trouble("\"a"), "line 1, column 3: a text has no end, and the text ends");
    EXPECT_EQ(trouble("\"\xFF\""), "line 1, column 2: a text is not valid UTF-8");
    EXPECT_EQ(trouble("The review:"), "line 1, column 1: a value is expected");
}

TEST(JsonCheckTest, NestingAndCountAreBounded) {
    EXPECT_EQ(trouble(repeated("[", 64) + repeated("]", 64)), "");
    EXPECT_EQ(trouble(repeated("[", 65) + repeated("]", 65)),
              "line 1, column 65: it is more than 64 levels deep");
    EXPECT_EQ(trouble(repeated("{\"a\":", 150'000)),
              "line 1, column 321: it is more than 64 levels deep");
    EXPECT_EQ(trouble("[" + repeated("1,", 99'998) + "1]"), "");
    EXPECT_EQ(trouble("[" + repeated("1,", 99'999) + "1]"),
              "line 1, column 200000: there are more than 100000 values");
}

TEST(JsonCheckTest, JudgesAsTheParserDoes) {
    for (const std::string text : {"1",
                                   "-0",
                                   "01",
                                   "1.",
                                   "1.5e+10",
                                   "1e999",
                                   "-",
                                   "true",
                                   "tru",
                                   "[]",
                                   "[1,]",
                                   "[,1]",
                                   "{\"a\":[]}",
                                   "{\"a\":}",
                                   "{a:1}",
                                   "{\"a\":1,}",
                                   "\"\\u00e9\"",
                                   "\"\\ud800\"",
                                   "\"\\x\"",
                                   "\"\t\"",
                                   "\"\xC3\xA9\"",
                                   "\"\xC0\x80\"",
                                   "\"\xED\xA0\x80\"",
                                   "nul",
                                   "\xEF\xBB\xBF{}",
                                   " {} ",
                                   "[1]]",
                                   "\"\\ud83d\\ude00\"",
                                   "NaN",
                                   "1e-999"}) {
        EXPECT_EQ(trouble(text).empty(), nlohmann::json::accept(text)) << text;
    }
}

TEST(JsonCheckTest, AZeroByteIsNotTheEnd) {
    EXPECT_EQ(trouble(std::string("0\0", 2)), "line 1, column 2: the end is expected");
}

TEST(JsonCheckTest, AWholeNumberIsNeitherCutNorMadeUp) {
    using Json = nlohmann::json;
    EXPECT_EQ(wholeNumber<int>(Json::parse("-5")), -5);
    EXPECT_EQ(wholeNumber<std::uint64_t>(Json::parse("18446744073709551615")), UINT64_MAX);
    for (const auto* text : {"9e91", "1.0", "2147483648", "\"1\"", "null", "[1]"}) {
        EXPECT_THROW((void)wholeNumber<int>(Json::parse(text)), std::invalid_argument) << text;
    }
    EXPECT_THROW((void)wholeNumber<unsigned>(Json::parse("-1")), std::invalid_argument);
}

}  // namespace orch::testing
