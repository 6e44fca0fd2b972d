#include <sys/file.h>

#include "lease/lease_world.hpp"

namespace orch::testing {

struct LeaseDamageTest : ::testing::Test, LeaseWorld {
    FileLeases leases{folder, kTtl, machine(kFirst)};
};

// proves L2: never taken for dead
TEST_F(LeaseDamageTest, ACorruptLeaseIsBusyForOneTtlOfTheObserverAndThenDeleted) {
    write("lease", "{\"token\": 4");
    EXPECT_THAT(busy(leases.acquire(request())), HasSubstr("cannot be read"));
    now += kTtl - 1ms;
    EXPECT_NE(busy(leases.acquire(request())), "");
    now += 1ms;
    EXPECT_EQ(busy(leases.acquire(request())), "");
}

TEST_F(LeaseDamageTest, AnEmptyLeaseIsCorrupt) {
    write("lease", "");
    EXPECT_THAT(busy(leases.acquire(request())), HasSubstr("cannot be read"));
}

TEST_F(LeaseDamageTest, AnUnreadableLeaseIsBusyAndNotAnError) {
    std::filesystem::create_directories(file("lease"));
    EXPECT_THAT(busy(leases.acquire(request())), HasSubstr("cannot be read"));
}

TEST_F(LeaseDamageTest, AFolderThatSomebodyDeletesIsNoLeasesAndIsMadeAgain) {
    std::filesystem::remove_all(folder);
    EXPECT_TRUE(leases.list().empty());
    EXPECT_EQ(busy(leases.acquire(request())), "");
}

TEST_F(LeaseDamageTest, TheGuardIsMadeAgainWhenSomebodyDeletesIt) {
    { const auto held = proof(leases.acquire(request())); }
    std::filesystem::remove(file("guard"));
    EXPECT_EQ(busy(leases.acquire(request())), "");
    EXPECT_TRUE(std::filesystem::exists(file("guard")));
}

// proves M-1: whoever waits at the deleted guard does not enter beside the one at the new one
TEST_F(LeaseDamageTest, AGuardThatLostItsNameIsNoGuard) {
    auto asked = request();
    asked.next_token = [this] {
        std::filesystem::remove(file("guard"));
        return ++tokens;
    };
    EXPECT_THROW((void)leases.acquire(asked), Error);
    EXPECT_FALSE(std::filesystem::exists(file("lease")));
}

TEST_F(LeaseDamageTest, AGuardThatNobodyLetsGoMakesItBusyWithAHint) {
    FileLeases hasty(folder, 40ms, machine(kFirst));
    const auto guard = tryLock(file("guard"));
    EXPECT_THAT(busy(hasty.acquire(request())), HasSubstr("fuser"));
}

TEST_F(LeaseDamageTest, AFolderWithoutWorkingLocksIsRefusedWithASentence) {
    try {
        FileLeases refused("/proc/self/task", kTtl, machine(kFirst));
        FAIL() << "was not refused";
    } catch (const Error& error) {
        EXPECT_THAT(error.what(), HasSubstr("use a folder on a local file system"));
    }
}

TEST_F(LeaseDamageTest, ADeletedHoldFileDoesNotMakeALiveHolderStale) {
    const auto held = proof(leases.acquire(request()));
    std::filesystem::remove(file("hold"));
    EXPECT_NE(busy(leases.acquire(request())), "");
}

}  // namespace orch::testing
