#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.hpp"
#include "base/files.hpp"
#include "base/ids.hpp"
#include "base/process.hpp"
#include "core/confinement.hpp"

namespace orch {

/// How an attempt ended: the one vocabulary of attempts.outcome.
enum class Outcome {
    kExited,        ///< by itself, with an exit code
    kSignaled,      ///< killed by a signal orchd did not send
    kTimedOut,      ///< ended by its shim: past its deadline, or silent and idle for too long
    kCancelled,     ///< ended because somebody cancelled the job
    kLost,          ///< gone without an exit record: nobody knows how it ended
    kHostRebooted,  ///< the machine went down under it
    kStartFailed,   ///< it never began: no such program, no worktree, no folder
};

/// What is known about the end of an attempt. Exit code and signal are observed, never invented.
struct Ended {
    Outcome outcome{};
    std::optional<int> exit_code;  ///< only with kExited
    std::optional<int> signal;     ///< with kSignaled
    std::string detail;            ///< a clause for people, "cannot start foo: no such file"
    std::string artefact_hash;     ///< sha256 of the artefact's snapshot, empty without one
};

/// Why a shim ended its agent itself.
enum class KilledBy { kNobody, kDeadline, kStall, kRequest };

/// exit.json, as read back and checked.
struct ExitRecord {
    AttemptKey key;
    Outcome outcome{};  ///< kExited, kSignaled, kTimedOut, kCancelled (by request) or kStartFailed
    std::optional<int> exit_code;
    std::optional<int> signal;
    KilledBy killed_by = KilledBy::kNobody;
    std::string detail;
    std::uint64_t output_bytes{};  ///< what the agent wrote, kept or not
    std::int64_t user_ms{}, system_ms{}, max_rss_kb{};
};

/// proc.json, written before the agent's first instruction.
struct ProcRecord {
    AttemptKey key;
    std::string boot_id;
    ProcessIdentity shim, agent;
    std::string confinement;  ///< what is in force, for people; empty: none was asked for
};

/// Everything the attempt's folder and /proc tell, read in an order that makes it final: the lock
/// first, the exit record only after the lock was seen free.
struct AttemptObservation {
    LockState lock = LockState::kAbsent;
    std::optional<ExitRecord> exit;
    bool exit_damaged = false;  ///< there is an exit.json and it is not to be trusted
    std::optional<ProcRecord> proc;
    bool proc_damaged = false;            ///< there is a proc.json and it cannot be read
    Liveness agent = Liveness::kUnknown;  ///< by identity, or its group; kDead without proc.json
};

/// What a shim needs to run one attempt.
struct StartSpec {
    AttemptKey key;
    std::string task;                  ///< "T-3", for ORCH_TASK; may be empty
    std::vector<std::string> command;  ///< argv; argv[0] is searched in the PATH of `environment`
    std::filesystem::path folder;      ///< working folder of the agent
    std::vector<std::string> environment;  ///< the whole of it, "NAME=value"
    std::string prompt;                    ///< written to prompt.md in the attempt's folder
    Milliseconds timeout{};                ///< 0: none
    Milliseconds stall{};                  ///< no output and no CPU use for so long; 0: none
    Milliseconds grace{5000};              ///< between SIGTERM and SIGKILL
    std::uint64_t output_limit{50'000'000};
    std::optional<Confinement> confinement;  ///< nothing: it may do what orchd may
    std::optional<unsigned> umask;           ///< umask(2) of the agent; nothing: the shim's
};

}  // namespace orch
