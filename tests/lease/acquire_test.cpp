#include <fcntl.h>

#include "lease/lease_world.hpp"

namespace orch::testing {

struct AcquireTest : ::testing::Test, LeaseWorld {
    FileLeases mine{folder, kTtl, machine(kFirst)};
    FileLeases theirs{folder, kTtl, machine(kSecond)};

    /// What a holder leaves behind that was killed: its lease, and its lock free.
    void dieHolding() {
        write("lease", writeLease(foreign()));
        dead.insert(foreign().holder.pid);
    }
};

// proves L1: who holds it, since when, for how long, with which token
TEST_F(AcquireTest, TheLeaseFileTellsWhoHoldsIt) {
    const auto held = proof(mine.acquire(request()));
    const auto lease = onDisk().value();
    EXPECT_EQ(lease.holder, (ProcessIdentity{kFirst, 1}));
    EXPECT_EQ(lease.host + lease.boot_id + lease.task, "herebootT-3");
    EXPECT_EQ(lease.job, (AttemptKey{JobId{7}, 2}));
    EXPECT_EQ(lease.token, held.token());
    EXPECT_EQ(lease.acquired, now);
    EXPECT_EQ(lease.ttl, kTtl);
}

// proves L1
TEST_F(AcquireTest, ASecondOneIsBusyAndLearnsWhoHoldsIt) {
    const auto held = proof(mine.acquire(request()));
    EXPECT_THAT(busy(theirs.acquire(request())), HasSubstr("T-3 (job 7.2, token 1, process 101"));
    EXPECT_EQ(tokens, 1);
}

TEST_F(AcquireTest, ASecondOneOfTheSameProcessIsBusyToo) {
    const auto held = proof(mine.acquire(request()));
    EXPECT_NE(busy(mine.acquire(request())), "");
}

TEST_F(AcquireTest, TheEndOfTheProofFreesIt) {
    { const auto held = proof(mine.acquire(request())); }
    EXPECT_FALSE(std::filesystem::exists(file("lease")));
    EXPECT_EQ(busy(theirs.acquire(request())), "");
}

TEST_F(AcquireTest, AnotherRepositoryHasItsOwn) {
    const auto held = proof(mine.acquire(request()));
    repository += "2";
    EXPECT_EQ(busy(theirs.acquire(request())), "");
}

// proves L2
TEST_F(AcquireTest, ADeadHoldersLeaseIsTakenAtOnceWithANewToken) {
    dieHolding();
    tokens = 40;
    EXPECT_EQ(proof(theirs.acquire(request())).token(), 41);
}

// proves L2: its pid is another process by now
TEST_F(AcquireTest, AReusedPidIsNotTheHolder) {
    Machine real = thisMachine();
    auto lease = foreign();
    lease.host = real.host;
    lease.boot_id = real.boot_id;
    lease.holder = {real.self.pid, real.self.start - 1};
    lease.renewed = real.now();
    FileLeases leases(folder, kTtl, real);
    write("lease", writeLease(lease));
    EXPECT_EQ(busy(leases.acquire(request())), "");
}

// proves L2
TEST_F(AcquireTest, ALeaseOfAnotherBootIsTakenAtOnce) {
    auto lease = foreign();
    lease.boot_id = "the boot before";
    lease.renewed = 5 * now;
    write("lease", writeLease(lease));
    EXPECT_EQ(busy(mine.acquire(request())), "");
}

// proves L2: nobody here can tell whether that process lives
TEST_F(AcquireTest, AnotherHostsLeaseIsTakenAfterOneTtlOfTheObserversClock) {
    auto lease = foreign();
    lease.host = "elsewhere";
    lease.renewed = 0ms;
    write("lease", writeLease(lease));
    dead.insert(lease.holder.pid);
    EXPECT_NE(busy(mine.acquire(request())), "");
    now += kTtl - 1ms;
    EXPECT_NE(busy(mine.acquire(request())), "");
    now += 1ms;
    EXPECT_EQ(busy(mine.acquire(request())), "");
}

TEST_F(AcquireTest, ARenewalElsewhereStartsTheObserversTtlAgain) {
    auto lease = foreign();
    lease.host = "elsewhere";
    for (lease.renewals = 0; lease.renewals < 4; ++lease.renewals, now += kTtl - 1ms) {
        write("lease", writeLease(lease));
        EXPECT_NE(busy(mine.acquire(request())), "");
    }
}

TEST_F(AcquireTest, ATokenThatCannotBeHadTakesNothing) {
    auto asked = request();
    asked.next_token = []() -> std::int64_t { throw StoreError("no token"); };
    EXPECT_THROW((void)mine.acquire(asked), StoreError);
    EXPECT_FALSE(std::filesystem::exists(file("lease")));
    EXPECT_EQ(busy(theirs.acquire(request())), "");
}

TEST_F(AcquireTest, WhatAKilledOneLeftHalfWrittenIsInNobodysWay) {
    write("lease.new", "half");
    write("hold.new", "");
    EXPECT_EQ(busy(mine.acquire(request())), "");
    EXPECT_FALSE(std::filesystem::exists(file("lease.new")));
}

TEST_F(AcquireTest, TheHoldDescriptorIsLockedAndNotInherited) {
    const auto held = proof(mine.acquire(request()));
    EXPECT_EQ(lockState(file("hold")), LockState::kHeld);
    EXPECT_NE(fcntl(held.holdDescriptor(), F_GETFD) & FD_CLOEXEC, 0);
}

TEST_F(AcquireTest, OneCallMayTakeAQuarterOfTheTtl) {
    EXPECT_EQ(proof(mine.acquire(request())).callLimit(), kTtl / 4);
}

}  // namespace orch::testing
