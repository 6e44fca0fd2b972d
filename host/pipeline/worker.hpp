#pragma once

#include <atomic>
#include <functional>
#include <map>
#include <optional>
#include <string>

#include "core/launcher.hpp"
#include "pipeline/admission.hpp"
#include "pipeline/deploy_finalizer.hpp"
#include "pipeline/finisher.hpp"
#include "pipeline/merger.hpp"
#include "pipeline/prepare.hpp"

namespace orch {

/// Runs the jobs of one reserved agent (Q8), each to its end through the Finisher. Throws
/// StoreError only, and is called again with the same job then.
struct ReservedHandler {
    std::function<void(const Job&)> run;
    bool asks_forge = true;  ///< it runs on the project's lane; otherwise on one of its own
};

/// Drains the queue: at the end of every pass of the store's writer it claims what the free slots
/// allow, in that very transaction, and starts the claimed jobs on lanes after the commit.
class Worker {
public:
    Worker(Store& store,
           const Setup& setup,
           const Repositories& repositories,
           MergeLeases& leases,
           Finisher& finisher,
           Admission& admission,
           Alarm& alarm);

    /// The store's pass-end hook.
    [[nodiscard]] Store::AfterCommit claim(Tx& tx);

    /// Who runs reserved jobs of this agent name; "merge" and "deploy-finalizer" are served
    /// already. Before start().
    void serve(const std::string& agent, ReservedHandler handler);
    /// Begins to claim. `launcher` must outlive this.
    void start(Launcher& launcher);
    /// Claims nothing from now on; what is claimed is still started.
    void drain();

private:
    [[nodiscard]] ClaimLimits limits(Tx& tx);
    void dispatch(const Job& job);
    [[nodiscard]] std::string laneOf(const Job& job) const;
    void begin(const Job& job);
    void handle(const Job& job);
    void launch(const Job& job);
    /// A cancel that came before the start found nothing to end.
    void cancelIfAsked(const Job& job);
    void setAlarm(std::optional<Instant> due, const Now& now);

    Store& store_;
    const Setup& setup_;
    const Repositories& repositories_;
    Finisher& finisher_;
    Admission& admission_;
    Alarm& alarm_;
    Preparer preparer_;
    Merger merger_;
    DeployFinalizer finalizer_;
    std::map<std::string, ReservedHandler> handlers_;  ///< by agent name
    Launcher* launcher_ = nullptr;                     ///< set before claiming_
    std::atomic<bool> claiming_ = false;
    std::optional<Instant> alarm_at_;  ///< writer's thread only
};

}  // namespace orch
