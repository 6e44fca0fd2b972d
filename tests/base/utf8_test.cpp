#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <codecvt>

#include "base/text.hpp"

namespace orch {

/// U+FFFD, `n` times.
std::string replaced(int n) {
    std::string text;
    for (; n > 0; --n) text += "\uFFFD";
    return text;
}

/// Text that is nearly UTF-8: whole characters, parts of them, and bytes that no character has.
rc::Gen<std::string> nearlyUtf8() {
    const auto piece = rc::gen::element<std::string>("a",
                                                     "\n",
                                                     "\x1b",
                                                     "é",
                                                     "€",
                                                     "𝄞",
                                                     "\xC3",
                                                     "\x80",
                                                     "\xE2\x82",
                                                     "\xED\xA0\x80",
                                                     "\xF0",
                                                     "\xFF");
    return rc::gen::map(rc::gen::container<std::vector<std::string>>(piece),
                        [](const auto& pieces) { return join(pieces, ""); });
}

/// Judges by the standard library, so that a mistake in ours is not repeated here.
bool isUtf8(const std::string& text) {
    std::codecvt_utf8<char32_t> decoder;
    std::vector<char32_t> out(text.size() + 1);
    std::mbstate_t state{};
    const char* from = nullptr;
    char32_t* to = nullptr;
    return decoder.in(state,
                      text.data(),
                      text.data() + text.size(),
                      from,
                      out.data(),
                      out.data() + out.size(),
                      to) == std::codecvt_base::ok;
}

RC_GTEST_PROP(CleanUtf8Test, IsAlwaysValidAndCleanAlready, ()) {
    const auto clean = cleanUtf8(*nearlyUtf8());
    RC_ASSERT(isUtf8(clean));
    RC_ASSERT(cleanUtf8(clean) == clean);
}

RC_GTEST_PROP(CleanUtf8Test, TakesAnyBytes, (const std::string& bytes)) {
    const auto clean = cleanUtf8(bytes);
    RC_ASSERT(isUtf8(clean));
    RC_ASSERT(cleanUtf8(clean) == clean);
}

TEST(CleanUtf8Test, LeavesTextAlone) {
    const std::string text =
        "tab\t, line\n, Ünïcödé, 日本語, 🦊, \U0010FFFF, \uD7FF\uE000";
    EXPECT_EQ(cleanUtf8(text), text);
}

TEST(CleanUtf8Test, ReplacesEveryByteOfWhatIsNoCharacter) {
    EXPECT_EQ(cleanUtf8("a\xFFz"), "a" + replaced(1) + "z");
    EXPECT_EQ(cleanUtf8("\xC0\x80"), replaced(2));          // overlong NUL
    EXPECT_EQ(cleanUtf8("\xE0\x9F\xBF"), replaced(3));      // overlong U+07FF
    EXPECT_EQ(cleanUtf8("\xF0\x8F\xBF\xBF"), replaced(4));  // overlong U+FFFF
    EXPECT_EQ(cleanUtf8("\xED\xA0\x80"), replaced(3));      // surrogate U+D800
    EXPECT_EQ(cleanUtf8("\xF4\x90\x80\x80"), replaced(4));  // U+110000
    EXPECT_EQ(cleanUtf8("\xE2\x82"), replaced(2));          // cut off at the end
    EXPECT_EQ(cleanUtf8("\xE2\x82z"), replaced(2) + "z");
}

TEST(CleanUtf8Test, ReplacesControlCharacters) {
    EXPECT_EQ(cleanUtf8("\x1b[31m"), replaced(1) + "[31m");
    EXPECT_EQ(cleanUtf8({"a\0b", 3}), "a" + replaced(1) + "b");
    EXPECT_EQ(cleanUtf8("\r\x7F"), replaced(2));
    EXPECT_EQ(cleanUtf8("\u0085\u00A0"), replaced(1) + "\u00A0");
}

RC_GTEST_PROP(ShortenTest, KeepsToTheLimitAndToWholeCharacters, ()) {
    const auto text = cleanUtf8(*nearlyUtf8());
    const auto limit = *rc::gen::inRange<std::size_t>(0, 40);
    const auto shorter = shorten(text, limit);
    RC_ASSERT(shorter.size() <= limit);
    RC_ASSERT(isUtf8(shorter));
    RC_ASSERT(text.size() > limit || shorter == text);
}

TEST(ShortenTest, CutsBeforeACharacterThatDoesNotFit) {
    EXPECT_EQ(shorten("hello world", 8), "hello…");
    EXPECT_EQ(shorten("ab日本語", 7), "ab…");
    EXPECT_EQ(shorten("ab日本語", 8), "ab日…");
    EXPECT_EQ(shorten("日本", 2), "");
    EXPECT_EQ(shorten("abc", 2), "ab");
}

TEST(ShortenTest, BytesThatAreNoTextAreCutAtTheLimit) {
    EXPECT_EQ(shorten(std::string(100, '\x80'), 10).size(), 10U);
}

}  // namespace orch
