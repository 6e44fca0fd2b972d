#include "lease/holding.hpp"

#include "lease/disk_lease_files.hpp"
#include "lease/lease_world.hpp"

namespace orch::testing {

/// A holder whose renewals happen when told: its thread is not started.
struct HoldingTest : ::testing::Test, LeaseWorld {
    FileLeases theirs{folder, kTtl, machine(kSecond)};
    Sightings sightings;

    std::unique_ptr<LeaseHolding> hold() {
        const auto here = machine(kFirst);
        auto files = std::make_unique<DiskLeaseFiles>(folder, name(), here, sightings, 10ms);
        auto taken = takeLease(*files, here, name(), kTtl, request());
        return std::make_unique<LeaseHolding>(
            std::move(files), here, std::get<TakenLease>(std::move(taken)));
    }
};

TEST_F(HoldingTest, ARenewalIsSeenInTheFile) {
    const auto holding = hold();
    now += kTtl / 4;
    EXPECT_TRUE(holding->renew());
    EXPECT_EQ(onDisk()->renewed, now);
    EXPECT_EQ(onDisk()->renewals, 1);
    EXPECT_EQ(onDisk()->acquired, now - kTtl / 4);
}

TEST_F(HoldingTest, RenewedInTimeItIsHeldForLongerThanItsTtl) {
    const auto holding = hold();
    for (int quarter = 0; quarter < 12; ++quarter) {
        now += kTtl / 4;
        ASSERT_TRUE(holding->renew());
    }
    EXPECT_EQ(refusal(*holding), "");
    EXPECT_NE(busy(theirs.acquire(request())), "");
}

// proves L3, M-1: it stops long before anybody else may take it
TEST_F(HoldingTest, WithoutRenewalItStopsItselfAtHalfItsTtl) {
    const auto holding = hold();
    now += kTtl / 2 - 1ms;
    EXPECT_EQ(refusal(*holding), "");
    now += 1ms;
    EXPECT_THAT(refusal(*holding), HasSubstr("not renewed for 5 m"));
    EXPECT_NE(busy(theirs.acquire(request())), "");
}

TEST_F(HoldingTest, ARenewalThatComesTooLateIsNone) {
    const auto holding = hold();
    now += kTtl / 2;
    EXPECT_FALSE(holding->renew());
    EXPECT_NE(refusal(*holding), "");
    EXPECT_EQ(onDisk()->renewals, 0);
}

TEST_F(HoldingTest, ALostLeaseMayBeTriedForAgain) {
    const auto holding = hold();
    now += kTtl;
    try {
        holding->require();
        FAIL() << "was not refused";
    } catch (const LeaseLost& lost) {
        EXPECT_TRUE(lost.retryable());
    }
}

// proves L3
TEST_F(HoldingTest, TheFileGoneUnderAHolderStopsItBeforeItsNextEffect) {
    const auto holding = hold();
    std::filesystem::remove(file("lease"));
    EXPECT_THAT(refusal(*holding), HasSubstr("its file is gone"));
    EXPECT_FALSE(holding->renew());
    EXPECT_FALSE(std::filesystem::exists(file("lease")));
}

// proves L3, L2; IG2 with real processes is in processes_test.cpp
TEST_F(HoldingTest, IG2TheHolderThatWasTakenOverIsRefusedAndLeavesTheNextOneAlone) {
    auto holding = hold();
    now += kTtl;
    const auto next = proof(theirs.acquire(request()));
    EXPECT_THAT(refusal(*holding), HasSubstr("carries another token"));
    EXPECT_FALSE(holding->renew());
    holding.reset();
    EXPECT_EQ(tokenOnDisk(), next.token());
    EXPECT_EQ(refusal(next), "");
}

TEST_F(HoldingTest, IG3WhoDoesNotHoldItCannotReleaseIt) {
    const auto holding = hold();
    DiskLeaseFiles files(folder, name(), machine(kSecond), sightings, 10ms);
    EXPECT_FALSE(releaseLease(files, holding->token() + 1));
    EXPECT_FALSE(releaseLease(files, holding->token() - 1));
    EXPECT_EQ(refusal(*holding), "");
}

TEST_F(HoldingTest, ALeaseThatCannotBeReadIsNotKnownToBeOurs) {
    const auto holding = hold();
    std::filesystem::remove(file("lease"));
    std::filesystem::create_directory(file("lease"));
    EXPECT_THAT(refusal(*holding), HasSubstr("cannot"));
}

TEST_F(HoldingTest, ATakenOverHoldersLockDoesNotStandForTheNextOnes) {
    const auto holding = hold();
    now += kTtl;
    const auto next = proof(theirs.acquire(request()));
    EXPECT_EQ(lockState(file("hold")), LockState::kHeld);
    dead.insert(kSecond);
    EXPECT_THAT(busy(theirs.acquire(request())), HasSubstr("a child of it still works"));
}

}  // namespace orch::testing
