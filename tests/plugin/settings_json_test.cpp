#include "plugin/settings_json.hpp"

#include <gtest/gtest.h>

#include "base/error.hpp"

namespace orch {

std::string refusal(const std::string& schema) {
    try {
        (void)readSettingsSchema(schema);
    } catch (const PluginError& error) {
        return error.what();
    }
    return "";
}

std::string withOne(const std::string& definition) {
    return R"({"type":"object","properties":{"x":)" + definition + "}}";
}

TEST(SettingsJsonTest, ReadsEveryTypeInTheOrderOfTheText) {
    const auto schema = readSettingsSchema(
        R"({"type":"object","additionalProperties":false,"required":["z"],"properties":{
            "z":{"type":"integer","minimum":1,"maximum":100,"default":3,"environment":"ORCH_Z"},
            "a":{"type":"string","format":"duration","default":"2h","description":"how long"},
            "b":{"type":"string","format":"bytes"}, "c":{"type":"boolean","default":true},
            "d":{"type":"string","enum":["on","off"]}, "e":{"type":"number","maximum":0.5},
            "f":{"type":"array","items":{"type":"string"},"default":["p","q"]}}})");
    EXPECT_EQ(schema.names(), (std::vector<std::string>{"z", "a", "b", "c", "d", "e", "f"}));
    EXPECT_EQ(schema.settings[0].environment, "ORCH_Z");
    EXPECT_EQ(schema.settings[0].maximum, "100");
    EXPECT_EQ(schema.settings[1].type, SettingType::kDuration);
    EXPECT_EQ(schema.settings[4].one_of, (std::vector<std::string>{"on", "off"}));
    EXPECT_EQ(schema.settings[6].unless_given, (std::vector<std::string>{"p", "q"}));
    EXPECT_EQ(schema.required, std::vector<std::string>{"z"});
}

TEST(SettingsJsonTest, NoSchemaMeansNoSettings) {
    EXPECT_TRUE(readSettingsSchema("").settings.empty());
    EXPECT_TRUE(readSettingsSchema(R"({"type":"object"})").settings.empty());
}

TEST(SettingsJsonTest, WhatIsNotOfTheSubsetIsNamed) {
    EXPECT_NE(refusal("{").find("is no JSON object"), std::string::npos);
    EXPECT_NE(refusal("[]").find("is no JSON object"), std::string::npos);
    EXPECT_NE(refusal(R"({"type":"array"})").find("not of the type object"), std::string::npos);
    EXPECT_NE(refusal(R"({"type":"object","oneOf":[]})").find("has oneOf in it"),
              std::string::npos);
    EXPECT_NE(refusal(withOne("7")).find("describes x by something"), std::string::npos);
    EXPECT_NE(refusal(withOne(R"({"type":"object"})")).find("the type \"object\""),
              std::string::npos);
    EXPECT_NE(refusal(withOne(R"({"type":"string","format":"date"})")).find("\"string date\""),
              std::string::npos);
    EXPECT_NE(refusal(withOne(R"({"type":"string","pattern":"a*"})")).find("has pattern in x"),
              std::string::npos);
    EXPECT_NE(refusal(withOne(R"({"type":"string","default":null})")).find("neither a text"),
              std::string::npos);
}

TEST(SettingsJsonTest, ADefaultOutsideItsBoundsIsTheSchemasMistake) {
    const auto words = refusal(withOne(R"({"type":"integer","minimum":1,"default":0})"));
    EXPECT_NE(words.find("is wrong: x: its default is wrong"), std::string::npos) << words;
}

TEST(SettingsJsonTest, ValuesBecomeAnObjectAndSecretsAreNotShown) {
    const std::vector<Setting> settings{{"on", true},
                                        {"for", std::int64_t{7'200'000}},
                                        {"ratio", 0.5},
                                        {"list", std::vector<std::string>{"a"}},
                                        {"token", std::string("s3cret"), "${TOKEN}"}};
    EXPECT_EQ(settingsJson(settings),
              R"({"on":true,"for":7200000,"ratio":0.5,"list":["a"],"token":"s3cret"})");
    EXPECT_EQ(shownSettingsJson(settings).find("s3cret"), std::string::npos);
}

}  // namespace orch
