#pragma once

#include "pipeline/deploy_log.hpp"
#include "pipeline/finisher.hpp"

namespace orch {

/// The handler of deploy-finalizer jobs (ADR 0010): reads how a deploy's command ended, decides
/// with endOfDeploy() what that means, leaves the stage's artefact and records it all in one
/// transaction. Idempotent: killed at any step it is run again and records the same, once.
class DeployFinalizer {
public:
    DeployFinalizer(Store& store, const Setup& setup, Finisher& finisher);

    /// Runs the job to its end. Throws StoreError.
    void run(const Job& job);

private:
    struct Found {
        Job command;
        DeployReport report;
    };
    /// Nothing when it is recorded already, or there is nothing to record.
    [[nodiscard]] std::optional<Found> find(const Job& job) const;
    [[nodiscard]] std::string tailOf(const Job& command) const;
    /// Why the artefact could not be written; empty when it was.
    [[nodiscard]] std::string leaveArtefact(const Found& found) const;
    void record(Tx& tx, const Found& found, const std::string& trouble) const;

    Store& store_;
    const Setup& setup_;
    Finisher& finisher_;
};

}  // namespace orch
