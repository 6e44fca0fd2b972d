#include "core/plugin_switch.hpp"

#include <gmock/gmock.h>

namespace orch::testing {

namespace {

enum class Side { kSilent, kOn, kOff };
constexpr Side kSides[] = {Side::kSilent, Side::kOn, Side::kOff};

SwitchVotes votesOf(Side environment, Side configuration, Side runtime) {
    SwitchVotes votes{.variable = "ORCH_REAPER_ENABLED"};
    if (environment != Side::kSilent) {
        votes.environment = environment == Side::kOn ? "true" : "false";
    }
    if (configuration != Side::kSilent) votes.configuration = configuration == Side::kOn;
    if (runtime != Side::kSilent) {
        votes.runtime = RuntimeVote{runtime == Side::kOn, "me", "14:05", ""};
    }
    return votes;
}

/// Says the same as decideSwitch, from the sides alone.
std::string expectedText(Side environment, Side configuration, Side runtime) {
    std::string off;
    const auto add = [&off](Side side, const char* text) {
        if (side == Side::kOff) off += (off.empty() ? "" : "; ") + std::string(text);
    };
    add(environment, "environment: ORCH_REAPER_ENABLED=false");
    add(configuration, "configuration");
    add(runtime, "operator me, 14:05");
    return off.empty() ? "on" : "off (" + off + ")";
}

}  // namespace

using Sides = std::tuple<Side, Side, Side>;
struct PluginSwitchTable : ::testing::TestWithParam<Sides> {};

// proves H4
TEST_P(PluginSwitchTable, OneOffIsOffSilenceIsOnAndTheTextNamesWhoSaidOff) {
    const auto [environment, configuration, runtime] = GetParam();
    const auto decision = decideSwitch(votesOf(environment, configuration, runtime));
    const bool any_off =
        environment == Side::kOff || configuration == Side::kOff || runtime == Side::kOff;
    EXPECT_EQ(decision.on, !any_off);
    EXPECT_EQ(decision.text, expectedText(environment, configuration, runtime));
}

INSTANTIATE_TEST_SUITE_P(AllTwentySeven,
                         PluginSwitchTable,
                         ::testing::Combine(::testing::ValuesIn(kSides),
                                            ::testing::ValuesIn(kSides),
                                            ::testing::ValuesIn(kSides)));

TEST(PluginSwitchTest, EachSideHasItsSentence) {
    const auto text = [](Side environment, Side configuration, Side runtime) {
        return decideSwitch(votesOf(environment, configuration, runtime)).text;
    };
    EXPECT_EQ(text(Side::kOff, Side::kOn, Side::kOn),
              "off (environment: ORCH_REAPER_ENABLED=false)");
    EXPECT_EQ(text(Side::kOn, Side::kOff, Side::kSilent), "off (configuration)");
    EXPECT_EQ(text(Side::kSilent, Side::kOn, Side::kOff), "off (operator me, 14:05)");
}

TEST(PluginSwitchTest, AVariableSaysOnOrOffInSeveralWords) {
    for (const auto* on : {"true", "on", "1", "yes", "True", "YES"}) {
        EXPECT_EQ(parseVote(on), true) << on;
    }
    for (const auto* off : {"false", "off", "0", "no", "FALSE", "Off"}) {
        EXPECT_EQ(parseVote(off), false) << off;
    }
    for (const auto* neither : {"", " true", "true ", "2", "enabled", "y", "onn"}) {
        EXPECT_EQ(parseVote(neither), std::nullopt) << neither;
    }
}

// proves H4: fail-safe
TEST(PluginSwitchTest, AVariableThatCannotBeReadCountsAsOffAndSaysSo) {
    const auto decision = decideSwitch({.variable = "ORCH_X_ENABLED", .environment = "ture"});
    EXPECT_FALSE(decision.on);
    EXPECT_EQ(decision.text, "off (environment: ORCH_X_ENABLED=ture, which is neither on nor off)");
}

TEST(PluginSwitchTest, AnEmptyVariableCountsAsOff) {
    EXPECT_FALSE(decideSwitch({.variable = "ORCH_X_ENABLED", .environment = ""}).on);
}

TEST(PluginSwitchTest, WhatAVariableHoldsIsShownOnOneShortLine) {
    const auto text =
        decideSwitch({.variable = "X", .environment = std::string(500, 'a') + "\x01"}).text;
    EXPECT_LT(text.size(), 120U);
    EXPECT_THAT(text, ::testing::HasSubstr("…"));
}

TEST(PluginSwitchTest, AVoteThatIsNotRecordedSaysWhy) {
    SwitchVotes votes;
    votes.runtime = RuntimeVote{false, "me", "14:05", "the disk is full"};
    EXPECT_EQ(decideSwitch(votes).text, "off (operator me, 14:05, not recorded: the disk is full)");
}

}  // namespace orch::testing
