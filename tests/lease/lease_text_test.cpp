#include "lease/lease_text.hpp"

#include <nlohmann/json.hpp>

#include "lease/lease_world.hpp"

namespace orch::testing {

using Json = nlohmann::json;

struct LeaseTextTest : ::testing::Test, LeaseWorld {
    Json json = Json::parse(writeLease(foreign()));
    bool readable() { return readLease(json.dump()).has_value(); }
};

TEST_F(LeaseTextTest, WhatIsWrittenIsReadAgain) {
    auto lease = foreign();
    lease.renewals = 3;
    EXPECT_EQ(writeLease(readLease(writeLease(lease)).value()), writeLease(lease));
}

TEST_F(LeaseTextTest, TheNextFormatAndItsNewKeysAreReadable) {
    json["format"] = kLeaseFormat + 1;
    json["colour"] = "green";
    EXPECT_TRUE(readable());
}

TEST_F(LeaseTextTest, AFormatOfTheFarFutureIsNot) {
    json["format"] = kLeaseFormat + 2;
    EXPECT_FALSE(readable());
}

TEST_F(LeaseTextTest, WithoutAnyOneKeyItIsDamaged) {
    for (const auto& [key, value] : json.items()) {
        auto less = json;
        less.erase(key);
        EXPECT_FALSE(readLease(less.dump())) << key;
    }
}

TEST_F(LeaseTextTest, CutAnywhereItIsDamaged) {
    const auto text = writeLease(foreign());
    for (std::size_t size = 0; size + 2 < text.size(); ++size) {
        EXPECT_FALSE(readLease(text.substr(0, size))) << size;
    }
}

TEST_F(LeaseTextTest, NonsenseNumbersAreDamage) {
    for (const auto* key : {"token", "ttl_ms", "pid"}) {
        auto wrong = json;
        wrong[key] = 0;
        EXPECT_FALSE(readLease(wrong.dump())) << key;
    }
}

TEST(LeaseNameTest, WaysToSpellOnePathGiveOneName) {
    TempDir temp;
    std::filesystem::create_directory(temp / "app");
    std::filesystem::create_directory_symlink(temp / "app", temp / "link");
    const auto name = leaseNameOf((temp / "app").string());
    EXPECT_EQ(leaseNameOf((temp / "link").string()), name);
    EXPECT_EQ(leaseNameOf((temp / "app").string() + "/"), name);
    EXPECT_EQ(leaseNameOf((temp / "app" / ".git").string()), name);
    EXPECT_THAT(name, ::testing::MatchesRegex("app-[0-9a-f]{8}"));
}

TEST(LeaseNameTest, OneNameInTwoFoldersGivesTwo) {
    EXPECT_NE(leaseNameOf("/a/app"), leaseNameOf("/b/app"));
}

TEST(LeaseNameTest, AddressesAreNamedByTheirLastPart) {
    EXPECT_THAT(leaseNameOf("https://forge.example/you/app.git"),
                ::testing::MatchesRegex("app-[0-9a-f]{8}"));
    EXPECT_EQ(leaseNameOf("git@forge.example:you/app"),
              leaseNameOf("git@forge.example:you/app.git"));
}

TEST(LeaseNameTest, NoNameLeavesTheFolderOrHides) {
    for (const auto* repository :
         {"/", ".", "..", "/a/..b c\n/", "", "/x/\xff\xfe", "/x/.hidden"}) {
        EXPECT_TRUE(isLeaseName(leaseNameOf(repository))) << leaseNameOf(repository);
    }
    EXPECT_TRUE(isLeaseName(leaseNameOf("/" + std::string(300, 'a'))));
}

}  // namespace orch::testing
