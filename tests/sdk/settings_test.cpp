#include "orch/settings.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace orch {

using namespace orch::literals;
using namespace std::chrono_literals;

/// The sentence of the SettingsError that `ask` throws, else "".
template <class Ask>
std::string sentenceOf(const Ask& ask) {
    try {
        static_cast<void>(ask());
    } catch (const SettingsError& error) {
        return error.what();
    }
    return "";
}

const Settings kSettings{R"({"path": "/", "count": 3, "share": 0.05, "on": true, "min": 5000000000,
    "min_text": "10GB", "wait": 1500, "wait_text": "30s", "repos": ["a", "b"], "none": null,
    "minus": -1, "huge": 18446744073709551615})"};

TEST(SettingsTest, EachKindIsReadUnderItsName) {
    EXPECT_EQ(kSettings.text("path"), "/");
    EXPECT_EQ(kSettings.number("count"), 3);
    EXPECT_EQ(kSettings.real("share"), 0.05);
    EXPECT_TRUE(kSettings.flag("on"));
    EXPECT_EQ(kSettings.texts("repos"), (std::vector<std::string>{"a", "b"}));
}

TEST(SettingsTest, SizesAndDurationsComeAsNumbersOrAsTexts) {
    EXPECT_EQ(kSettings.bytes("min"), 5_GB);
    EXPECT_EQ(kSettings.bytes("min_text"), 10_GB);
    EXPECT_EQ(kSettings.duration("wait"), 1500ms);
    EXPECT_EQ(kSettings.duration("wait_text"), 30s);
    EXPECT_EQ(kSettings.real("count"), 3.0);
}

TEST(SettingsTest, WhatIsAbsentOrNullHasTheFallback) {
    EXPECT_FALSE(kSettings.has("none"));
    EXPECT_TRUE(kSettings.has("path"));
    EXPECT_EQ(kSettings.text("other", "x"), "x");
    EXPECT_EQ(kSettings.number("none", 7), 7);
    EXPECT_EQ(kSettings.bytes("other", 1_KB), 1000U);
    EXPECT_EQ(kSettings.duration("other", 2s), 2s);
    EXPECT_EQ(kSettings.real("other", 0.5), 0.5);
    EXPECT_TRUE(kSettings.flag("other", true));
    EXPECT_EQ(kSettings.texts("other", {"z"}), std::vector<std::string>{"z"});
}

TEST(SettingsTest, WhatIsThereDoesNotHaveTheFallback) {
    EXPECT_EQ(kSettings.text("path", "x"), "/");
    EXPECT_EQ(kSettings.number("count", 7), 3);
    EXPECT_EQ(kSettings.duration("wait", 2s), 1500ms);
}

TEST(SettingsTest, AMissingSettingIsNamed) {
    EXPECT_EQ(sentenceOf([] { return kSettings.text("other"); }), "setting other is missing");
    EXPECT_EQ(sentenceOf([] { return kSettings.number("none"); }), "setting none is missing");
    EXPECT_EQ(sentenceOf([] { return kSettings.bytes("other"); }), "setting other is missing");
    EXPECT_EQ(sentenceOf([] { return kSettings.duration("other"); }), "setting other is missing");
    EXPECT_EQ(sentenceOf([] { return kSettings.real("other"); }), "setting other is missing");
    EXPECT_EQ(sentenceOf([] { return kSettings.flag("other"); }), "setting other is missing");
    EXPECT_EQ(sentenceOf([] { return kSettings.texts("other"); }), "setting other is missing");
}

TEST(SettingsTest, AWrongUseSaysWhatIsThere) {
    EXPECT_EQ(sentenceOf([] { return kSettings.text("count"); }),
              "setting count must be a text, it is 3");
    EXPECT_EQ(sentenceOf([] { return kSettings.number("share"); }),
              "setting share must be a whole number, it is 0.05");
    EXPECT_EQ(sentenceOf([] { return kSettings.number("huge"); }),
              "setting huge must be a whole number, it is 18446744073709551615");
    EXPECT_EQ(sentenceOf([] { return kSettings.flag("path"); }),
              R"(setting path must be true or false, it is "/")");
    EXPECT_EQ(sentenceOf([] { return kSettings.real("path"); }),
              R"(setting path must be a number, it is "/")");
}

TEST(SettingsTest, AWrongSizeDurationOrListSaysWhatIsThere) {
    EXPECT_EQ(sentenceOf([] { return kSettings.bytes("minus", 1); }),
              "setting minus must be a size such as 10GB, it is -1");
    EXPECT_EQ(sentenceOf([] { return kSettings.bytes("wait_text"); }),
              R"(setting wait_text must be a size such as 10GB, it is "30s")");
    EXPECT_EQ(sentenceOf([] { return kSettings.duration("minus"); }),
              "setting minus must be a duration such as 30s, it is -1");
    EXPECT_EQ(sentenceOf([] { return kSettings.duration("min_text", 1s); }),
              R"(setting min_text must be a duration such as 30s, it is "10GB")");
    EXPECT_EQ(sentenceOf([] { return kSettings.texts("path"); }),
              R"(setting path must be a list of texts, it is "/")");
    EXPECT_EQ(sentenceOf([] { return Settings{R"({"a":[1]})"}.texts("a"); }),
              "setting a must be a list of texts, it is [1]");
}

TEST(SettingsTest, SettingsThatAreNoObjectAreRefused) {
    for (const auto* text : {"", "[]", "{", "{\"a\":1} x", "null"}) {
        EXPECT_THAT(sentenceOf([&] { return Settings{text}; }),
                    testing::StartsWith("the settings must be a JSON object, they are \""))
            << text;
    }
}

}  // namespace orch
