#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/text.hpp"
#include "http/problem.hpp"
#include "http/routes.hpp"
#include "http/target.hpp"
#include "http/text_rules.hpp"

namespace orch::testing {

std::string idIn(std::string_view pattern, std::string_view path) {
    const auto found = matches(pattern, path);
    return found ? "<" + join(*found, ",") + ">" : "no";
}

TEST(RoutesTest, AHoleTakesOneSegment) {
    EXPECT_EQ(idIn("/jobs/{}", "/jobs/7"), "<7>");
    EXPECT_EQ(idIn("/jobs/{}/log", "/jobs/7/log"), "<7>");
    EXPECT_EQ(idIn("/jobs", "/jobs"), "<>");
    for (const auto* path : {"/jobs/", "/jobs", "/jobs/7/log", "/jobs/7/", "/tasks/7"}) {
        EXPECT_EQ(idIn("/jobs/{}", path), "no") << path;
    }
    EXPECT_EQ(idIn("/tasks/{}/artefacts/{}", "/tasks/T-1/artefacts/a.md"), "<T-1,a.md>");
    EXPECT_EQ(idIn("/tasks/{}/artefacts/{}", "/tasks/T-1/artefacts/"), "no");
    EXPECT_EQ(idIn("/tasks/{}/artefacts/{}", "/tasks/T-1/artefacts/a/b"), "no");
    EXPECT_EQ(idIn("/jobs/{}/log", "/jobs//log"), "no");
    EXPECT_EQ(idIn("/jobs/{}/log", "/jobs/log"), "no");
}

TEST(RoutesTest, NoTwoRoutesAreTheSame) {
    for (const auto& a : routes()) {
        for (const auto& b : routes()) {
            EXPECT_TRUE(&a == &b || a.method != b.method || a.pattern != b.pattern) << a.pattern;
        }
    }
}

TEST(RoutesTest, EveryChangeNeedsTheToken) {
    for (const auto& route : routes()) {
        EXPECT_EQ(route.method == "POST", route.access == Access::kChange) << route.pattern;
    }
}

TEST(QueryTest, ParametersAreDecoded) {
    const auto query = readQuery("subject=job%207&limit=+1&&after", {"subject", "limit", "after"});
    EXPECT_EQ(query.at("subject"), "job 7");
    EXPECT_EQ(query.at("limit"), " 1");
    EXPECT_EQ(query.at("after"), "");
}

TEST(QueryTest, WhatIsDoubtfulIsRefused) {
    for (const auto* query :
         {"a=%", "a=%4", "a=%zz", "a=%00", "a=%ff", "a=1&a=2", "b=1", "%61b=1"}) {
        EXPECT_THROW(static_cast<void>(readQuery(query, {"a"})), Rejected) << query;
    }
}

TEST(TextRulesTest, ControlCharactersAndBrokenUtf8AreFound) {
    EXPECT_FALSE(textProblem("Grüße 日本", 8, Lines::kOne));
    EXPECT_TRUE(textProblem("Grüße 日本", 7, Lines::kOne));
    EXPECT_FALSE(textProblem("a\n\tb", 10, Lines::kMany));
    for (const auto* text :
         {"a\nb", "a\x7f", "a\x1b[0m", "a\xc2\x9b", "a\xff", "\xe6\x97", "\xed\xa0\x80"}) {
        EXPECT_TRUE(textProblem(text, 10, Lines::kOne)) << text;
    }
    EXPECT_TRUE(textProblem("a\rb", 10, Lines::kMany));
}

}  // namespace orch::testing
