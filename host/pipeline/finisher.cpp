#include "pipeline/finisher.hpp"

#include <algorithm>
#include <cmath>
#include <exception>
#include <iostream>
#include <random>

#include "base/crash_point.hpp"
#include "core/names.hpp"
#include "pipeline/artefacts.hpp"
#include "pipeline/work.hpp"
#include "store/journal.hpp"
#include "store/tasks.hpp"

namespace orch {

namespace {

constexpr std::chrono::seconds kAfterFailure{5};

double jitter() {
    thread_local std::minstd_rand random{std::random_device{}()};
    return std::uniform_real_distribution<>{0.0, 1.0}(random);
}

std::string subjectOf(const Job& job) {
    return job.task ? name(*job.task) : "job " + std::to_string(raw(job.id));
}

Evidence evidenceOf(const Job& job, const Ended& ended) {
    Evidence evidence{{"job", std::to_string(raw(job.id))},
                      {"attempt", std::to_string(job.attempt)},
                      {"stage", job.stage},
                      {"outcome", std::string(nameOf(ended.outcome))}};
    if (ended.exit_code) evidence.emplace_back("exit_code", std::to_string(*ended.exit_code));
    if (ended.signal) evidence.emplace_back("signal", std::to_string(*ended.signal));
    if (!ended.artefact_hash.empty()) evidence.emplace_back("artefact", ended.artefact_hash);
    return evidence;
}

std::string inWords(Tx& tx, const AfterAttempt& after) {
    if (after.status != JobStatus::kScheduled) return after.reason;
    const auto delay = std::chrono::duration<double>(*after.run_at - tx.at()).count();
    return after.reason + ", again in " + std::to_string(std::max(0L, std::lround(delay))) + " s";
}

void journalEnd(Tx& tx, const Job& job, const Ended& ended, const AfterAttempt& after) {
    writeJournal(tx,
                 {.actor = "worker",
                  .subject = subjectOf(job),
                  .rule = after.status == JobStatus::kScheduled ? "retry" : "finish",
                  .decision = job.agent + " job " + std::to_string(raw(job.id)) + " attempt " +
                              std::to_string(job.attempt) + ": " + inWords(tx, after),
                  .evidence = evidenceOf(job, ended)});
}

void journalEnd(
    Tx& tx, const Job& job, const Ended& ended, const AfterAttempt& after, const EndedBy& by) {
    auto evidence = evidenceOf(job, ended);
    evidence.insert(evidence.end(), by.evidence.begin(), by.evidence.end());
    writeJournal(tx,
                 {.actor = by.actor,
                  .subject = subjectOf(job),
                  .rule = by.rule,
                  .decision = by.decision + " (" + inWords(tx, after) + ")",
                  .evidence = std::move(evidence)});
}

void noteLate(Tx& tx, const Job& job, AttemptKey key, const Ended& ended) {
    noteLateEnd(tx, key, ended);
    writeJournal(tx,
                 {.actor = "worker",
                  .subject = subjectOf(job),
                  .rule = "late_result",
                  .decision = "attempt " + name(key) + " ended after it was already settled",
                  .evidence = evidenceOf(job, ended)});
}

/// Whoever tells of an end has verified it: what waited for it need not any longer.
std::optional<TaskId> tooLate(Tx& tx, const Job& job, AttemptKey key, const Ended& ended) {
    noteLate(tx, job, key, ended);
    return job.task && freeTask(tx, *job.task, key) ? job.task : std::nullopt;
}

}  // namespace

bool freeTask(Tx& tx, TaskId task, AttemptKey by) {
    if (!clearBlocked(tx, task, by)) return false;
    writeJournal(tx,
                 {.actor = "worker",
                  .subject = name(task),
                  .rule = "unblock",
                  .decision = "nothing of attempt " + name(by) + " runs any more",
                  .evidence = {{"job", std::to_string(raw(by.job))},
                               {"attempt", std::to_string(by.attempt)}}});
    return true;
}

std::optional<TaskId> finishAttempt(Tx& tx,
                                    const Setup& setup,
                                    AttemptKey key,
                                    const Ended& ended,
                                    const std::function<void(Tx&, const Job&)>& also,
                                    const EndedBy* by) {
    const auto job = findJob(tx.db(), key.job);
    if (!job) return {};
    const auto after = afterAttempt(*job, ended, setup.retry, tx.at(), jitter());
    const auto seen = by == nullptr ? std::nullopt : std::optional{by->process};
    if (job->attempt != key.attempt || !finishJob(tx, key, ended, after, seen)) {
        return by == nullptr ? tooLate(tx, *job, key, ended) : std::nullopt;
    }
    by == nullptr ? journalEnd(tx, *job, ended, after) : journalEnd(tx, *job, ended, after, *by);
    if (job->payload.kind == WorkKind::kDeploy && isFinal(after.status)) {
        enqueueFinalizer(tx, *job);
    }
    if (also) also(tx, *job);
    return isFinal(after.status) ? job->task : std::nullopt;
}

Finisher::Finisher(Store& store, const Setup& setup, Engine& engine, Lanes& lanes, Alarm& alarm)
    : store_(store), setup_(setup), engine_(engine), lanes_(lanes), alarm_(alarm) {}

void Finisher::attemptStarted(const ProcRecord& proc) {
    // The stamp informs people and the reaper; an attempt that ended before it needs none.
    (void)store_.post([proc](Tx& tx) { return stampProcess(tx, proc); });
}

void Finisher::attemptEnded(AttemptKey key, const AttemptObservation& seen) {
    lanes_.post("job:" + name(key), [this, key, seen] { endedOnLane(key, seen); });
}

void Finisher::endedOnLane(AttemptKey key, const AttemptObservation& seen) {
    crashPoint("finish.end_seen");
    try {
        const auto job = store_.read([&](Connection& db) { return findJob(db, key.job); });
        finish(key, readEnd(seen, job && job->cancel_requested));
    } catch (const std::exception& error) {
        std::cerr << "orchd: finishing attempt " << name(key)
                  << " failed, again in 5 s: " << error.what() << "\n";
        alarm_.set("finish:" + name(key),
                   std::chrono::steady_clock::now() + kAfterFailure,
                   [this, key, seen] { attemptEnded(key, seen); });
    }
}

void Finisher::addArtefact(AttemptKey key, Ended& ended) const {
    const auto job = store_.read([&](Connection& db) { return findJob(db, key.job); });
    if (!job || !job->task || job->payload.kind != WorkKind::kAgent) return;
    const auto* stage = setup_.pipeline.find(job->stage);
    if (stage != nullptr)
        ended.artefact_hash = snapshotArtefact(setup_, *job->task, stage->artefact);
}

void Finisher::finish(AttemptKey key,
                      Ended ended,
                      const std::function<void(Tx&, const Job&)>& also) {
    addArtefact(key, ended);
    settle([&](Tx& tx) { return finishAttempt(tx, setup_, key, ended, also); });
}

void Finisher::settle(const std::function<std::optional<TaskId>(Tx&)>& closure) {
    const auto task = store_.write([&](Tx& tx) { return closure(tx); });
    if (task) engine_.advance(*task);
}

void Finisher::finishAll(std::vector<End> ends, const std::function<void(Tx&)>& also) {
    for (auto& end : ends) addArtefact(end.key, end.ended);
    const auto tasks = store_.write([&](Tx& tx) {
        std::vector<TaskId> touched;
        for (const auto& end : ends) {
            if (const auto task = finishAttempt(tx, setup_, end.key, end.ended)) {
                touched.push_back(*task);
            }
        }
        also(tx);
        return touched;
    });
    for (const auto task : tasks) engine_.advance(task);
}

}  // namespace orch
