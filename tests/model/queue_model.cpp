#include "model/queue_model.hpp"

#include <algorithm>

#include "base/text.hpp"
#include "core/names.hpp"
#include "store/tasks.hpp"

namespace orch::testing {

namespace {
constexpr JobId kJob{1};
constexpr int kEndedOnRequest = -1;
}  // namespace

QueueModel::QueueModel(Options options) : options_(options) {
    db_.execute("PRAGMA synchronous=OFF");
    db_.execute("BEGIN");
    ensureSchema(db_, folder_ / "model.db");
    setup_.retry = {
        .base = Milliseconds{0}, .cap = Milliseconds{0}, .later = Milliseconds{0}, .max_lost = 2};
    task_ = createTask(tx_, {.project = "p", .stage = "s"}).id;
    (void)enqueueJob(
        tx_, {.task = task_, .project = "p", .agent = "a", .max_failures = options.max_failures});
}

Job QueueModel::row() {
    return findJob(db_, kJob).value();
}

void QueueModel::fail(const std::string& what) {
    if (result_.violation.empty()) result_.violation = what + " after: " + join(path_, ", ");
}

AttemptObservation QueueModel::look(AttemptKey key) const {
    AttemptObservation seen;
    if (!out_.started.contains(key)) {
        seen.agent = Liveness::kDead;
        return seen;
    }
    const bool alive = out_.alive.contains(key);
    seen.lock = alive ? LockState::kHeld : LockState::kFree;
    seen.agent = alive ? Liveness::kAlive : Liveness::kDead;
    const auto exit = out_.exits.find(key);
    if (alive || exit == out_.exits.end()) return seen;
    seen.exit = ExitRecord{.key = key, .outcome = Outcome::kExited, .exit_code = exit->second};
    if (exit->second == kEndedOnRequest) {
        seen.exit = ExitRecord{.key = key, .outcome = Outcome::kCancelled, .signal = 15};
    }
    return seen;
}

void QueueModel::claim(AttemptKey) {
    for (const auto& job : claimJobs(tx_, {1, 0, 0})) out_.claimed.push_back(job.key());
}

void QueueModel::spawn(AttemptKey key) {
    std::erase(out_.claimed, key);
    if (!out_.alive.empty()) fail("two agents of one job are alive");
    if (!out_.started.insert(key).second) fail("attempt " + name(key) + " was started twice");
    out_.alive.insert(key);
}

void QueueModel::exitWell(AttemptKey key) {
    out_.exits[key] = 0;
    out_.alive.erase(key);
}

void QueueModel::die(AttemptKey key) {
    out_.alive.erase(key);
}

void QueueModel::supervisorSees(AttemptKey key) {
    out_.seen_by_supervisor = key;
}
RunningJob QueueModel::seenByReaper(const Job& job) const {
    const auto key = job.key();
    const auto look = this->look(key);
    RunningJob seen;
    seen.row.key = key;
    seen.row.process = {job.pid, job.pid_start};
    seen.row.cancel_requested = job.cancel_requested;
    const bool in_hand = std::ranges::find(out_.claimed, key) != out_.claimed.end();
    seen.starting = in_hand && options_.drop != Drop::kInHand;
    seen.folder.lock = look.lock == LockState::kAbsent ? SeenLock::kAbsent
                       : look.lock == LockState::kHeld ? SeenLock::kHeld
                                                       : SeenLock::kFree;
    if (look.exit && options_.drop != Drop::kExitRecord) {
        seen.folder.exit = SeenExit::kValid;
        seen.folder.record = look.exit;
    }
    if (job.pid) seen.agent = {look.agent, SeenBy::kGone};
    return seen;
}

/// The files are read before the transaction: whatever happens between the two is a move of its
/// own.
template <FlipCause kCause>
void QueueModel::reaperLooks(AttemptKey) {
    const auto seen = seenByReaper(row());
    const auto verdict = judgeFlip(kCause, seen);
    if (verdict.result != FlipResult::kFinished && verdict.result != FlipResult::kExitWon) return;
    ++out_.looks;
    out_.judged = Judged{seen.row.key, kCause, verdict, seen.row.process};
}

void QueueModel::reaperFlips(AttemptKey) {
    const auto judged = *std::exchange(out_.judged, std::nullopt);
    const auto before = row();
    const SeenProcess now{before.pid, before.pid_start};
    // Without a guard a stale observation is applied to whatever runs now.
    const bool any_attempt = options_.drop == Drop::kAttemptGuard;
    const EndedBy by{.process = any_attempt ? now : judged.process, .actor = "r", .rule = "r"};
    const auto target = any_attempt ? before.key() : judged.key;
    const auto block = [&](Tx& tx, const Job& job) {
        if (judged.verdict.block && options_.drop != Drop::kBlock) {
            setBlocked(tx, task_, job.key());
        }
    };
    (void)finishAttempt(tx_, setup_, target, judged.verdict.ended, block, &by);
    checkFlip(before, judged.key, judged.verdict.ended);
}

void QueueModel::stamp(AttemptKey key) {
    const auto start = static_cast<std::uint64_t>(key.attempt);
    (void)stampProcess(tx_, {key, bootId(), {1, 1}, {100 + key.attempt, start}});
}

void QueueModel::cancel(AttemptKey) {
    ++out_.cancels;
    (void)requestCancel(tx_, kJob, "cancelled");
}

void QueueModel::obeyCancel(AttemptKey key) {
    out_.exits[key] = kEndedOnRequest;
    out_.alive.erase(key);
}

void QueueModel::hostEnds(AttemptKey key) {
    out_.alive.erase(key);
}

void QueueModel::unblock(AttemptKey key) {
    (void)freeTask(tx_, task_, key);
}

void QueueModel::checkFlip(const Job& before, AttemptKey meant, const Ended& ended) {
    const auto after = row();
    if (after.status == before.status) return;
    const auto key = before.key();
    if (before.status != JobStatus::kRunning) fail("a row that was not running was flipped");
    if (key != meant) fail("attempt " + name(key) + " was flipped for " + name(meant));
    const bool timed_out = ended.outcome == Outcome::kTimedOut;
    if (out_.alive.contains(key) && !timed_out) fail("a live attempt was flipped");
    const bool well = out_.exits.contains(key) && out_.exits.at(key) == 0;
    if (!timed_out && well != (after.status == JobStatus::kSucceeded)) {
        fail("the exit record did not win");
    }
    if (before.cancel_requested && !isFinal(after.status)) fail("a cancelled job goes on");
}

/// By the supervisor or a recovery, whenever it was that they saw it.
void QueueModel::finishSeen(AttemptKey key) {
    const auto before = row();
    const auto ended = readEnd(look(key), before.cancel_requested);
    (void)finishAttempt(tx_, setup_, key, ended);
    checkFlip(before, key, ended);
}

void QueueModel::supervisorFinishes(AttemptKey) {
    finishSeen(*std::exchange(out_.seen_by_supervisor, std::nullopt));
}

void QueueModel::crash(AttemptKey) {
    out_.claimed.clear();
    out_.seen_by_supervisor.reset();
    out_.judged.reset();
    out_.recovering = true;
    ++out_.crashes;
}

void QueueModel::recover(AttemptKey) {
    out_.recovering = false;
    for (const auto& job : runningJobs(db_)) {
        const auto adoption = decideAdoption(look(job.key()), false, job.cancel_requested);
        if (adoption.kind == Adoption::Kind::kRelease) {
            if (!releaseClaim(tx_, job.key(), "had not begun")) fail("a claim was not released");
        } else if (adoption.kind == Adoption::Kind::kFinish) {
            finishSeen(job.key());
        }
    }
    for (const auto& [task, key] : blockedTasks(db_)) {
        hostEnds(key);
        unblock(key);
    }
}

std::vector<QueueModel::Move> QueueModel::moves() {
    if (out_.recovering) return {{"recover", &QueueModel::recover, {}}};
    std::vector<Move> all;
    const auto add = [&](const std::string& what, Step step, AttemptKey key = {}) {
        all.push_back({key.attempt ? what + " " + name(key) : what, step, key});
    };
    const auto job = row();
    const auto status = job.status;
    if (status == JobStatus::kQueued || status == JobStatus::kScheduled)
        add("claim", &QueueModel::claim);
    for (const auto key : out_.claimed) add("spawn", &QueueModel::spawn, key);
    for (const auto key : out_.alive) {
        add("exit 0 of", &QueueModel::exitWell, key);
        add("death of", &QueueModel::die, key);
    }
    for (const auto key : out_.started) {
        if (out_.alive.contains(key)) continue;
        if (!out_.seen_by_supervisor)
            add("supervisor sees the end of", &QueueModel::supervisorSees, key);
    }
    if (out_.seen_by_supervisor) add("supervisor finishes", &QueueModel::supervisorFinishes);
    if (out_.judged) {
        add("reaper flips", &QueueModel::reaperFlips);
    } else if (status == JobStatus::kRunning && out_.looks < options_.looks) {
        add("reaper holds it dead", &QueueModel::reaperLooks<FlipCause::kProcessDied>);
        add("reaper holds it never begun", &QueueModel::reaperLooks<FlipCause::kSpawnLost>);
        add("reaper holds it overdue", &QueueModel::reaperLooks<FlipCause::kMaxRunning>);
    }
    const bool here = out_.alive.contains(job.key());
    if (status == JobStatus::kRunning && here && !job.pid) {
        add("stamp of", &QueueModel::stamp, job.key());
    }
    if (out_.cancels < options_.cancels) add("cancel", &QueueModel::cancel);
    if (here && job.cancel_requested) add("obedience of", &QueueModel::obeyCancel, job.key());
    for (const auto& [task, key] : blockedTasks(db_)) {
        const bool lives = out_.alive.contains(key);
        if (lives) add("host ends", &QueueModel::hostEnds, key);
        if (!lives || options_.drop == Drop::kVerify) add("unblock by", &QueueModel::unblock, key);
    }
    if (out_.crashes < options_.crashes) add("orchd dies", &QueueModel::crash);
    return all;
}

std::string QueueModel::stateKey() {
    const auto job = row();
    std::string key = std::string(nameOf(job.status)) + std::to_string(job.attempt) + "f" +
                      std::to_string(job.failures) + "l" + std::to_string(job.lost_count) + "c" +
                      std::to_string(out_.crashes) + (out_.recovering ? "r" : "");
    const auto add = [&](char tag, const auto& keys) {
        for (const auto& one : keys) key += tag + std::to_string(one.attempt);
    };
    add('C', out_.claimed);
    add('S', out_.started);
    add('A', out_.alive);
    for (const auto& [attempt, code] : out_.exits) {
        key += 'E' + std::to_string(attempt.attempt) + (code == 0 ? "" : "x");
    }
    if (out_.seen_by_supervisor) key += 's' + std::to_string(out_.seen_by_supervisor->attempt);
    if (const auto& judged = out_.judged) {
        key += 'j' + std::to_string(judged->key.attempt) + std::string(nameOf(judged->cause)) +
               std::string(nameOf(judged->verdict.ended.outcome)) +
               (judged->verdict.block ? "b" : "") + (judged->process.pid ? "p" : "");
    }
    if (job.pid) key += "P";
    key += (job.cancel_requested ? "q" : "") + std::to_string(out_.cancels) + "k" +
           std::to_string(out_.looks);
    for (const auto& [task, by] : blockedTasks(db_)) key += 'B' + std::to_string(by.attempt);
    return key;
}

/// Where nothing but stale observations can happen any more, the job must have ended.
void QueueModel::checkEnd() {
    const bool quiet = out_.claimed.empty() && out_.alive.empty() && !out_.recovering;
    const auto job = row();
    if (quiet && job.status == JobStatus::kRunning && !out_.started.contains(job.key())) {
        fail("the job is running for ever: nobody will start attempt " + name(job.key()));
    }
}

void QueueModel::visit(std::vector<std::string>& path) {
    if (!result_.violation.empty() || !met_.insert(stateKey()).second) return;
    ++result_.states;
    checkEnd();
    for (const auto& move : moves()) {
        const auto outside = out_;
        const auto mark = "s" + std::to_string(path.size());
        db_.execute("SAVEPOINT " + mark);
        path.push_back(move.name);
        (this->*move.step)(move.key);
        visit(path);
        path.pop_back();
        db_.execute("ROLLBACK TO " + mark);
        db_.execute("RELEASE " + mark);
        out_ = outside;
    }
}

QueueModel::Result QueueModel::explore() {
    visit(path_);
    db_.execute("ROLLBACK");
    return result_;
}

}  // namespace orch::testing
