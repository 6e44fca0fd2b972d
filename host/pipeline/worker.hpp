#pragma once

#include <atomic>
#include <optional>
#include <string>
#include <vector>

#include "core/launcher.hpp"
#include "pipeline/admission.hpp"
#include "pipeline/deploy_finalizer.hpp"
#include "pipeline/finisher.hpp"
#include "pipeline/in_hand.hpp"
#include "pipeline/merger.hpp"
#include "pipeline/prepare.hpp"
#include "pipeline/reserved.hpp"

namespace orch {

/// Drains the queue: at the end of every pass of the store's writer it claims what the free slots
/// allow, in that very transaction, and starts the claimed jobs on lanes after the commit.
class Worker {
public:
    Worker(Store& store,
           const Setup& setup,
           Repositories& repositories,
           const Observer& observer,
           MergeLeases& leases,
           Finisher& finisher,
           Admission& admission,
           Alarm& alarm);

    /// The store's pass-end hook.
    [[nodiscard]] Store::AfterCommit claim(Tx& tx);

    /// Who handles reserved jobs of this agent name from now on; "merge" and "deploy-finalizer" are
    /// served already. At any time.
    void serve(const std::string& agent, ReservedHandler handler);
    /// Whom else to withdraw, and where handlers answer.
    [[nodiscard]] ReservedJobs& reserved() { return reserved_; }
    [[nodiscard]] const ReservedJobs& reserved() const { return reserved_; }
    /// What a waiting job waits for besides a slot: a handler, its repository; empty: nothing.
    [[nodiscard]] std::string waitsFor(const Job& job) const;
    /// What was claimed and not yet handed to the launcher or answered by its handler.
    [[nodiscard]] const InHand& inHand() const { return in_hand_; }
    /// Begins to claim. `launcher` must outlive this.
    void start(Launcher& launcher);
    /// Claims nothing from now on; what is claimed is still started.
    void drain();

private:
    [[nodiscard]] ClaimLimits limits(Tx& tx);
    void dispatch(const Job& job);
    [[nodiscard]] bool needsRepository(const Job& job) const;
    [[nodiscard]] std::string laneOf(const Job& job) const;
    void begin(const Job& job);
    void beginOrGiveBack(const Job& job);
    void takeInHand(const std::vector<Job>& jobs);
    void launch(const Job& job);
    /// A cancel that came before the start found nothing to end.
    void cancelIfAsked(const Job& job);
    void setAlarm(std::optional<Instant> due, const Now& now);

    Store& store_;
    const Setup& setup_;
    Repositories& repositories_;
    Finisher& finisher_;
    Admission& admission_;
    Alarm& alarm_;
    Preparer preparer_;
    Merger merger_;
    DeployFinalizer finalizer_;
    InHand in_hand_;
    ReservedJobs reserved_;
    Launcher* launcher_ = nullptr;  ///< set before claiming_
    std::atomic<bool> claiming_ = false;
    // The writer's thread only:
    std::optional<Instant> alarm_at_;
    std::vector<AttemptKey> uncommitted_;  ///< in hand by a pass that may fail yet
};

}  // namespace orch
