#include "lease/lease_world.hpp"

namespace orch::testing {

struct ReclaimTest : ::testing::Test, LeaseWorld {
    FileLeases leases{folder, kTtl, machine(kFirst)};

    void leaveStale() {
        write("lease", writeLease(foreign()));
        write("guard", "");
        write("hold", "");
        dead.insert(foreign().holder.pid);
    }
    std::map<std::string, std::string> content() {
        std::map<std::string, std::string> files;
        for (const auto& entry : std::filesystem::directory_iterator(folder)) {
            files[entry.path().filename().string()] = readFile(entry.path()).value_or("");
        }
        return files;
    }
};

// proves L2, M-6: one unlink and nothing else
TEST_F(ReclaimTest, AStaleLeaseIsDeletedAndNothingElseChanges) {
    leaveStale();
    auto expected = content();
    expected.erase(name() + ".lease");
    EXPECT_TRUE(leases.reclaim(name(), 40));
    EXPECT_EQ(content(), expected);
}

// proves L2, M-7
TEST_F(ReclaimTest, ALeaseThatChangedSinceItWasSeenIsLeftAlone) {
    leaveStale();
    EXPECT_FALSE(leases.reclaim(name(), 39));
    EXPECT_FALSE(leases.reclaim(name(), std::nullopt));
    EXPECT_EQ(tokenOnDisk(), 40);
}

// proves L2
TEST_F(ReclaimTest, AHeldLeaseIsLeftAloneWhateverWasAsked) {
    const auto held = proof(leases.acquire(request()));
    EXPECT_FALSE(leases.reclaim(name(), held.token()));
    EXPECT_EQ(refusal(held), "");
}

TEST_F(ReclaimTest, ACorruptLeaseIsDeletedAfterItsTtl) {
    write("lease", "?");
    EXPECT_FALSE(leases.reclaim(name(), std::nullopt));
    now += kTtl;
    EXPECT_TRUE(leases.reclaim(name(), std::nullopt));
}

TEST_F(ReclaimTest, WhatIsGoneWasNotReclaimed) {
    EXPECT_FALSE(leases.reclaim(name(), 40));
    EXPECT_FALSE(leases.reclaim(name(), std::nullopt));
}

TEST_F(ReclaimTest, ANameThatIsNoLeasesIsRefused) {
    EXPECT_THROW((void)leases.reclaim("../orch.db-12345678", 1), Refused);
    EXPECT_THROW((void)leases.reclaim("", 1), Refused);
}

TEST_F(ReclaimTest, TheListTellsWhatWasObserved) {
    leaveStale();
    const auto seen = leases.list();
    ASSERT_EQ(seen.size(), 1U);
    EXPECT_EQ(seen[0].repository, name());
    EXPECT_EQ(seen[0].lease->token, 40);
    EXPECT_EQ(seen[0].holder, Liveness::kDead);
    EXPECT_EQ(seen[0].hold, LockState::kFree);
}

TEST_F(ReclaimTest, TheListRemembersSinceWhenALeaseIsUnchanged) {
    leaveStale();
    (void)leases.list();
    now += 3min;
    EXPECT_EQ(leases.list().at(0).unchanged_for, 3min);
}

TEST_F(ReclaimTest, WhatIsNoLeaseIsNotListed) {
    leaveStale();
    std::ofstream(folder / "notes.lease") << "{}";
    std::ofstream(folder / "app-12345678.lease.new") << "{}";
    EXPECT_EQ(leases.list().size(), 1U);
}

TEST_F(ReclaimTest, ALockThatCannotBeAskedForMayBeHeld) {
    leaveStale();
    std::filesystem::remove(file("hold"));
    std::filesystem::create_symlink(file("hold"), file("hold"));
    EXPECT_EQ(leases.list().at(0).hold, LockState::kHeld);
    EXPECT_FALSE(leases.reclaim(name(), 40));
}

TEST_F(ReclaimTest, WithoutLeasesTheListIsEmpty) {
    { const auto held = proof(leases.acquire(request())); }
    EXPECT_TRUE(leases.list().empty());
}

}  // namespace orch::testing
