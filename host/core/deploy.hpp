#pragma once

#include <optional>
#include <string>
#include <vector>

#include "core/job.hpp"

namespace orch {

/// What a project says its deploy command's exit codes mean. 0 is deployed, every code named
/// nowhere is failed. Codes are 1 to 255, none is named twice.
struct DeployExitCodes {
    std::vector<int> rolled_back;  ///< the command took its deploy back itself
    std::vector<int> retry;        ///< nothing happened yet: try again later
    bool operator==(const DeployExitCodes&) const = default;
};

enum class DeployState {
    kRequested,  ///< its command waits for its turn, perhaps its next one
    kRunning,    ///< its command was begun and its end is not recorded yet
    kDeployed,
    kFailed,
    kRolledBack,
    kUnknown,    ///< nobody saw how its command ended: it may or may not have taken effect
    kCancelled,  ///< taken back before its command began
};

/// Nothing follows any more.
[[nodiscard]] bool isFinal(DeployState state);

/// One deploy: a commit on its way into production, and everything known about that.
struct Deploy {
    std::string project;
    int number = 0;  ///< from 1, by project
    std::optional<TaskId> task;
    std::string sha;
    DeployState state{};
    std::optional<JobId> job;  ///< of its command, the last one
    int attempt = 0;           ///< of that job, the one that ran
    int tries = 0;             ///< how often its command asked to be tried again
    std::string command;       ///< as it was run, for people; empty before
    Instant created_at{};
    std::optional<Instant> started_at;  ///< the command's last run
    std::optional<Instant> finished_at;
    std::optional<int> exit_code;
    std::string reason;  ///< why it is in a final state; never empty then
    std::optional<Instant> quarantined_at;
    std::string quarantine_reason;

    /// "v3", as people and commands name it.
    [[nodiscard]] std::string version() const { return "v" + std::to_string(number); }
};

/// A version that turned out to be bad: its commit is not deployed again until a person lifts it.
struct Quarantine {
    int number = 0;  ///< of the deploy it was found on
    Instant since{};
    std::string reason;
};

/// How often a deploy is run that asks for it by an exit code, before it counts as failed.
constexpr int kDeployRuns = 3;

/// The one place that says what an exit code of a deploy command means (S6): kDeployed, kFailed,
/// kRolledBack, or kRequested for "try again".
[[nodiscard]] DeployState meaningOfExitCode(const DeployExitCodes& codes, int exit_code);

/// What is to be recorded of a deploy whose command's job is over.
struct DeployEnd {
    DeployState state{};  ///< kRequested: run it again later
    std::optional<int> exit_code;
    std::string reason;  ///< a clause for people, never empty
};
/// `deploy` is not final, `job` ran its command and is, `last` is how the job's last attempt ended,
/// nothing when there was none. Never guesses: an end that nobody saw is kUnknown.
[[nodiscard]] DeployEnd endOfDeploy(const Deploy& deploy,
                                    const Job& job,
                                    const std::optional<Ended>& last,
                                    const DeployExitCodes& codes);

/// The number of the deploy a job is about; 0 when it is about none.
[[nodiscard]] int deployNumber(const Payload& payload);

}  // namespace orch
