#include "base/mask.hpp"

#include <gtest/gtest.h>

#include <chrono>
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

// proves S5
TEST(MaskTest, EverySpellingOfACharacterIsHidden) {
    for (const std::string spelled :
         {R"(s3cr\u0026t \"wörd\"/+)",  // Go
          R"(s3cr\u0026t \u0022w\u00f6rd\u0022\u002F\u002b)",
          R"(s3cr&t \"w\u00f6rd\"\/+)",                        // Python, PHP
          R"(s3cr&t \\\"w\\u00F6rd\\\"\\/+)",                  // once more
          R"(s3cr\x26t "w\xc3\xb6rd"/+)",                      // Python's bytes
          R"(s3cr&t "w\xf6rd"/+)",                             // its strings
          R"(s3cr&t "w\303\266rd"/+)",                         // git
          R"(s3cr\&t\ \"wörd\"/+)",                            // a shell
          "s3cr%26t%20%22w%C3%B6rd%22/%2B",                    // '/' as it is
          "%73%33%63%72%26%74%20%22%77%c3%b6%72%64%22%2f%2b",  // every byte
          "s3cr%2526t%2520%2522w%25C3%25B6rd%2522%252F%252B",
          "s3cr&amp;t &quot;wörd&quot;/+",
          "s3cr&#38;t &#34;w&#246;rd&#x22;&#x2F;&#43;",
          "s3cr&amp;amp;t &amp;quot;wörd&amp;#34;/+"}) {
        EXPECT_EQ(hidden("<" + spelled + ">"), "<${S}>") << spelled;
    }
    EXPECT_EQ(hidden(R"(p\ud83d\ude00ss\u{1F600}x)", "p😀ss😀x"), "${S}");
    EXPECT_EQ(hidden(R"("a\\\"\nb\tcd")", "a\\\"\nb\tcd"), "\"${S}\"");
    EXPECT_EQ(hidden(R"(a\\\\\\\"bcd)", "a\\\"bcd"), "${S}");
}

// proves S5
TEST(MaskTest, WhatProgramsSpellIsHidden) {
    const std::string value = "s3cr&t<\"w\xc3\xb6rd\xf0\x9f\x98\x80\"/+'\\";
    const Mask mask({{"S", Secret{value}}});
    for (const std::string python : {"import json; print(json.dumps(v))",
                                     "import json; print(json.dumps(json.dumps(v)))",
                                     "import html; print(html.escape(v))",
                                     "print(repr(v))",
                                     "print(ascii(v))",
                                     "print(repr(v.encode()))",
                                     "from urllib.parse import quote; print(quote(v))",
                                     "from urllib.parse import quote_plus; print(quote_plus(v))",
                                     "print(v.encode('ascii', 'xmlcharrefreplace').decode())"}) {
        RunSpec spec;
        spec.command = {"/usr/bin/env",
                        "python3",
                        "-c",
                        "import sys; sys.stdout.reconfigure(encoding='utf-8')\n"
                        "v = bytes.fromhex(sys.argv[1]).decode()\n" +
                            python};
        std::string hex;
        for (const char c : value) {
            constexpr std::string_view kDigits = "0123456789abcdef";
            const auto byte = static_cast<unsigned char>(c);
            hex += {kDigits[byte >> 4U], kDigits[byte & 15U]};
        }
        spec.command.push_back(hex);
        spec.environment = {"PATH=/usr/bin:/bin"};
        const auto spelled = run(spec);
        if (spelled.exit_code == 127) GTEST_SKIP() << "there is no python3";
        ASSERT_EQ(spelled.exit_code, 0) << spelled.errors;
        const auto shown = mask.hide(spelled.output);
        EXPECT_NE(shown.find("${S}"), std::string::npos) << spelled.output;
        EXPECT_EQ(shown.find("cr"), std::string::npos) << shown;
    }
}

TEST(MaskTest, Base64IsHiddenAcrossItsLines) {
    const std::string value(90, 'k');
    const std::string secret = "begin-" + value + "-end";
    for (const auto* command : {"base64",
                                "base64 -w 64",
                                "base64 -w 20",
                                "base64 | sed 's/$/\\r/'",
                                "base64 | sed 's/^/    /'",
                                "base64 | tr +/ -_"}) {
        const auto encoded =
            shell("printf %s 'Some text before it. " + secret + " after' | " + command);
        const auto shown = hidden(encoded, secret);
        EXPECT_EQ(shown.find("ra2tra2"), std::string::npos) << shown;
        EXPECT_NE(shown.find("${S}"), std::string::npos) << shown;
        const auto json = nlohmann::json(encoded).dump();
        EXPECT_EQ(hidden(json, secret).find("ra2tra2"), std::string::npos) << command;
    }
}

TEST(MaskTest, HostileTextsCostNoMoreThanTheirLength) {
    const auto begin = std::chrono::steady_clock::now();
    for (const std::string part :
         {"\\", "%25", "%", "&amp;", "\\u00", "s3cr&amp;", "s3cr%", "a\n", "+"}) {
        for (const std::string& value :
             {std::string{kValue}, std::string(40, '\\'), std::string(40, '%')}) {
            std::string text;
            while (text.size() < 4'000) text += part;
            (void)hidden(text, value);
        }
    }
    EXPECT_LT(std::chrono::steady_clock::now() - begin, std::chrono::seconds{60});
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

TEST(MaskTest, AStreamHidesEverySpellingWhateverThePieces) {
    const std::string secret = "wörd&fish-0123456789/+=", line(60, 'x');
    const auto mask = maskOf(secret);
    const auto base64 = shell("printf %s '" + line + secret + line + "' | base64 -w 64");
    for (const std::string& text : {std::string{R"(a 100% "w\u00f6rd\u0026fish-0123456789\/+=")"},
                                    std::string{"&amp; w%C3%B6rd%2526fish-0123456789%2f%2B%3d \\"},
                                    "x\n" + base64}) {
        const auto expected = mask.hide(text);
        ASSERT_NE(expected.find("${S}"), std::string::npos) << text;
        for (std::size_t size = 1; size <= text.size(); ++size) {
            Mask::Stream stream(mask);
            std::string shown;
            for (std::size_t at = 0; at < text.size(); at += size) {
                shown += stream.take(std::string_view{text}.substr(at, size));
            }
            shown += stream.finish();
            EXPECT_EQ(shown, expected) << size;
        }
    }
}

TEST(MaskTest, AStreamKeepsBackOnlyWhatMayBecomeAValue) {
    const auto mask = maskOf("swordfish");
    Mask::Stream stream(mask);
    EXPECT_EQ(stream.take("a line\n"), "a line\n");
    EXPECT_EQ(stream.take("a sw"), "a ");
    EXPECT_EQ(stream.take("an\n"), "swan\n");
    EXPECT_EQ(stream.take("100%\n c\n"), "100%\n c\n");
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
