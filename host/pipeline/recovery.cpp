#include "pipeline/recovery.hpp"

#include <exception>
#include <iostream>

#include "base/crash_point.hpp"
#include "base/error.hpp"
#include "base/process.hpp"
#include "store/journal.hpp"
#include "store/tasks.hpp"

namespace orch {

namespace {

std::string subjectOf(const Job& job) {
    return job.task ? name(*job.task) : "job " + std::to_string(raw(job.id));
}

void journal(Tx& tx, const Job& job, const std::string& rule, const std::string& decision) {
    writeJournal(tx,
                 {.actor = "recovery",
                  .subject = subjectOf(job),
                  .rule = rule,
                  .decision = decision,
                  .evidence = {{"job", std::to_string(raw(job.id))},
                               {"attempt", std::to_string(job.attempt)},
                               {"stage", job.stage}}});
}

}  // namespace

Recovery::Recovery(Store& store, Launcher& launcher, Finisher& finisher, Lanes& lanes, Alarm& alarm)
    : store_(store),
      launcher_(launcher),
      finisher_(finisher),
      unblocker_(store, launcher, finisher, lanes, alarm) {}

Adoption Recovery::decideOne(const Job& job) {
    // A reserved job has no process: its handler died with orchd and is idempotent.
    if (job.lane == Lane::kReserved) return {Adoption::Kind::kRelease, {}};
    try {
        return decideByLook(job);
    } catch (const StoreError&) {
        throw;
    } catch (const std::exception& error) {
        return unknown(job, error.what());
    }
}

Adoption Recovery::unknown(const Job& job, const std::string& why) {
    std::cerr << "orchd: what became of attempt " << name(job.key())
              << " cannot be seen; until it can it counts as running: " << why << "\n";
    unknown_.emplace(job.key(), why);
    return {Adoption::Kind::kWatch, {}};
}

Adoption Recovery::decideByLook(const Job& job) {
    const auto seen = launcher_.look(job.key());
    auto adoption = decideAdoption(seen, job.boot_id != bootId(), job.cancel_requested);
    if (adoption.kind != Adoption::Kind::kEndThenLost) return adoption;
    if (!launcher_.endOrphans(job.key())) survivors_.insert(job.key());
    return {Adoption::Kind::kFinish, adoption.ended};
}

std::vector<Recovery::Decided> Recovery::decide(const std::vector<Job>& running) {
    std::vector<Decided> decided;
    for (const auto& job : running) decided.push_back({job, decideOne(job)});
    return decided;
}

void Recovery::commit(std::vector<Decided>& decided) {
    if (decided.empty()) return;  // a start that finds nothing waits for no disk
    std::vector<Finisher::End> ends;
    for (auto& [job, adoption] : decided) {
        if (adoption.kind == Adoption::Kind::kFinish) ends.push_back({job.key(), adoption.ended});
    }
    finisher_.finishAll(std::move(ends), [&](Tx& tx) {
        for (const auto& [job, adoption] : decided) {
            if (const auto found = unknown_.find(job.key()); found != unknown_.end()) {
                journal(tx,
                        job,
                        "unknown",
                        "what became of attempt " + name(job.key()) +
                            " cannot be seen; until it can it counts as running: " + found->second);
            } else if (adoption.kind == Adoption::Kind::kWatch) {
                journal(tx,
                        job,
                        "adopt",
                        "adopted the running " + job.agent + " attempt " + name(job.key()));
            } else if (adoption.kind == Adoption::Kind::kRelease) {
                (void)releaseClaim(tx, job.key(), "orchd stopped before it began");
                journal(tx,
                        job,
                        "release",
                        job.agent + " attempt " + name(job.key()) + " had not begun: queued again");
            } else if (survivors_.contains(job.key()) && job.task) {
                setBlocked(tx, *job.task, job.key());
                journal(tx,
                        job,
                        "block",
                        "attempt " + name(job.key()) + " has processes that could not be ended");
            }
        }
    });
}

void Recovery::watch(const std::vector<Decided>& decided) {
    for (const auto& [job, adoption] : decided) {
        if (adoption.kind != Adoption::Kind::kWatch) continue;
        {
            const std::lock_guard lock(mutex_);
            adopted_.insert(job.key());
        }
        launcher_.watch(job.key());
        if (job.cancel_requested) launcher_.cancel(job.key());
    }
}

std::vector<AttemptKey> Recovery::strayFolders() {
    auto folders = launcher_.folders();
    const auto known = [&](Connection& db) {
        return std::erase_if(folders, [&](AttemptKey key) { return attemptKnown(db, key); });
    };
    (void)store_.read(known);
    return folders;
}

int Recovery::removeStrayFolders() {
    int removed = 0;
    for (const auto key : strayFolders()) {
        removed += removeStray(key) ? 1 : 0;
    }
    return removed;
}

bool Recovery::removeStray(AttemptKey key) {
    try {
        // One that cannot be emptied stays, and is known by its folder at the next start.
        if (!launcher_.look(key).exit && !launcher_.endOrphans(key)) return false;
        return launcher_.removeFolder(key);
    } catch (const std::exception& error) {
        std::cerr << "orchd: the folder of attempt " << name(key)
                  << ", which the database does not know, stays: " << error.what() << "\n";
        return false;
    }
}

Recovery::Report Recovery::run() {
    const auto running = store_.read([](Connection& db) { return runningJobs(db); });
    Report report{.folders_removed = removeStrayFolders()};
    auto decided = decide(running);
    crashPoint("recovery.before_commit");
    commit(decided);
    crashPoint("recovery.committed");
    watch(decided);
    for (const auto& [job, adoption] : decided) {
        report.adopted += adoption.kind == Adoption::Kind::kWatch;
        report.released += adoption.kind == Adoption::Kind::kRelease;
        if (adoption.kind != Adoption::Kind::kFinish) continue;
        const bool lost = adoption.ended.outcome == Outcome::kLost;
        (lost ? report.lost : report.finished) += 1;
    }
    unblocker_.endAll();
    return report;
}

bool Recovery::adopted(AttemptKey key) const {
    const std::lock_guard lock(mutex_);
    return adopted_.contains(key);
}

}  // namespace orch
