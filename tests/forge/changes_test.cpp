#include "core/secret_scan.hpp"
#include "forge/local_forge_test.hpp"

namespace orch::testing {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::SizeIs;

struct ChangesTest : LocalForgeTest {
    /// Only what was taken in can be looked at.
    void takeIn(const std::string& head) { ASSERT_EQ(stateOf("T-1").head, head); }
    std::vector<std::string> pathsOf(const std::string& head) {
        takeIn(head);
        return forge().changedPaths(forge().fetchBase(), head).paths;
    }
    std::string diffOf(const std::string& head, const DiffRequest& request = {}) {
        takeIn(head);
        return forge().diff(forge().fetchBase(), head, request).text;
    }
    std::vector<SecretFinding> secretsIn(const std::string& head) {
        takeIn(head);
        return scanForSecrets(forge().commits(forge().fetchBase(), head, 8'000'000), {}).findings;
    }
    // Put together here, so that no scanner takes this file for a leak.
    const std::string key = std::string{"AKIA"} + "QWERTYUIOPASDFGH";
};

TEST_F(ChangesTest, PathsAreThoseOfTheWorkAloneAndBothNamesOfARename) {
    auto work = open("T-1");
    world.commitOnBase("theirs.txt", "x\n");
    work.git({"mv", "README", "LIESMICH ä\n\"x"});
    const auto head = work.commitAll();
    EXPECT_THAT(pathsOf(head), ElementsAre("LIESMICH ä\n\"x", "README"));
}

// proves S8
TEST_F(ChangesTest, WhatLandsUnderAnotherNameIsNamedAsItLands) {
    user().commit("build.mk", "one\ntwo\nthree\nfour\nfive\nsix\nseven\neight\n");
    (void)forge().fetchBase();
    const auto head = work("T-1", "build.mk", "one\ntwo\nthree\nfour\nfive\nsix\nseven\nevil\n");
    user().git({"mv", "build.mk", "Makefile"});
    user().commitAll();
    EXPECT_THAT(pathsOf(head), Contains("Makefile"));
}

TEST_F(ChangesTest, TakingTheBasesChangeBackIsAChange) {
    auto work = open("T-1");
    work.commit("mine.txt", "x\n");
    world.commitOnBase("Makefile", "check:\n\t./test\n");
    (void)forge().fetchBase();
    (void)open("T-1");
    work.git({"merge", "-q", "-s", "ours", "-m", "merge", "origin/main"});
    EXPECT_THAT(pathsOf(work.tip()), Contains("Makefile"));
}

TEST_F(ChangesTest, AHistoryOfItsOwnIsComparedAsAWhole) {
    auto work = open("T-1");
    work.git({"checkout", "-q", "--orphan", "alone"});
    work.git({"rm", "-rfq", "."});
    const auto head = work.commit("Makefile", "evil\n");
    GitRepo{world.mirror()}.git({"fetch", "-q", work.path().string(), head});
    const auto base = forge().fetchBase();
    EXPECT_THAT(forge().changedPaths(base, head).paths, Contains("Makefile"));
    EXPECT_THAT(forge().diff(base, head, {}).text, HasSubstr("+evil"));
}

TEST_F(ChangesTest, TooManyPathsAreSaidToBeTooMany) {
    auto work = open("T-1");
    for (int i = 0; i < 10'001; ++i) work.write("many/" + std::to_string(i), "");
    const auto head = work.commitAll();
    takeIn(head);
    const auto changed = forge().changedPaths(forge().fetchBase(), head);
    EXPECT_TRUE(changed.too_many);
}

// proves S8
TEST_F(ChangesTest, SecretsInNamesAreFound) {
    auto work = open("T-1");
    work.write("empty/" + key, "");
    work.git({"add", "."});
    work.git({"commit", "-q", "-m", "x", "--author=" + key + " <a@b>"});
    work.git({"commit", "-q", "--allow-empty", "-m", "y", "--author=A <" + key + ">"});
    std::vector<std::string> places;
    for (const auto& finding : secretsIn(work.tip())) places.push_back(finding.path);
    EXPECT_THAT(places,
                ::testing::UnorderedElementsAre("the name of empty/AKIA… (20 characters)",
                                                "the commit's author",
                                                "the commit's author"));
}

// proves S8: git shows a commit in the encoding that its header names, and lands it as it stands
TEST_F(ChangesTest, NoEncodingOfACommitHidesASecret) {
    auto work = open("T-1");
    work.git({"-c", "i18n.commitEncoding=IBM037", "commit", "-q", "--allow-empty", "-m", key});
    EXPECT_THAT(work.git({"cat-file", "commit", "HEAD"}), HasSubstr("encoding IBM037"));
    EXPECT_THAT(secretsIn(work.tip()), SizeIs(1));
}

TEST_F(ChangesTest, ASecretInANameThatAMergeAddsIsFoundAndTheBasesOwnAreNot) {
    auto work = open("T-1");
    work.commit("a", "a\n");
    world.commitOnBase("base-" + key, "x\n");
    (void)forge().fetchBase();
    (void)open("T-1");
    work.git({"merge", "-q", "--no-commit", "origin/main"});
    work.write("commit:" + key, "");
    const auto found = secretsIn(work.commitAll());
    ASSERT_THAT(found, SizeIs(1));
    EXPECT_EQ(found[0].path, "the name of commit:AKIA… (20 characters)");
}

TEST_F(ChangesTest, NoAttributeOfTheWorkHidesWhatItChanges) {
    auto work = open("T-1");
    work.write(".gitattributes", "* -diff -text\n*.txt binary\n");
    work.write("a.txt", "password\n" + key + "\n");
    work.write("b.bin", std::string{"\0x\n", 3} + key + "\n");
    const auto head = work.commitAll();
    EXPECT_THAT(diffOf(head, {.paths = {"a.txt"}}), HasSubstr("+password"));
    EXPECT_THAT(secretsIn(head), SizeIs(2));
}

TEST_F(ChangesTest, ADiffIsCutAtItsLimitAndSaysSo) {
    const auto head = work("T-1", "a.txt", std::string(5000, 'x') + "\n");
    takeIn(head);
    const auto diff = forge().diff(forge().fetchBase(), head, {.limit = 1000});
    EXPECT_EQ(diff.text.size(), 1000U);
    EXPECT_TRUE(diff.cut);
    EXPECT_TRUE(forge().commits(forge().fetchBase(), head, 1000).cut);
    EXPECT_FALSE(forge().commits(forge().fetchBase(), head, 8'000'000).cut);
}

TEST_F(ChangesTest, APathWithMagicIsThatPath) {
    auto work = open("T-1");
    work.write(":(glob)*", "one\n");
    work.write("other", "two\n");
    const auto head = work.commitAll();
    EXPECT_THAT(diffOf(head, {.paths = {":(glob)*"}}), Not(HasSubstr("two")));
}

// proves S8
TEST_F(ChangesTest, ASecretThatALaterCommitRemovesIsStillFound) {
    work("T-1", "key.txt", key + "\n");
    auto work = worktree("T-1");
    work.git({"rm", "-q", "key.txt"});
    const auto head = work.commitAll();
    EXPECT_THAT(pathsOf(head), IsEmpty());
    ASSERT_THAT(secretsIn(head), SizeIs(1));
    EXPECT_EQ(secretsIn(head)[0].commit, work.tip("HEAD~1"));
}

// proves S8
TEST_F(ChangesTest, ASecretThatOnlyAMergeBringsIsFound) {
    auto work = open("T-1");
    const auto begin = work.tip();
    std::vector<std::string> sides;
    for (const std::string side : {"one", "two", "three"}) {
        work.git({"checkout", "-q", "--detach", begin});
        sides.push_back(work.commit(side, side + "\n"));
    }
    work.git({"merge", "-q", "--no-commit", sides[0], sides[1]});
    work.write("key.txt", key + "\n");
    const auto head = work.commitAll("Merge three");
    work.git({"checkout", "-q", "-B", "orch/T-1"});
    ASSERT_EQ(work.git({"rev-list", "--parents", "-n1", "HEAD"}).size(), 40U * 4 + 3);
    EXPECT_THAT(secretsIn(head), SizeIs(1));
}

TEST_F(ChangesTest, WhatTheBaseHasAlreadyIsNotSearchedAgain) {
    world.commitOnBase("key.txt", key + "\n");
    (void)forge().fetchBase();
    auto work = open("T-1");
    work.git({"merge", "-q", "origin/main"});
    const auto head = work.commit("mine.txt", "x\n");
    EXPECT_THAT(secretsIn(head), IsEmpty());
}

TEST_F(ChangesTest, ASecretInAMessageIsFound) {
    auto work = open("T-1");
    work.write("a", "a\n");
    const auto head = work.commitAll("Use " + key);
    ASSERT_THAT(secretsIn(head), SizeIs(1));
    EXPECT_EQ(secretsIn(head)[0].commit, head);
}

TEST_F(ChangesTest, AFileIsReadFromTheCommitThatIsNamed) {
    const auto base = world.commitOnBase(".orch-secrets-allow", "a/**\n");
    (void)forge().fetchBase();
    work("T-1", ".orch-secrets-allow", "**\n");
    EXPECT_EQ(forge().fileAt(base, ".orch-secrets-allow", 100), "a/**\n");
    EXPECT_EQ(forge().fileAt(base, ".orch-secrets-allow", 2), "a/");
    EXPECT_EQ(forge().fileAt(base, "no such file", 100), std::nullopt);
    EXPECT_THROW(forge().changedPaths(base, "--output=/tmp/x"), RemoteError);
}

}  // namespace orch::testing
