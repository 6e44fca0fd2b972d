#include "base/text.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

namespace orch {

TEST(NearestTest, FindsTheWordThatWasMeant) {
    const std::vector<std::string> keys{"stages", "agents", "timeout"};
    EXPECT_EQ(nearest("stage", keys), "stages");
    EXPECT_EQ(nearest("timeuot", keys), "timeout");
    EXPECT_EQ(nearest("agents", keys), "agents");
}

TEST(NearestTest, SuggestsNothingWhenNothingIsNear) {
    EXPECT_EQ(nearest("plugins", {"stages", "agents"}), std::nullopt);
    EXPECT_EQ(nearest("ab", {"ac"}), std::nullopt);
    EXPECT_EQ(nearest("a", {}), std::nullopt);
}

TEST(NearestTest, DoesNotCompareWhatIsFarTooLong) {
    const std::string endless(100'000'000, 'a');
    EXPECT_EQ(nearest(endless, {"aaa", "agents", "stages"}), std::nullopt);
    EXPECT_EQ(nearest("", {"a"}), std::nullopt);
}

TEST(NearestTest, PrefersTheFewestDifferences) {
    EXPECT_EQ(nearest("max_runing", {"max_turning", "max_running"}), "max_running");
}

TEST(JoinTest, PutsTheSeparatorBetween) {
    EXPECT_EQ(join({}, ", "), "");
    EXPECT_EQ(join({"a"}, ", "), "a");
    EXPECT_EQ(join({"a", "", "b"}, ", "), "a, , b");
}

TEST(ShellWordTest, QuotesOnlyWhatAShellWouldRead) {
    EXPECT_EQ(shellWord("/srv/a-b.c"), "/srv/a-b.c");
    EXPECT_EQ(shellWord("a b"), "'a b'");
    EXPECT_EQ(shellWord("$(x) it's"), "'$(x) it'\\''s'");
    EXPECT_EQ(shellWord(""), "''");
}

TEST(ExpandTest, ReplacesNamesByValues) {
    EXPECT_EQ(expand("{a}-{b}/{a}", {{"a", "1"}, {"b", "2"}}), "1-2/1");
    EXPECT_EQ(expand("", {{"a", "1"}}), "");
}

TEST(ExpandTest, LeavesUnknownNamesAndLoneBraces) {
    EXPECT_EQ(expand("{b} {} {a", {{"a", "1"}}), "{b} {} {a");
    EXPECT_EQ(expand("{a{a}}", {{"a", "1"}}), "{a1}");
    EXPECT_EQ(expand("}{a}{", {{"a", "1"}}), "}1{");
}

// A value may come from an issue's title: it must not reach another one.
TEST(ExpandTest, DoesNotExpandValues) {
    EXPECT_EQ(expand("{title}{b}", {{"title", "{b}"}, {"b", "2"}}), "{b}2");
}

RC_GTEST_PROP(ExpandTest, ChangesNothingWithoutValues, (const std::string& pattern)) {
    RC_ASSERT(expand(pattern, {}) == pattern);
}

}  // namespace orch
