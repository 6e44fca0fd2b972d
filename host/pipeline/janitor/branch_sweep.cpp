#include "pipeline/janitor/branch_sweep.hpp"

#include "pipeline/janitor/ended_task.hpp"
#include "store/tasks.hpp"

namespace orch {

namespace {

/// Of "orch/T-3" as of "T-3".
std::optional<TaskId> taskIn(const std::string& branch) {
    const auto slash = branch.find('/');
    return parseTaskId(branch.substr(slash == std::string::npos ? 0 : slash + 1));
}

}  // namespace

BranchSweep::BranchSweep(Store& store,
                         const Setup& setup,
                         const Repositories& repositories,
                         CleanUp& clean_up,
                         JanitorRounds& rounds)
    : store_(store),
      setup_(setup),
      repositories_(repositories),
      clean_up_(clean_up),
      rounds_(rounds) {}

void BranchSweep::sweep(const std::string& project) {
    const auto keep = setup_.retention.branches;
    if (keep.count() == 0) return;
    auto& forge = repositories_.of(project);
    const auto before = store_.clock().now().at - keep;
    for (const auto& branch : forge.branches()) {
        const auto task = doneTask(project, branch);
        if (!task) continue;
        if (task->changed_at < before) {
            drop(forge, *task);
        } else {
            rounds_.dueAfter(task->changed_at, keep);
        }
    }
}

/// A worktree is judged by its branch, so it goes first; then the branch is looked at again.
bool BranchSweep::hasWorktree(TaskId id) {
    constexpr std::chrono::seconds kAgain{2};
    const auto folder = setup_.worktree(id);
    std::error_code unknown;
    if (!std::filesystem::exists(folder, unknown) && !unknown) return false;
    const bool stays = clean_up_.ledger().isLeftAlone("worktrees/" + folder.filename().string());
    if (!stays) rounds_.dueAt(store_.clock().now().at + kAgain);
    return true;
}

std::optional<Task> BranchSweep::doneTask(const std::string& project, const std::string& branch) {
    const auto id = taskIn(branch);
    if (!id) return {};
    const auto found = store_.read([&](Connection& db) { return findTask(db, *id); });
    if (!found || found->branch() != branch || found->project != project) return {};
    auto task = endedTask(store_, *id);
    if (!task || task->state != TaskState::kDone) return {};
    return hasWorktree(*id) ? std::nullopt : task;
}

void BranchSweep::drop(Forge& forge, const Task& task) {
    const auto branch = task.branch();
    if (!forge.dropLanded(name(task.id), branch)) {
        (void)clean_up_.ledger().leftAlone(branch + " of " + task.project,
                                           "its landing is not proven");
        return;
    }
    clean_up_.ledger().removed(&JanitorReport::branches, 1);
    clean_up_.journal(name(task.id),
                      "deleted the branch " + branch + " of orchd's mirror: it is on the base",
                      {{"project", task.project}});
}

}  // namespace orch
