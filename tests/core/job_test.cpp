#include "core/job.hpp"

#include <gmock/gmock.h>

namespace orch::testing {

using namespace std::chrono_literals;
using ::testing::HasSubstr;

constexpr Instant kNow{1'000'000ms};

struct AfterAttemptTest : ::testing::Test {
    AfterAttemptTest() { job.max_failures = 2; }
    [[nodiscard]] AfterAttempt after(const Ended& ended, double jitter = 0.5) const {
        return afterAttempt(job, ended, policy, kNow, jitter);
    }
    static Ended exited(int code) { return {.outcome = Outcome::kExited, .exit_code = code}; }
    static Ended ended(Outcome outcome) { return {.outcome = outcome}; }
    Job job;
    RetryPolicy policy{.base = 1s, .cap = 10min, .later = 1min, .max_lost = 3};
};

TEST_F(AfterAttemptTest, ExitZeroSucceeds) {
    EXPECT_EQ(after(exited(0)).status, JobStatus::kSucceeded);
    EXPECT_EQ(after(exited(0)).reason, "exit 0");
}

// proves Q7
TEST_F(AfterAttemptTest, AFailureIsTriedAgainAfterADelayThatDoubles) {
    EXPECT_EQ(after(exited(3)).status, JobStatus::kScheduled);
    EXPECT_EQ(after(exited(3)).run_at, kNow + 1s);
    EXPECT_EQ(after(exited(3)).failures, 1);
    job.failures = 1;
    EXPECT_EQ(after(exited(3)).run_at, kNow + 2s);
}

TEST_F(AfterAttemptTest, TheDelayIsJitteredByAHalfAndCapped) {
    EXPECT_EQ(after(exited(3), 0.0).run_at, kNow + 500ms);
    EXPECT_EQ(after(exited(3), 0.999).run_at, kNow + 1499ms);
    job.failures = 40;
    job.max_failures = 1000;
    EXPECT_EQ(after(exited(3)).run_at, kNow + 10min);
}

// proves Q7
TEST_F(AfterAttemptTest, ThenItFailsAndSaysHowOften) {
    job.failures = 2;
    EXPECT_EQ(after(exited(3)).status, JobStatus::kFailed);
    EXPECT_EQ(after(exited(3)).reason, "failed 3 times, last: exit 3");
}

TEST_F(AfterAttemptTest, ExitSeventyFiveMeansLaterAndIsNotCounted) {
    EXPECT_EQ(after(exited(75)).status, JobStatus::kScheduled);
    EXPECT_EQ(after(exited(75)).run_at, kNow + 1min);
    EXPECT_EQ(after(exited(75)).failures, 0);
}

TEST_F(AfterAttemptTest, ASignalAndATimeOutOfAnAgentAreFailures) {
    EXPECT_EQ(after({.outcome = Outcome::kSignaled, .signal = 9}).failures, 1);
    EXPECT_EQ(after({.outcome = Outcome::kSignaled, .signal = 9}).reason, "signal 9");
    job.failures = 2;
    EXPECT_EQ(after(ended(Outcome::kTimedOut)).status, JobStatus::kTimedOut);
}

TEST_F(AfterAttemptTest, LostIsCountedApartFromFailures) {
    EXPECT_EQ(after(ended(Outcome::kLost)).status, JobStatus::kScheduled);
    EXPECT_EQ(after(ended(Outcome::kLost)).failures, 0);
    EXPECT_EQ(after(ended(Outcome::kLost)).lost_count, 1);
}

TEST_F(AfterAttemptTest, IC7AJobThatKeepsKillingItsShimIsGivenUp) {
    job.lost_count = 2;
    EXPECT_EQ(after(ended(Outcome::kLost)).status, JobStatus::kLost);
    EXPECT_THAT(after(ended(Outcome::kLost)).reason, HasSubstr("took its shim down 3 times"));
}

TEST_F(AfterAttemptTest, ARebootIsNobodysFaultAndRunsAgainAtOnce) {
    EXPECT_EQ(after(ended(Outcome::kHostRebooted)).run_at, kNow);
    EXPECT_EQ(after(ended(Outcome::kHostRebooted)).lost_count, 0);
}

TEST_F(AfterAttemptTest, CancelledIsFinal) {
    EXPECT_EQ(after(ended(Outcome::kCancelled)).status, JobStatus::kCancelled);
}

TEST_F(AfterAttemptTest, WhatWasCancelledIsNotTriedAgain) {
    job.cancel_requested = true;
    for (const auto outcome : {Outcome::kSignaled, Outcome::kLost, Outcome::kStartFailed}) {
        EXPECT_EQ(after(ended(outcome)).status, JobStatus::kCancelled);
        EXPECT_THAT(after(ended(outcome)).reason, HasSubstr("cancelled, not tried again after: "));
    }
}

TEST_F(AfterAttemptTest, ACancelledMergeRunsAgainToLookWhetherItLanded) {
    job.cancel_requested = true;
    job.payload.kind = WorkKind::kMerge;
    EXPECT_EQ(after(ended(Outcome::kStartFailed)).status, JobStatus::kScheduled);
}

TEST_F(AfterAttemptTest, AMergeThatTheRepositoryRefusesWaitsUncharged) {
    job.payload.kind = WorkKind::kMerge;
    const auto refused = after(exited(static_cast<int>(MergeExit::kRefused)));
    EXPECT_EQ(refused.status, JobStatus::kScheduled);
    EXPECT_EQ(refused.failures + refused.lost_count, 0);
}

TEST_F(AfterAttemptTest, ACheckThatFailsIsAResultNotAReasonToTryAgain) {
    job.payload.kind = WorkKind::kCheck;
    EXPECT_EQ(after(exited(2)).status, JobStatus::kFailed);
    EXPECT_EQ(after(exited(2)).lost_count, 0);
}

TEST_F(AfterAttemptTest, IF5ACheckWithoutItsToolIsTriedAgainUncharged) {
    job.payload.kind = WorkKind::kCheck;
    for (const auto& end :
         {exited(126), exited(127), ended(Outcome::kStartFailed), ended(Outcome::kSignaled)}) {
        EXPECT_EQ(after(end).status, JobStatus::kScheduled);
        EXPECT_EQ(after(end).failures, 0);
    }
}

TEST_F(AfterAttemptTest, ADeployWhoseEndNobodySawIsNotRunAgain) {
    job.payload.kind = WorkKind::kDeploy;
    EXPECT_EQ(after(ended(Outcome::kLost)).status, JobStatus::kLost);
    EXPECT_EQ(after(ended(Outcome::kHostRebooted)).status, JobStatus::kLost);
    EXPECT_EQ(after(exited(75)).status, JobStatus::kFailed);
}

TEST_F(AfterAttemptTest, EveryEndOfEveryKindHasAReasonAndAMomentWhenScheduled) {
    for (const auto kind :
         {WorkKind::kAgent, WorkKind::kCheck, WorkKind::kMerge, WorkKind::kDeploy}) {
        for (int outcome = 0; outcome <= static_cast<int>(Outcome::kStartFailed); ++outcome) {
            job.payload.kind = kind;
            const auto next = after({.outcome = static_cast<Outcome>(outcome), .exit_code = 1});
            EXPECT_NE(next.reason, "");
            EXPECT_EQ(next.status == JobStatus::kScheduled, next.run_at.has_value());
        }
    }
}

struct AdoptionTest : ::testing::Test {
    static ExitRecord record(Outcome outcome, std::optional<int> code = {}) {
        return {.key = {JobId{1}, 1}, .outcome = outcome, .exit_code = code};
    }
    AttemptObservation seen;
};

// proves Q5
TEST_F(AdoptionTest, AHeldLockIsALiveAttemptWhateverElseThereIs) {
    seen.lock = LockState::kHeld;
    seen.agent = Liveness::kDead;
    seen.exit = record(Outcome::kExited, 0);
    EXPECT_EQ(decideAdoption(seen, false, false).kind, Adoption::Kind::kWatch);
}

TEST_F(AdoptionTest, AFreeLockWithAnExitRecordIsItsTrueEnd) {
    seen.lock = LockState::kFree;
    seen.exit = record(Outcome::kExited, 3);
    const auto adoption = decideAdoption(seen, false, false);
    EXPECT_EQ(adoption.kind, Adoption::Kind::kFinish);
    EXPECT_EQ(adoption.ended.exit_code, 3);
}

TEST_F(AdoptionTest, WhatAKilledShimLeftIsEndedFirstWhateverBecameOfItsAgent) {
    seen.lock = LockState::kFree;
    seen.proc = ProcRecord{};
    for (const auto agent : {Liveness::kAlive, Liveness::kUnknown, Liveness::kDead}) {
        seen.agent = agent;
        EXPECT_EQ(decideAdoption(seen, false, false).kind, Adoption::Kind::kEndThenLost);
        EXPECT_EQ(decideAdoption(seen, false, false).ended.outcome, Outcome::kLost);
    }
}

TEST_F(AdoptionTest, NothingLeftIsLostAndNeverAnExitCode) {
    seen.lock = LockState::kFree;
    seen.proc = ProcRecord{};
    seen.agent = Liveness::kDead;
    EXPECT_EQ(decideAdoption(seen, false, false).ended.outcome, Outcome::kLost);
    EXPECT_EQ(decideAdoption(seen, false, false).ended.exit_code, std::nullopt);
}

TEST_F(AdoptionTest, WithoutAProcRecordNothingEverRan) {
    seen.lock = LockState::kFree;
    seen.agent = Liveness::kDead;
    EXPECT_EQ(decideAdoption(seen, false, false).ended.outcome, Outcome::kStartFailed);
    seen.proc_damaged = true;
    EXPECT_EQ(decideAdoption(seen, false, false).ended.outcome, Outcome::kLost);
}

TEST_F(AdoptionTest, AMachineThatWentDownLeavesNoProofThatNothingWasStarted) {
    seen.lock = LockState::kAbsent;
    seen.agent = Liveness::kDead;
    EXPECT_EQ(decideAdoption(seen, true, false).ended.outcome, Outcome::kHostRebooted);
}

TEST_F(AdoptionTest, AClaimThatNeverMadeItsLockGoesBackToTheQueue) {
    seen.lock = LockState::kAbsent;
    seen.agent = Liveness::kDead;
    EXPECT_EQ(decideAdoption(seen, false, false).kind, Adoption::Kind::kRelease);
}

TEST_F(AdoptionTest, AnotherBootEndsEverythingButAnExitRecordWins) {
    seen.lock = LockState::kFree;
    seen.agent = Liveness::kUnknown;
    EXPECT_EQ(decideAdoption(seen, true, false).ended.outcome, Outcome::kHostRebooted);
    seen.exit = record(Outcome::kExited, 0);
    EXPECT_EQ(decideAdoption(seen, true, false).ended.exit_code, 0);
}

TEST_F(AdoptionTest, ADamagedExitRecordIsNeverReadAsZero) {
    seen.lock = LockState::kFree;
    seen.exit_damaged = true;
    seen.agent = Liveness::kDead;
    EXPECT_EQ(readEnd(seen, false).outcome, Outcome::kLost);
    EXPECT_THAT(readEnd(seen, false).detail, HasSubstr("damaged"));
}

TEST_F(AdoptionTest, AnEndOnRequestIsACancelOnlyWhenSomebodyCancelled) {
    seen.lock = LockState::kFree;
    seen.exit = record(Outcome::kCancelled);
    EXPECT_EQ(readEnd(seen, true).outcome, Outcome::kCancelled);
    EXPECT_EQ(readEnd(seen, false).outcome, Outcome::kLost);
}

}  // namespace orch::testing
