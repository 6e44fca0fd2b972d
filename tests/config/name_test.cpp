#include "config/names.hpp"

#include <gtest/gtest.h>

namespace orch {

TEST(NameTest, PlainNamesAreAccepted) {
    for (const std::string name :
         {"a",
          "0",
          "greeter",
          "my-app_2",
          "x23456789012345678901234567890123456789012345678901234567890123"}) {
        EXPECT_EQ(problemOfName(name), "") << name;
    }
}

TEST(NameTest, WhateverCouldLeaveAFolderOrAnAddressIsRefused) {
    for (const std::string name : {"",
                                   ".",
                                   "..",
                                   "../x",
                                   "a/b",
                                   "a b",
                                   "-a",
                                   "_a",
                                   "A",
                                   "ä",
                                   "a\n",
                                   "a.b",
                                   "a%2f",
                                   "日本"}) {
        EXPECT_NE(problemOfName(name), "") << name;
    }
}

TEST(NameTest, LongNameIsToldByItsLengthAndCutShort) {
    const auto problem = problemOfName(std::string(300, 'x'));
    EXPECT_NE(problem.find("has 300 letters"), std::string::npos) << problem;
    EXPECT_LT(problem.size(), 200U);
}

TEST(NameTest, FileNamesStayInTheirFolder) {
    EXPECT_EQ(problemOfFileName("01-analysis.md"), "");
    for (const std::string name : {"", ".", "..", "a/b", ".hidden", "-x", "a b", "ä.md"}) {
        EXPECT_NE(problemOfFileName(name), "") << name;
    }
}

TEST(NameTest, BranchesGitRefusesAreRefused) {
    for (const std::string name : {"main", "release/1.0", "über", "a-b", "@a", "x.locks"}) {
        EXPECT_EQ(problemOfBranch(name), "") << name;
    }
    for (const std::string name : {"",
                                   "-f",
                                   "a..b",
                                   "a b",
                                   "a~1",
                                   "a^",
                                   "a:b",
                                   "a?",
                                   "a*",
                                   "a[",
                                   "a\\b",
                                   "/a",
                                   "a/",
                                   "a//b",
                                   ".a",
                                   "a/.b",
                                   "a.",
                                   "a.lock",
                                   "a.lock/b",
                                   "a@{0}",
                                   "@",
                                   "a\x7f",
                                   "refs/heads/main"}) {
        EXPECT_NE(problemOfBranch(name), "") << name;
    }
}

TEST(NameTest, BracesThatAreNoPlaceholdersAreLeftAlone) {
    const std::vector<std::string> known{"version", "sha"};
    for (const std::string text : {"{version}",
                                   "v{version}-{sha}",
                                   "awk '{print $1}'",
                                   "{",
                                   "{}",
                                   "{a b}",
                                   "${HOME}",
                                   "{unlike}"}) {
        EXPECT_EQ(problemOfPlaceholders(text, known), "") << text;
    }
    EXPECT_NE(problemOfPlaceholders("x {sha} {verison}", known), "");
}

TEST(NameTest, PeopleMayBeCalledAnythingOnOneLine) {
    EXPECT_EQ(problemOfPerson("Ada Lovelace <ada@example.org>"), "");
    EXPECT_NE(problemOfPerson(""), "");
    EXPECT_NE(problemOfPerson("a\nb"), "");
    EXPECT_NE(problemOfPerson(std::string(101, 'a')), "");
}

}  // namespace orch
