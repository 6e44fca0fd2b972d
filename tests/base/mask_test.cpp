#include "base/mask.hpp"

#include <gtest/gtest.h>

#include <iostream>
#include <nlohmann/json.hpp>
#include <sstream>

#include "base/masked_output.hpp"
#include "base/run.hpp"
#include "base/text.hpp"

namespace orch {
namespace {

constexpr auto kValue = "s3cr&t \"wörd\"/+";

Mask maskOf(const std::string& value) {
    return Mask({{"S", Secret{value}}});
}
std::string hidden(const std::string& text, const std::string& value = kValue) {
    return maskOf(value).hide(text);
}
std::string shell(const std::string& command) {
    return run({.command = {"/bin/sh", "-c", command}, .environment = {"PATH=/usr/bin:/bin"}})
        .output;
}

}  // namespace

TEST(MaskTest, AValueIsShownByItsName) {
    EXPECT_EQ(hidden(std::string{"url "} + kValue + "!"), "url ${S}!");
    EXPECT_EQ(hidden(std::string{kValue} + kValue), "${S}${S}");
    EXPECT_EQ(hidden("nothing of it"), "nothing of it");
    EXPECT_EQ(Mask{}.hide(kValue), kValue);
}

TEST(MaskTest, JsonsSpellingIsHiddenHoweverDeep) {
    const auto once = nlohmann::json(std::string{"a "} + kValue).dump();
    EXPECT_EQ(hidden(once), "\"a ${S}\"");
    EXPECT_EQ(hidden(nlohmann::json(once).dump()), "\"\\\"a ${S}\\\"\"");
    const auto control = nlohmann::json("tab\tbell\x07").dump();
    EXPECT_EQ(hidden(control, "tab\tbell\x07"), "\"${S}\"");
}

TEST(MaskTest, UrlsSpellingIsHidden) {
    EXPECT_EQ(hidden("?t=s3cr%26t%20%22w%C3%B6rd%22%2F%2B&x"), "?t=${S}&x");
    EXPECT_EQ(hidden("?t=s3cr%26t%20%22w%c3%b6rd%22%2f%2b&x"), "?t=${S}&x");
    EXPECT_EQ(hidden("?t=s3cr%26t+%22w%C3%B6rd%22%2F%2B&x"), "?t=${S}&x");
}

TEST(MaskTest, Base64IsHiddenWhereverTheValueBegins) {
    for (const auto* before : {"", "a", "ab", "abc", "user:"}) {
        for (const auto* after : {"", "z", "zz"}) {
            const auto encoded =
                shell(std::string{"printf %s '"} + before + "hunter2-Wolke" + after + "' | base64");
            const auto shown = hidden(encoded, "hunter2-Wolke");
            EXPECT_NE(shown.find("${S}"), std::string::npos) << encoded;
            EXPECT_LT(shown.size(), encoded.size()) << shown;
        }
    }
}

TEST(MaskTest, OfSeveralTheLongestIsHiddenAndOverlapsLeaveNothing) {
    const Mask mask(
        {{"SHORT", Secret{"abcD"}}, {"LONG", Secret{"abcDEF"}}, {"TAIL", Secret{"EFGH"}}});
    EXPECT_EQ(mask.hide("xabcDEFx"), "x${LONG}x");
    EXPECT_EQ(mask.hide("xabcDx"), "x${SHORT}x");
    EXPECT_EQ(mask.hide("xabcDEFGHx"), "x${LONG}x");
}

TEST(MaskTest, AValueThatWasCutIsHidden) {
    const std::string value = "0123456789abcdef-XYZ";
    EXPECT_EQ(hidden("reason: " + value.substr(0, 9), value), "reason: ${S}");
    EXPECT_EQ(hidden(shorten("reason: " + value + " and more", 22), value), "reason: ${S}…");
    EXPECT_EQ(hidden("0123456 stays", value), "0123456 stays");
}

TEST(MaskTest, EachLineOfAKeyIsHidden) {
    const std::string key = "-----BEGIN KEY-----\nMIIEvQIBADAN\nBgkqhkiG9w0B\n-----END KEY-----\n";
    EXPECT_EQ(hidden("    MIIEvQIBADAN\n    BgkqhkiG9w0B\n", key), "    ${S}\n    ${S}\n");
}

TEST(MaskTest, WhatStandsInEveryTextIsNotMasked) {
    for (const auto* value : {"", "abc", "main", "8080", "true", "abc1234"}) {
        EXPECT_TRUE(whyNotMasked(value)) << value;
        EXPECT_EQ(hidden(std::string{"x "} + value, value), std::string{"x "} + value);
    }
    for (const auto* value : {"abcD", "a-b9", "12345678", "abcdefgh"}) {
        EXPECT_FALSE(whyNotMasked(value)) << value;
        EXPECT_EQ(hidden(std::string{"x "} + value, value), "x ${S}");
    }
}

TEST(MaskTest, ATemplateGivesTheTextBackAndNothingElseIn) {
    const Mask mask({{"S", Secret{"swordfish"}}, {"LONG", Secret{"swordfish9"}}});
    for (const std::string text :
         {"a swordfish b", "swordfish9swordfish", "plain", "${S} $${S} $"}) {
        const auto pattern = mask.asTemplate(text);
        EXPECT_EQ(pattern.find("swordfish"), std::string::npos);
        EXPECT_EQ(mask.fill(pattern), text);
    }
    EXPECT_EQ(mask.asTemplate("say ${S}: swordfish"), "say $${S}: ${S}");
    EXPECT_EQ(mask.fill("${OTHER} $"), "${OTHER} $");
}

TEST(MaskTest, AStreamHidesWhateverThePieces) {
    const auto mask = maskOf("swordfish");
    const std::string text = "swords swordfish sword\nswordfishswordfishswordfis";
    for (std::size_t size = 1; size <= text.size(); ++size) {
        Mask::Stream stream(mask);
        std::string shown;
        for (std::size_t at = 0; at < text.size(); at += size) {
            shown += stream.take(std::string_view{text}.substr(at, size));
            EXPECT_EQ(shown.find("swordf"), std::string::npos) << size;
        }
        shown += stream.finish();
        EXPECT_EQ(shown, "swords ${S} sword\n${S}${S}${S}") << size;
    }
}

TEST(MaskTest, AStreamKeepsBackOnlyWhatMayBecomeAValue) {
    const auto mask = maskOf("swordfish");
    Mask::Stream stream(mask);
    EXPECT_EQ(stream.take("a line\n"), "a line\n");
    EXPECT_EQ(stream.take("a sw"), "a ");
    EXPECT_EQ(stream.take("an\n"), "swan\n");
    EXPECT_EQ(stream.finish(), "");
}

TEST(MaskedOutputTest, LinesGoOutWithTheSecretsHidden) {
    std::ostringstream seen;
    auto* const before = std::cerr.rdbuf(seen.rdbuf());
    {
        const MaskedOutput masked(maskOf("swordfish"));
        std::cerr << "say sword"
                  << "fish" << 7 << '\n'
                  << std::flush << "end swordfish";
        EXPECT_EQ(seen.str(), "say ${S}7\n");
    }
    EXPECT_EQ(seen.str(), "say ${S}7\nend ${S}");
    std::cerr << " swordfish";
    std::cerr.rdbuf(before);
    EXPECT_EQ(seen.str(), "say ${S}7\nend ${S} swordfish");
}

}  // namespace orch
