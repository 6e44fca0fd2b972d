#include "pipeline/reserved.hpp"

#include <algorithm>
#include <utility>

#include "store/journal.hpp"

namespace orch {

namespace {

void journal(Tx& tx, const Job& job, const std::string& rule, const std::string& words) {
    const auto id = std::to_string(raw(job.id));
    writeJournal(tx,
                 {.actor = "worker",
                  .subject = job.task ? name(*job.task) : "job " + id,
                  .rule = rule,
                  .decision = job.agent + " job " + id + ": " + words,
                  .evidence = {{"job", id}, {"attempt", std::to_string(job.attempt)}}});
}

bool putOff(Tx& tx, const Job& job, const HandlerAnswer& answer) {
    const auto at = std::max(answer.run_at.value_or(tx.at()), tx.at());
    if (!putOff(tx, job.key(), at, answer.text)) return false;
    const auto seconds = std::chrono::ceil<std::chrono::seconds>(at - tx.at()).count();
    journal(tx,
            job,
            "again",
            "again in " + std::to_string(seconds) + " s" +
                (answer.text.empty() ? "" : ": " + answer.text));
    return true;
}

}  // namespace

ReservedJobs::ReservedJobs(Store& store, const Setup& setup, Finisher& finisher, InHand& in_hand)
    : store_(store), setup_(setup), finisher_(finisher), in_hand_(in_hand) {}

void ReservedJobs::serve(const std::string& agent, ReservedHandler handler) {
    const std::lock_guard lock(mutex_);
    handlers_[agent] = std::make_shared<const ReservedHandler>(std::move(handler));
}

void ReservedJobs::withdraw(const std::string& agent) {
    std::vector<Job> given;
    {
        const std::lock_guard lock(mutex_);
        handlers_.erase(agent);
        for (const auto& [key, job] : unanswered_) {
            if (job.agent == agent) given.push_back(job);
        }
    }
    if (!given.empty()) release(given, "its handler was withdrawn");
}

void ReservedJobs::release(const std::vector<Job>& jobs, const std::string& why) {
    store_.write([&](Tx& tx) {
        for (const auto& job : jobs) {
            if (releaseClaim(tx, job.key(), why))
                journal(tx, job, "release", "queued again: " + why);
        }
    });
    for (const auto& job : jobs) forget(job.key());
}

void ReservedJobs::forget(AttemptKey key) {
    {
        const std::lock_guard lock(mutex_);
        unanswered_.erase(key);
    }
    in_hand_.remove(key);
}

Served ReservedJobs::served() const {
    const std::lock_guard lock(mutex_);
    std::set<std::string> names;
    for (const auto& [agent, handler] : handlers_) names.insert(agent);
    return names;
}

bool ReservedJobs::serves(const std::string& agent) const {
    const std::lock_guard lock(mutex_);
    return handlers_.contains(agent);
}

std::string ReservedJobs::waitsFor(const Job& job) const {
    const bool waits =
        job.lane == Lane::kReserved && !isFinal(job.status) && job.status != JobStatus::kRunning;
    return waits && !serves(job.agent) ? "waits for a handler of " + job.agent : "";
}

bool ReservedJobs::asksForge(const std::string& agent) const {
    const std::lock_guard lock(mutex_);
    const auto found = handlers_.find(agent);
    return found == handlers_.end() || found->second->asks_forge;
}

std::set<std::string> ReservedJobs::withoutForge() const {
    const std::lock_guard lock(mutex_);
    std::set<std::string> names;
    for (const auto& [agent, handler] : handlers_) {
        if (!handler->asks_forge) names.insert(agent);
    }
    return names;
}

ReservedJobs::Handler ReservedJobs::begin(const Job& job) {
    const std::lock_guard lock(mutex_);
    const auto found = handlers_.find(job.agent);
    if (found == handlers_.end()) return {};
    if (found->second->answers) unanswered_.insert_or_assign(job.key(), job);
    return found->second;
}

void ReservedJobs::run(const Job& job) {
    const auto handler = begin(job);
    if (!handler) return release({job}, "nobody handles " + job.agent + " now");
    handler->run(job);
    if (!handler->answers) forget(job.key());
}

bool ReservedJobs::answer(AttemptKey key, const HandlerAnswer& answer) {
    Job job;
    {
        const std::lock_guard lock(mutex_);
        const auto found = unanswered_.find(key);
        if (found == unanswered_.end()) return false;
        job = found->second;
    }
    const bool again = answer.kind == HandlerAnswer::Kind::kAgain;
    Ended ended{.outcome = Outcome::kExited,
                .exit_code = answer.kind == HandlerAnswer::Kind::kDone ? 0 : 1,
                .detail = answer.text};
    if (!again) finisher_.addArtefact(key, ended);
    bool counted = false;
    bool permitted = true;
    finisher_.settle([&](Tx& tx) -> std::optional<TaskId> {
        permitted = !answer.permit || answer.permit(tx);
        if (!permitted) return std::nullopt;
        if (again) return counted = putOff(tx, job, answer), std::nullopt;
        return finishAttempt(tx, setup_, key, ended, [&](Tx&, const Job&) { counted = true; });
    });
    // Who may not answer any more leaves the job to whoever withdraws him.
    if (permitted) forget(key);
    return counted;
}

}  // namespace orch
