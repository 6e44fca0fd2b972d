#include "core/secret_scan.hpp"

#include <gmock/gmock.h>

#include <chrono>

#include "base/digest.hpp"
#include "core/secret_rules.hpp"

namespace orch::testing {

namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

// Put together here, so that no scanner takes this file for a leak.
const std::string kAwsId = std::string{"AKIA"} + "QWERTYUIOPASDFGH";
const std::string kAwsSecret = std::string{"wJalrXUtnFEMI"} + "/K7MDENG/bPxRfiCYzzQ8kLmTn2";
const std::string kPem = std::string{"-----BEGIN RSA "} + "PRIVATE KEY-----";

std::vector<std::string> rulesIn(const std::string& line) {
    std::vector<std::string> rules;
    findSecrets(line, [&](const SecretMatch& match) { rules.emplace_back(match.rule); });
    return rules;
}

CommitsText adding(const std::string& path, const std::string& line) {
    return {
        .objects = {},
        .names = {},
        .patches = "commit:c1\n\n--- /dev/null\n+++ b/" + path + "\n@@ -0,0 +1 @@\n+" + line + "\n",
        .cut = false};
}

}  // namespace

// proves S8
TEST(SecretRulesTest, EachKindIsKnownByItsForm) {
    const std::string x36(36, 'x');
    const std::vector<std::pair<std::string, std::string>> lines{
        {"aws-access-key-id", "id = " + kAwsId},
        {"aws-secret-key", "AWS_SECRET_ACCESS_KEY=" + kAwsSecret},
        {"aws-secret-key", "  aws_secret_access_key : '" + kAwsSecret + "'"},
        {"private-key", kPem},
        {"private-key", std::string{"-----BEGIN "} + "PRIVATE KEY-----"},
        {"private-key", std::string{"key: \"-----BEGIN OPENSSH "} + "PRIVATE KEY-----\\n"},
        {"github-token", "https://ghp_" + x36 + "@github.com"},
        {"github-token", "x=github_pat_" + x36 + x36},
        {"gitlab-token", "glpat-" + x36},
        {"slack-token", "xoxb-" + x36},
        {"stripe-key", "sk_live_" + x36},
        {"google-key", "AIza" + std::string(35, 'y')},
        {"anthropic-key", "sk-ant-api03-" + x36},
        {"openai-key", "sk-proj-" + x36},
        {"openai-key", "sk-" + x36 + x36},
        {"npm-token", "//registry/:_authToken=npm_" + x36},
        {"json-web-token", std::string{"Bearer eyJ"} + "hbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0In0.sig"},
        {"password-in-url", "postgres://app:hunter2@db.example/app"},
        {"assigned-secret", "password = \"c0rrect-h0rse-battery\""},
        {"assigned-secret", "\"api_key\": \"9f8e7d6c5b4a39281706\""},
        {"assigned-secret", "clientSecret := `9f8e7d6c5b4a39281706`"}};
    for (const auto& [rule, line] : lines) EXPECT_THAT(rulesIn(line), ElementsAre(rule)) << line;
}

TEST(SecretRulesTest, EverydayTextHasNone) {
    for (const std::string line :
         {"password = getpass()",
          "token = \"${TOKEN}\"",
          "secret: \"{{ vault.secret1 }}\"",
          "error = \"password must have 8 characters\"",
          "token_type = \"access_token_expired\"",
          "sha256:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
          "https://example.com:8080/a@b",
          "postgres://user:${PASSWORD}@db/x",
          "postgres://postgres:postgres@localhost/x",
          "AKIA is how they begin",
          "std::string token = parse(line);",
          "BAKIAQWERTYUIOPASDFGH",
          "const std::string secret_name = \"name\";",
          "-----BEGIN CERTIFICATE-----",
          "risk-ant-is-no-token-at-all-here-really"}) {
        EXPECT_THAT(rulesIn(line), IsEmpty()) << line;
    }
}

TEST(SecretRulesTest, NulsHideNothing) {
    std::string wide;
    for (const char c : "id=" + kAwsId) wide += {c, '\0'};
    EXPECT_THAT(rulesIn(wide), ElementsAre("aws-access-key-id"));
}

TEST(SecretRulesTest, HostileLinesCostNoMoreThanTheirLength) {
    const auto repeated = [](const std::string& part) {
        std::string line;
        while (line.size() < 1'000'000) line += part;
        return line;
    };
    const auto begin = std::chrono::steady_clock::now();
    for (const auto* part : {"=",
                             ":",
                             "-",
                             "eyJ-",
                             "eyJaaaaaaaaaaaaaaaaaa.",
                             "sk-ant-",
                             "a://",
                             "a=\"",
                             "token=\"",
                             "a://a:a",
                             "-----BEGIN ",
                             "x",
                             "token ",
                             "AKIA"}) {
        findSecrets(repeated(part), [](const SecretMatch&) {});
    }
    EXPECT_LT(std::chrono::steady_clock::now() - begin, std::chrono::seconds{60});
}

