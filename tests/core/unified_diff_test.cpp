#include "core/unified_diff.hpp"

#include <gmock/gmock.h>

#include <vector>

namespace orch::testing {

namespace {

using ::testing::ElementsAre;

std::vector<std::string> linesOf(const std::string& diff) {
    std::vector<std::string> lines;
    walkDiff(diff, [&](const DiffLine& line) {
        lines.push_back((line.added ? "+" : "-") + std::string{line.path} + ":" +
                        std::to_string(line.line) + ":" + std::string{line.text} +
                        (line.commit.empty() ? "" : "@" + std::string{line.commit}));
    });
    return lines;
}

}  // namespace

TEST(UnifiedDiffTest, LinesAreNumberedInTheNewFile) {
    EXPECT_THAT(
        linesOf("commit:c1\n\ndiff --git a/x b/x\nindex 1..2 100644\n--- a/x\n+++ b/x\n"
                "@@ -3,2 +3 @@ f()\n-old\n-older\n+new\n@@ -9,0 +9,2 @@\n+a\n+b\n"),
        ElementsAre("-x:0:old@c1", "-x:0:older@c1", "+x:3:new@c1", "+x:9:a@c1", "+x:10:b@c1"));
}

TEST(UnifiedDiffTest, ANewAndADeletedFileHaveTheirNames) {
    EXPECT_THAT(linesOf("--- /dev/null\n+++ b/new\n@@ -0,0 +1 @@\n+a\n"
                        "--- a/old\n+++ /dev/null\n@@ -1 +0,0 @@\n-b\n"),
                ElementsAre("+new:1:a", "-old:0:b"));
}

TEST(UnifiedDiffTest, ContentThatLooksLikeADiffStaysContent) {
    EXPECT_THAT(linesOf("--- a/x\n+++ b/x\n@@ -0,0 +1,3 @@\n+++ b/allowed\n+@@ -0,0 +1,9 @@\n"
                        "+commit:other\n+not in the hunk\n"),
                ElementsAre("+x:1:++ b/allowed", "+x:2:@@ -0,0 +1,9 @@", "+x:3:commit:other"));
}

TEST(UnifiedDiffTest, AMergeTellsWhatIsInNoParent) {
    EXPECT_THAT(linesOf("diff --cc x\n--- a/x\n+++ b/x\n@@@ -1,2 -1,2 +1,3 @@@\n- ours\n -theirs\n"
                        "  both\n++evil\n +from ours\n"),
                ElementsAre("-x:0:ours", "-x:0:theirs", "+x:2:evil", "+x:3:from ours"));
}

TEST(UnifiedDiffTest, NamesAreUnquoted) {
    EXPECT_THAT(linesOf("--- /dev/null\n+++ \"b/a\\n\\\"\\303\\244\"\n@@ -0,0 +1 @@\n+x\n"
                        "--- /dev/null\n+++ b/two words\t\n@@ -0,0 +1 @@\n+y\n"),
                ElementsAre("+a\n\"ä:1:x", "+two words:1:y"));
}

TEST(UnifiedDiffTest, ACutOrMalformedDiffEndsWhereItEnds) {
    EXPECT_THAT(linesOf("+++ b/x\n@@ -0,0 +1,9 @@\n+a\n+b"), ElementsAre("+x:1:a", "+x:2:b"));
    for (const auto* odd : {"@@",
                            "@@@@",
                            "@@ x",
                            "@@ - +",
                            "@@ ,1 ,",
                            "@@ -1 +2147483647,2 @@\n-a\n+b\n+c\n",
                            "@@ -1,99999999999999 +1 @@\n+a",
                            "+++ \"",
                            "+++ \"\\",
                            "@@ -1 +1,5 @@\n",
                            "\n\n"}) {
        (void)linesOf(odd);
    }
}

}  // namespace orch::testing
