#include "pipeline/worker.hpp"

#include <exception>
#include <iostream>
#include <utility>

#include "base/crash_point.hpp"
#include "base/error.hpp"

namespace orch {

namespace {
constexpr std::chrono::seconds kAfterFailure{5};
}

Worker::Worker(Store& store,
               const Setup& setup,
               Repositories& repositories,
               const Observer& observer,
               MergeLeases& leases,
               Finisher& finisher,
               Admission& admission,
               Alarm& alarm)
    : store_(store),
      setup_(setup),
      repositories_(repositories),
      finisher_(finisher),
      admission_(admission),
      alarm_(alarm),
      preparer_(store, setup, repositories),
      merger_(store, setup, repositories, observer, leases, finisher),
      finalizer_(store, setup, finisher),
      reserved_(store, setup, finisher, in_hand_) {
    serve("merge", {[this](const Job& job) { merger_.run(job); }});
    serve("deploy-finalizer",
          {.run = [this](const Job& job) { finalizer_.run(job); }, .asks_forge = false});
}

void Worker::serve(const std::string& agent, ReservedHandler handler) {
    reserved_.serve(agent, std::move(handler));
    if (claiming_) store_.kick();
}

void Worker::start(Launcher& launcher) {
    launcher_ = &launcher;
    claiming_ = true;
    store_.kick();
}

void Worker::drain() {
    claiming_ = false;
}

// Reserved jobs begin no process: what they do is a few rows and objects.
ClaimLimits Worker::limits(Tx& tx) {
    auto limits = setup_.limits;
    if (!admission_.open(tx.now().awake, [&] { return processWaits(tx.db()); })) {
        limits.agent = limits.exec = 0;
    }
    return limits;
}

Store::AfterCommit Worker::claim(Tx& tx) {
    if (!claiming_) return {};
    auto jobs = claimJobs(
        tx, limits(tx), reserved_.served(), {repositories_.closed(), reserved_.withoutForge()});
    takeInHand(jobs);
    // What became due in this very pass did not wait yet when the disk was thought of.
    if (jobs.empty()) (void)limits(tx);
    const auto due = nextDue(tx.db());
    if (jobs.empty() && due == alarm_at_) return {};
    return [this, jobs = std::move(jobs), due, now = tx.now()] {
        setAlarm(due, now);
        uncommitted_.clear();
        for (const auto& job : jobs) dispatch(job);
    };
}

/// Before their rows say running to anybody else. A pass that could not be committed claimed
/// nothing.
void Worker::takeInHand(const std::vector<Job>& jobs) {
    for (const auto key : std::exchange(uncommitted_, {})) in_hand_.remove(key);
    for (const auto& job : jobs) {
        uncommitted_.push_back(job.key());
        in_hand_.add(job.key());
    }
}

void Worker::setAlarm(std::optional<Instant> due, const Now& now) {
    alarm_at_ = due;
    if (!due) return alarm_.clear("queue");
    alarm_.set("queue", now.awake + (*due - now.at), [this] { store_.kick(); });
}

void Worker::dispatch(const Job& job) {
    repositories_.lanes().post(laneOf(job), [this, job] { begin(job); });
}

bool Worker::needsRepository(const Job& job) const {
    return job.task && (job.lane != Lane::kReserved || reserved_.asksForge(job.agent));
}

std::string Worker::laneOf(const Job& job) const {
    return needsRepository(job) ? Repositories::laneOf(job.project) : "job:" + name(job.key());
}

std::string Worker::waitsFor(const Job& job) const {
    if (isFinal(job.status) || job.status == JobStatus::kRunning) return {};
    if (auto handler = reserved_.waitsFor(job); !handler.empty()) return handler;
    return needsRepository(job) ? repositories_.whyClosed(job.project) : "";
}

void Worker::begin(const Job& job) {
    crashPoint("worker.before_start");
    try {
        beginOrGiveBack(job);
    } catch (const std::exception& error) {
        // Nothing was started yet, and a handler finds out what it did: both may begin again.
        std::cerr << "orchd: starting job " << name(job.key())
                  << " failed, again in 5 s: " << error.what() << "\n";
        alarm_.set("begin:" + name(job.key()),
                   std::chrono::steady_clock::now() + kAfterFailure,
                   [this, job] { dispatch(job); });
    }
}

void Worker::beginOrGiveBack(const Job& job) {
    try {
        if (job.lane == Lane::kReserved) return reserved_.run(job);
        launch(job);
        in_hand_.remove(job.key());
    } catch (const ProjectHeld& held) {
        reserved_.giveBack(job, held.what());  // claimed again when the project opens
    }
}

void Worker::launch(const Job& job) {
    try {
        launcher_->start(preparer_.specFor(job));
    } catch (const StoreError&) {
        throw;
    } catch (const Refused& refused) {
        return finisher_.finish(job.key(),
                                {.outcome = Outcome::kCancelled, .detail = refused.what()});
    } catch (const ProjectHeld&) {
        throw;
    } catch (const std::exception& error) {
        // Whatever it is, it is about this job: it may have met what an agent left.
        if (needsRepository(job)) repositories_.recheck(job.project);
        return finisher_.finish(job.key(),
                                {.outcome = Outcome::kStartFailed, .detail = error.what()});
    }
    cancelIfAsked(job);
}

void Worker::cancelIfAsked(const Job& job) {
    try {
        const auto row = store_.read([&](Connection& db) { return findJob(db, job.id); });
        if (row && row->cancel_requested && row->key() == job.key()) launcher_->cancel(job.key());
    } catch (const StoreError& error) {
        std::cerr << "orchd: cannot read whether job " << name(job.key())
                  << " was cancelled: " << error.what() << "\n";
    }
}

}  // namespace orch
