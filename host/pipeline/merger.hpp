#pragma once

#include "pipeline/finisher.hpp"

namespace orch {

/// The handler of merge jobs: lands the head that was checked on the base that it was checked with,
/// by one compare-and-swap. Idempotent: a merge whose bookkeeping was lost is found on the base.
class Merger {
public:
    Merger(Store& store, const Setup& setup, const Repositories& repositories, Finisher& finisher);

    /// Runs the job to its end; on the project's lane. Throws StoreError only.
    void run(const Job& job);

private:
    [[nodiscard]] LandRequest requestFor(const Task& task, Forge& forge) const;
    [[nodiscard]] Landed land(const Task& task);
    void finish(const Job& job, const Landed& landed);

    Store& store_;
    const Setup& setup_;
    const Repositories& repositories_;
    Finisher& finisher_;
};

}  // namespace orch
