#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

// What the services (orch/services.hpp, sdk/docs/services.md) ask and answer, as C++ values.

namespace orch {
inline namespace sdk {

using Milliseconds = std::chrono::milliseconds;

/// What can be seen of a process or lock. kUnknown never justifies an action and never counts as
/// kDead or kFree.
enum class Life { kAlive, kDead, kUnknown };
enum class Lock { kHeld, kFree, kAbsent, kUnknown };

/// Why something was decided; becomes the one journal row of the action.
struct Why {
    std::string rule;      ///< short and stable: "process_died"; at most 100 bytes
    std::string decision;  ///< a sentence; at most 2,000 bytes
    std::vector<std::pair<std::string, std::string>> evidence;  ///< at most 50, 2,000 bytes each
};

/// What became of an order that changes something.
enum class Effect {
    kDone,
    kNothing,   ///< somebody else was first, or it is no longer so: nothing was changed
    kObserved,  ///< mode: observe: it was journalled and not done
    kHeld       ///< max_actions_per_hour is used up: ask again at a later tick
};
struct Answer {
    Effect effect{};
    std::string detail;  ///< with kNothing and kHeld: why, for people
};

/// One look at the exit record an attempt's shim leaves.
enum class ExitRecord {
    kNone,
    kValid,    ///< of this attempt; final, since it is read only once the lock was seen free
    kDamaged,  ///< half-written, empty or altered: it says nothing
    kForeign   ///< of another attempt
};

/// An attempt whose row says running, as seen just now.
struct RunningJob {
    std::int64_t id{};
    int attempt{};
    std::string task;  ///< "T-3"; empty: none
    std::string project, stage, agent;
    std::string lane;  ///< "agent", "exec" or "reserved" (no process: orchd or a plugin runs it)
    std::optional<std::int64_t> pid;         ///< of the agent, once known
    std::optional<std::uint64_t> pid_start;  ///< field 22 of its /proc/<pid>/stat
    bool same_host = true;
    bool same_boot = true;
    bool starting = false;   ///< orchd prepares it right now; lock and process say nothing yet
    Milliseconds running{};  ///< awake time since it was claimed (after another boot: since orchd's
                             ///< start)
    std::optional<Milliseconds> limit;  ///< its own time limit with grace, which its shim enforces
    Lock lock = Lock::kUnknown;         ///< kHeld: the attempt is alive, whatever a pid says
    Life process = Life::kUnknown;      ///< the agent, by identity; kUnknown without a pid
    std::string process_why;  ///< "gone", "zombie", "pid_reused", "thread_id", "unreadable" …
    int group = 0;            ///< living processes of its group besides the agent
    ExitRecord exit = ExitRecord::kNone;
    std::optional<int> exit_code, signal;  ///< with kValid
};

struct Running {
    Life self = Life::kUnknown;  ///< orchd's own process, seen by the same code; else trust nothing
    std::vector<RunningJob> jobs;
    std::int64_t left_out = 0;  ///< alive by their lock, and younger than was asked for
};

/// Why an attempt is over. orchd looks again before it believes it: an exit record always wins.
enum class Cause {
    kExitRecord,      ///< it ended and left a record: the ordinary end, judged by the gate
    kProcessDied,     ///< gone without a record
    kPidReused,       ///< its pid belongs to somebody else, who is left alone
    kSpawnLost,       ///< claimed long ago and no process ever came
    kOtherBoot,       ///< the machine was started since
    kMaxRunning,      ///< alive for too long: timed out, its task waits until it is ended
    kUnknownLiveness  ///< too long, and nobody can tell whether it lives: the same, and an alert
};
struct FinishOrder {
    std::int64_t job{};
    int attempt{};
    std::optional<std::int64_t> pid;  ///< as seen; a row that changed since is left alone
    std::optional<std::uint64_t> pid_start;
    Cause cause{};
    Why why;
};

/// A merge lease, as seen just now.
struct LeaseSeen {
    std::string repository;             ///< the lease's name
    std::optional<std::int64_t> token;  ///< nothing: the file is damaged
    std::string task, host;
    std::int64_t job{};
    int attempt{};
    std::optional<std::int64_t> pid;
    bool same_host = false;
    bool same_boot = false;
    Life holder = Life::kUnknown;
    Lock hold = Lock::kUnknown;  ///< outlives a killed holder while a git of its runs
    Milliseconds age{};          ///< since it was renewed, by the holder's boot clock; this host's
    Milliseconds ttl{};
    Milliseconds unchanged{};  ///< since orchd first saw this content, by its own clock
    int renewals = 0;
};

struct TaskSeen {
    std::string id;  ///< "T-3"
    std::string project, title, stage, state, reason;
    Milliseconds stage_age{};
    bool has_job = false;
};
struct TaskFilter {
    std::string project, stage, state;  ///< empty: any
    int limit = 500;                    ///< 1 to 1,000
};

/// A message to people. The same subject with the same cause is not sent twice: once, then after
/// 24 h and 72 h while it is repeated, then no more.
struct Notice {
    std::string subject;  ///< "disk:/": what it is about; at most 200 bytes
    std::string text;     ///< at most 4,000 bytes
    std::string cause{};  ///< tells causes apart; empty: the text does
};

struct HttpProbe {
    std::string url;             ///< http or https
    Milliseconds timeout{5000};  ///< of everything, name resolution included; 100 ms to 30 s
    std::vector<std::pair<std::string, std::string>> headers;
    std::size_t body_limit = 65'536;  ///< bytes that are kept; at most 1 MiB
};
enum class ProbeOutcome {
    kAnswered,
    kRefused,         ///< the connection was refused
    kReset,           ///< closed or reset before a whole answer
    kConnectTimeout,  ///< no connection in time
    kAnswerTimeout,   ///< connected, then no whole answer in time
    kNameNotResolved,
    kTls,      ///< the certificate or the handshake failed
    kNoRoute,  ///< this machine has no way there, or no descriptors: says nothing of it
    kBadUrl
};
struct ProbeAnswer {
    ProbeOutcome outcome{};
    int status = 0;  ///< with kAnswered
    std::string body;
    std::vector<std::pair<std::string, std::string>> headers;  ///< names in lower case
    std::string detail;  ///< a clause for people; empty with kAnswered
    Milliseconds took{};
};

/// A command run as a job of orchd's, in its exec lane, confined like a check. It outlives orchd.
struct ExecOrder {
    std::vector<std::string> command;               ///< argv; no shell
    Milliseconds timeout{std::chrono::minutes{5}};  ///< 1 s to 1 d
    std::string key;  ///< one live job a key: a second start answers the first's id
    Why why;
};
struct ExecStarted {
    Answer answer;
    std::int64_t job{};  ///< with kDone; with kNothing the one that lives already
};
struct ExecStatus {
    std::string
        status;  ///< scheduled, queued, running, succeeded, failed, timed_out, cancelled, lost
    std::optional<int> exit_code;
    std::string output;  ///< the last 16 KiB
    [[nodiscard]] bool over() const {
        return status != "scheduled" && status != "queued" && status != "running";
    }
};

/// A job of a reserved agent, for orch.jobs/1.
struct ReservedJob {
    std::int64_t id{};
    int attempt{};
    std::string task, project, stage, agent;
};
/// What became of it.
struct JobAnswer {
    enum class Result { kDone, kFailed, kAgain };
    Result result = Result::kDone;
    std::string reason;    ///< with kFailed
    Milliseconds after{};  ///< with kAgain: the same job once more then

    [[nodiscard]] static JobAnswer done() { return {}; }
    [[nodiscard]] static JobAnswer failed(std::string reason) {
        return {Result::kFailed, std::move(reason), {}};
    }
    [[nodiscard]] static JobAnswer again(Milliseconds after) { return {Result::kAgain, {}, after}; }
};

}  // namespace sdk
}  // namespace orch
