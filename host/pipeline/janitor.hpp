#pragma once

#include <atomic>

#include "core/launcher.hpp"
#include "pipeline/alarm.hpp"
#include "pipeline/janitor/branch_sweep.hpp"
#include "pipeline/janitor/clean_up.hpp"
#include "pipeline/janitor/folder_sweep.hpp"
#include "pipeline/janitor/rounds.hpp"
#include "pipeline/janitor/row_sweep.hpp"
#include "pipeline/janitor/worktree_sweep.hpp"
#include "pipeline/repositories.hpp"
#include "pipeline/setup.hpp"
#include "store/store.hpp"

namespace orch {

/// Gives back what is proven not to be needed any more. At once: worktrees of tasks that
/// are over, when all of their work is on the base. After setup.retention:
/// folders of attempts, rows, messages, and branches whose landing is proven. What it does not know
/// is left alone and named; what fails is tried again every ten minutes. Between two rounds nothing
/// wakes up: the next one is when the next thing is due. Thread-safe; never blocks, never throws.
class Janitor {
public:
    /// Two rounds are at least `apart` apart.
    Janitor(Store& store,
            const Setup& setup,
            const Repositories& repositories,
            Alarm& alarm,
            Milliseconds apart = std::chrono::hours{1});

    /// The first round is now. `launcher` must outlive this.
    void start(Launcher& launcher);
    /// A task may have ended: looks at the worktrees soon, on a lane.
    void wake();
    /// What could not be swept while the project was not open is swept soon.
    void projectOpened(const std::string& project);
    [[nodiscard]] JanitorReport report() const { return clean_up_.report(); }

private:
    void postRound();
    void round();
    void sweepBranches();
    void sweepBranchesOf(const std::string& project);
    void expectNext();

    Store& store_;
    const Setup& setup_;
    const Repositories& repositories_;
    std::atomic<Launcher*> launcher_ = nullptr;
    JanitorRounds rounds_;
    CleanUp clean_up_;
    WorktreeSweep worktrees_;
    FolderSweep folders_;
    BranchSweep branches_;
    RowSweep rows_;
};

}  // namespace orch
