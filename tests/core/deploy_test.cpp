#include "core/deploy.hpp"

#include <gmock/gmock.h>

namespace orch::testing {

using ::testing::HasSubstr;

/// A deploy whose command ran as attempt 1 of its job and is over.
struct DeployTest : ::testing::Test {
    [[nodiscard]] DeployEnd after(const std::optional<Ended>& last) const {
        return endOfDeploy(deploy, job, last, codes);
    }
    [[nodiscard]] DeployState stateAfterExit(int code) const {
        return after(Ended{.outcome = Outcome::kExited, .exit_code = code}).state;
    }

    DeployExitCodes codes{.rolled_back = {3, 4}, .retry = {75}};
    Deploy deploy{.project = "greeter", .number = 7, .state = DeployState::kRunning};
    Job job = [] {
        Job over;
        over.status = JobStatus::kFailed;
        over.reason = "as the job says";
        return over;
    }();
};

// proves S6: every code there is
TEST_F(DeployTest, EveryExitCodeMeansWhatTheTableSays) {
    for (int code = 1; code <= 255; ++code) {
        const auto expected = code == 3 || code == 4 ? DeployState::kRolledBack
                              : code == 75           ? DeployState::kRequested
                                                     : DeployState::kFailed;
        EXPECT_EQ(meaningOfExitCode(codes, code), expected) << code;
        EXPECT_EQ(meaningOfExitCode({}, code), DeployState::kFailed) << code;
    }
    EXPECT_EQ(meaningOfExitCode(codes, 0), DeployState::kDeployed);
    EXPECT_EQ(meaningOfExitCode({}, 0), DeployState::kDeployed);
}

// proves S6
TEST_F(DeployTest, WhatTheJobIsCalledDoesNotMatter) {
    for (const auto status : {JobStatus::kSucceeded, JobStatus::kFailed, JobStatus::kCancelled}) {
        job.status = status;
        EXPECT_EQ(stateAfterExit(0), DeployState::kDeployed);
        EXPECT_EQ(stateAfterExit(3), DeployState::kRolledBack);
        EXPECT_EQ(stateAfterExit(9), DeployState::kFailed);
    }
}

TEST_F(DeployTest, ARetryIsBounded) {
    for (; deploy.tries < kDeployRuns - 1; ++deploy.tries)
        EXPECT_EQ(stateAfterExit(75), DeployState::kRequested);
    EXPECT_EQ(stateAfterExit(75), DeployState::kFailed);
    EXPECT_THAT(after(Ended{.outcome = Outcome::kExited, .exit_code = 75}).reason,
                HasSubstr("asked 3 times to be run again, last: exit 75"));
}

TEST_F(DeployTest, AnEndThatWasSeenIsAFailureWhateverEndedIt) {
    for (const auto outcome : {Outcome::kSignaled, Outcome::kTimedOut, Outcome::kCancelled}) {
        EXPECT_EQ(after(Ended{.outcome = outcome}).state, DeployState::kFailed);
    }
}

// proves X1
TEST_F(DeployTest, AnEndThatNobodySawIsNeverGuessed) {
    for (const auto outcome : {Outcome::kLost, Outcome::kHostRebooted, Outcome::kExited}) {
        EXPECT_EQ(after(Ended{.outcome = outcome}).state, DeployState::kUnknown);
    }
    EXPECT_EQ(after({}).state, DeployState::kUnknown);
    EXPECT_THAT(after({}).reason, HasSubstr("nobody saw how its command ended (as the job says)"));
}

TEST_F(DeployTest, WhatCouldNotBeStartedHasFailed) {
    EXPECT_EQ(after(Ended{.outcome = Outcome::kStartFailed}).state, DeployState::kFailed);
}

TEST_F(DeployTest, CancelledBeforeItBeganIsNotAFailure) {
    job.status = JobStatus::kCancelled;
    EXPECT_EQ(after({}).state, DeployState::kCancelled);
    EXPECT_EQ(after(Ended{.outcome = Outcome::kStartFailed}).state, DeployState::kCancelled);
    EXPECT_EQ(after(Ended{.outcome = Outcome::kCancelled}).state, DeployState::kFailed);
    deploy.state = DeployState::kRequested;
    EXPECT_EQ(after(Ended{.outcome = Outcome::kCancelled}).state, DeployState::kCancelled);
}

TEST_F(DeployTest, EveryEndHasAReason) {
    job.reason.clear();
    for (int outcome = 0; outcome <= static_cast<int>(Outcome::kStartFailed); ++outcome) {
        EXPECT_NE(after(Ended{.outcome = static_cast<Outcome>(outcome)}).reason, "");
    }
}

TEST_F(DeployTest, ItsNumberIsReadFromTheJobAndDamageIsNone) {
    EXPECT_EQ(deployNumber({.version = "7"}), 7);
    EXPECT_EQ(deployNumber({.version = ""}), 0);
    EXPECT_EQ(deployNumber({.version = "-1"}), 0);
    EXPECT_EQ(deploy.version(), "v7");
}

}  // namespace orch::testing