TEST(SecretScanTest, AFindingNamesItsPlaceAndNeverTheSecret) {
    const auto scan = scanForSecrets(adding("config/x.env", "id = " + kAwsId), {});
    EXPECT_THAT(scan.findings,
                ElementsAre(SecretFinding{
                    "aws-access-key-id", "c1", "config/x.env", 1, "AKIA… (20 characters)"}));
    const auto password = scanForSecrets(adding("a", "password = \"c0rrect-h0rse-battery\""), {});
    EXPECT_EQ(password.findings.at(0).excerpt, "… (21 characters)");
}

TEST(SecretScanTest, WhatACommitRemovesIsNoFinding) {
    CommitsText commits{.objects = {},
                        .names = {},
                        .patches = "--- a/x\n+++ /dev/null\n@@ -1 +0,0 @@\n-" + kAwsId + "\n"};
    EXPECT_THAT(scanForSecrets(commits, {}).findings, IsEmpty());
}

TEST(SecretScanTest, TheWholeCommitIsSearched) {
    const auto object = "c7\nauthor " + kAwsId + " <a@b> 0 +0000\ncommitter C <" + kAwsId +
                        "> 0 +0000\nodd " + kAwsId + "\n\n    Add it\n\n    key " + kAwsId + "\n";
    const auto scan = scanForSecrets({.objects = object + '\0', .names = {}, .patches = {}}, {});
    const std::string shown = "AKIA… (20 characters)", rule = "aws-access-key-id";
    EXPECT_THAT(scan.findings,
                ElementsAre(SecretFinding{rule, "c7", "the commit's author", 1, shown},
                            SecretFinding{rule, "c7", "the commit's committer", 2, shown},
                            SecretFinding{rule, "c7", "the commit's headers", 3, shown},
                            SecretFinding{rule, "c7", "the commit's message", 3, shown}));
}

TEST(SecretScanTest, ANameIsSearchedAndNeverShown) {
    const std::string nul(1, '\0'), name = "keys/" + kAwsId + ".txt";
    const std::string shown = "keys/AKIA… (20 characters).txt";
    const auto names =
        nul + "commit:c7" + nul + "\na" + nul + name + nul + "commit:" + kAwsId + nul;
    const auto scan = scanForSecrets({.objects = {}, .names = names, .patches = {}}, {});
    ASSERT_EQ(scan.findings.size(), 2U);
    EXPECT_EQ(scan.findings[0].path, "the name of " + shown);
    EXPECT_EQ(scan.findings[0].commit, "c7");
    EXPECT_EQ(scan.findings[1].commit, "c7");
    EXPECT_EQ(scanForSecrets(adding(name, kAwsId), {}).findings.at(0).path, shown);
    EXPECT_THAT(scanForSecrets({.objects = {}, .names = name + nul, .patches = {}},
                               SecretAllowList{"keys/**"})
                    .findings,
                IsEmpty());
}

TEST(SecretScanTest, TheAllowListTakesPathsRulesAndHashes) {
    const auto found = [](const std::string& allowed) {
        return scanForSecrets(adding("tests/keys/a.txt", kAwsId), SecretAllowList(allowed))
            .findings.size();
    };
    EXPECT_EQ(found("# nothing\n\n"), 1U);
    EXPECT_EQ(found("tests/keys/**\n"), 0U);
    EXPECT_EQ(found("  tests/keys/a.txt \r\n"), 0U);
    EXPECT_EQ(found("aws-access-key-id:tests/**\n"), 0U);
    EXPECT_EQ(found("private-key:tests/**\n"), 1U);
    EXPECT_EQ(found(sha256(kAwsId) + "\n"), 0U);
    EXPECT_EQ(found("TESTS/keys/**\n"), 1U);
    EXPECT_EQ(found("tests\n"), 1U);
}

TEST(SecretScanTest, ManyFindingsAreCountedToABound) {
    std::string patches = "+++ b/x\n@@ -0,0 +1,60 @@\n";
    for (int i = 0; i < 60; ++i) patches += "+" + kAwsId + "\n";
    const auto scan =
        scanForSecrets({.objects = {}, .names = {}, .patches = patches, .cut = true}, {});
    EXPECT_EQ(scan.findings.size(), 50U);
    EXPECT_TRUE(scan.more);
    EXPECT_TRUE(scan.cut);
}

}  // namespace orch::testing
