#pragma once

#include "pipeline/finisher.hpp"
#include "pipeline/repositories.hpp"

namespace orch {

/// The handler of merge jobs: under the repository's merge lease it lands the head that was checked
/// on the base that it was checked with, by one compare-and-swap. Idempotent: a merge whose
/// bookkeeping was lost is found on the base. One that was cancelled lands nothing more, and only
/// records what had landed.
class Merger {
public:
    Merger(Store& store,
           const Setup& setup,
           Repositories& repositories,
           const Observer& observer,
           MergeLeases& leases,
           Finisher& finisher);

    /// Runs the job to its end; on the project's lane. Throws StoreError and ProjectHeld only.
    void run(const Job& job);

private:
    [[nodiscard]] LandRequest requestFor(const Facts& facts) const;
    [[nodiscard]] std::variant<LeaseProof, MergeLeases::Busy> lease(const Job& job,
                                                                    const LandRequest& request,
                                                                    const std::string& repository);
    /// Throws Refused when the job was cancelled before it landed anything.
    void merge(const Job& job);
    void endCancelled(const Job& job);
    void mergeOrEnd(const Job& job);
    void land(const Job& job,
              const LandRequest& request,
              const std::string& repository,
              const LeaseProof& proof);

    Store& store_;
    const Setup& setup_;
    Repositories& repositories_;
    const Observer& observer_;
    MergeLeases& leases_;
    Finisher& finisher_;
};

}  // namespace orch
