#include "model/queue_model.hpp"

#include <algorithm>

#include "base/text.hpp"
#include "core/names.hpp"

namespace orch::testing {

namespace {
constexpr JobId kJob{1};
}

QueueModel::QueueModel(Options options) : options_(options) {
    db_.execute("PRAGMA synchronous=OFF");
    db_.execute("BEGIN");
    ensureSchema(db_, folder_ / "model.db");
    setup_.retry = {.base = Milliseconds{0}, .cap = Milliseconds{0}, .later = Milliseconds{0}};
    (void)enqueueJob(tx_, {.project = "p", .agent = "a", .max_failures = options.max_failures});
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
    if (!alive && exit != out_.exits.end()) {
        seen.exit = ExitRecord{.key = key, .outcome = Outcome::kExited, .exit_code = exit->second};
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
void QueueModel::reaperSees(AttemptKey key) {
    out_.seen_by_reaper = key;
}

/// The one terminal flip, by whoever observed `key` as over, whenever that was.
void QueueModel::flip(AttemptKey key) {
    const auto before = row();
    const auto ended = readEnd(look(key), before.cancel_requested);
    // Without the guard a stale observation is applied to whatever attempt runs now.
    const auto target = options_.guarded ? key : before.key();
    (void)finishAttempt(tx_, setup_, target, ended);
    const auto after = row();
    if (after.status == before.status) return;
    if (before.status != JobStatus::kRunning) fail("a row that was not running was flipped");
    if (before.attempt != key.attempt)
        fail("attempt " + name(before.key()) + " was flipped for " + name(key));
    if (out_.alive.contains(before.key())) fail("a live attempt was flipped");
    const bool well = out_.exits.contains(key);
    if (well != (after.status == JobStatus::kSucceeded)) fail("the exit record did not win");
}

void QueueModel::supervisorFinishes(AttemptKey) {
    flip(*std::exchange(out_.seen_by_supervisor, std::nullopt));
}
void QueueModel::reaperFlips(AttemptKey) {
    flip(*std::exchange(out_.seen_by_reaper, std::nullopt));
}

void QueueModel::crash(AttemptKey) {
    out_.claimed.clear();
    out_.seen_by_supervisor.reset();
    out_.seen_by_reaper.reset();
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
            flip(job.key());
        }
    }
}

std::vector<QueueModel::Move> QueueModel::moves() {
    if (out_.recovering) return {{"recover", &QueueModel::recover, {}}};
    std::vector<Move> all;
    const auto add = [&](const std::string& what, Step step, AttemptKey key = {}) {
        all.push_back({key.attempt ? what + " " + name(key) : what, step, key});
    };
    const auto status = row().status;
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
        if (!out_.seen_by_reaper) add("reaper sees the end of", &QueueModel::reaperSees, key);
    }
    if (out_.seen_by_supervisor) add("supervisor finishes", &QueueModel::supervisorFinishes);
    if (out_.seen_by_reaper) add("reaper flips", &QueueModel::reaperFlips);
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
    for (const auto& [attempt, code] : out_.exits) key += 'E' + std::to_string(attempt.attempt);
    if (out_.seen_by_supervisor) key += 's' + std::to_string(out_.seen_by_supervisor->attempt);
    if (out_.seen_by_reaper) key += 'p' + std::to_string(out_.seen_by_reaper->attempt);
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
