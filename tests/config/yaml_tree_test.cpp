#include "config/yaml_tree.hpp"

#include <gtest/gtest.h>

#include "config/yaml_source.hpp"

namespace orch {

namespace {

std::string refusal(const std::string& text) {
    try {
        (void)parseYaml(text);
        return "accepted";
    } catch (const YamlError& error) {
        return std::to_string(error.mark().line) + ":" + std::to_string(error.mark().column) + " " +
               error.what();
    }
}

struct Case {
    const char* name;
    std::string text;
    std::string refusal;
};

void PrintTo(const Case& tested, std::ostream* out) {
    *out << tested.name;
}

std::string repeated(const std::string& part, int times) {
    std::string text;
    for (int i = 0; i < times; ++i) text += part;
    return text;
}

/// Nine lists, each with nine times the one before.
std::string aliasBomb() {
    std::string text = "a0: &a0 x\n";
    for (int i = 1; i < 10; ++i) {
        const auto before = "*a" + std::to_string(i - 1);
        text += "a" + std::to_string(i) + ": &a" + std::to_string(i) + " [" +
                repeated(before + ", ", 8) + before + "]\n";
    }
    return text;
}

std::vector<Case> cases() {
    const std::string too_large = "the file grows too large when its aliases are replaced";
    return {
        {"TabAsIndent", "a:\n\tb: 1\n", "2:1 a tab is used to indent; YAML allows only spaces"},
        {"TabAfterSpaces",
         "a:\n  b: 1\n \tc: 2\n",
         "3:2 a tab is used to indent; YAML allows only spaces"},
        {"UnclosedList", "a: [1\nb: 2\n", "2:2 not valid YAML: end of sequence flow not found"},
        {"UnclosedQuote", "a: 1\nb: \"x\n", "2:4 the quote that begins here is never closed"},
        {"UnclosedSingleQuote", "b: 'x''\n", "1:4 the quote that begins here is never closed"},
        {"TwoColons", "a: b: c\n", "1:5 not valid YAML: illegal map value"},
        {"ColumnsCountCharacters", "é: ü: c\n", "1:5 not valid YAML: illegal map value"},
        {"UnknownAlias", "a: *x\n", "1:4 not valid YAML: the referenced anchor is not defined"},
        {"AliasOfItself", "a: &x [*x]\n", "1:8 this alias stands inside of what it names"},
        {"AliasBomb", aliasBomb(), "6:15 " + too_large},
        {"AliasBombOfText",
         "a: &a " + std::string(900'000, 'x') + "\nb: [*a, *a, *a]\n",
         "2:9 " + too_large},
        {"TooDeep",
         "a: " + repeated("[", 40) + repeated("]", 40),
         "1:36 lists and maps are nested too deeply"},
        {"UnclosedAndFarTooDeep",
         "a: " + std::string(900'000, '['),
         "1:5 a key must be a plain word"},
        {"SecondDocument",
         "a: 1\n---\nb: 2\n",
         "3:1 a second document (---) begins here; one is allowed"},
        {"Tag", "a: !!str 3\n", "1:4 tags (!…) are not supported: write the plain value"},
        {"ListAsKey", "[1]: 3\n", "1:1 a key must be a plain word"},
        {"EmptyKey", "? \n: 3\n", "2:1 a key must be a plain word"},
        {"NotUtf8", "a: 1\nb: x\xFFy\n", "2:5 this byte is not UTF-8: save the file as UTF-8"},
        {"CutUtf8", "a: \xC3", "1:4 this byte is not UTF-8: save the file as UTF-8"},
        {"Utf16",
         std::string("\xFF\xFE"
                     "a\0",
                     4),
         "1:1 this byte is not UTF-8: save the file as UTF-8"},
        {"ZeroByte", std::string("a: \0", 4), "1:4 a control character stands here: remove it"},
        {"TooLarge",
         std::string(1'000'001, '#'),
         "1:1 the file is larger than 1000000 bytes; no configuration needs that"},
    };
}

struct BrokenYamlTest : ::testing::TestWithParam<Case> {};

TEST_P(BrokenYamlTest, IsRefusedWithPlaceAndSentence) {
    EXPECT_EQ(refusal(GetParam().text), GetParam().refusal);
}

INSTANTIATE_TEST_SUITE_P(Yaml,
                         BrokenYamlTest,
                         ::testing::ValuesIn(cases()),
                         [](const auto& tested) { return std::string(tested.param.name); });

TEST(YamlTreeTest, EmptyTextIsNothing) {
    EXPECT_EQ(parseYaml("").kind, YamlNode::Kind::kNull);
    EXPECT_EQ(parseYaml("# a comment\n").kind, YamlNode::Kind::kNull);
}

TEST(YamlTreeTest, AliasIsReplacedByWhatItNames) {
    const auto root = parseYaml("a: &x [1, 2]\nb: *x\n");
    ASSERT_EQ(root.items.size(), 4U);
    ASSERT_EQ(root.items[3].items.size(), 2U);
    EXPECT_EQ(root.items[3].items[1].text, "2");
}

TEST(YamlTreeTest, ByteOrderMarkIsSkipped) {
    EXPECT_EQ(parseYaml("\xEF\xBB\xBF"
                        "a: 1")
                  .items[0]
                  .text,
              "a");
}

TEST(YamlTreeTest, MarksCountLinesAndCharactersFromOne) {
    const auto root = parseYaml("a: 1\nü: x\n");
    EXPECT_EQ(root.items[3].mark.line, 2);
    EXPECT_EQ(root.items[3].mark.column, 4);
}

TEST(YamlTreeTest, QuotedTextKeepsWhatPlainTextWouldLose) {
    EXPECT_EQ(parseYaml("a: ' ~ '").items[1].text, " ~ ");
    EXPECT_EQ(parseYaml("a: '~'").items[1].kind, YamlNode::Kind::kScalar);
    EXPECT_EQ(parseYaml("a: ~").items[1].kind, YamlNode::Kind::kNull);
}

}  // namespace

}  // namespace orch
