#pragma once

#include <optional>
#include <string>

#include "core/task.hpp"
#include "pipeline/janitor/clean_up.hpp"
#include "pipeline/janitor/rounds.hpp"
#include "pipeline/repositories.hpp"
#include "pipeline/setup.hpp"

namespace orch {

/// Deletes the branches of done tasks in orchd's mirrors after retention.branches, where their
/// landing is proven. Other branches are not ours to touch. What it is given must outlive it.
class BranchSweep {
public:
    BranchSweep(Store& store,
                const Setup& setup,
                const Repositories& repositories,
                CleanUp& clean_up,
                JanitorRounds& rounds);

    /// On the project's lane only. Throws StoreError or RemoteError.
    void sweep(const std::string& project);

private:
    /// The done task whose branch this is; nothing while it may still be of use.
    [[nodiscard]] std::optional<Task> doneTask(const std::string& project,
                                               const std::string& branch);
    [[nodiscard]] bool hasWorktree(TaskId id);
    void drop(Forge& forge, const Task& task);

    Store& store_;
    const Setup& setup_;
    const Repositories& repositories_;
    CleanUp& clean_up_;
    JanitorRounds& rounds_;
};

}  // namespace orch
