#include "pipeline/janitor/worktree_sweep.hpp"

#include "base/error.hpp"
#include "base/text.hpp"
#include "base/tree.hpp"
#include "pipeline/janitor/bytes_in.hpp"
#include "pipeline/janitor/ended_task.hpp"
#include "store/tasks.hpp"

namespace orch {

namespace fs = std::filesystem;

namespace {

std::string spoken(const fs::path& folder) {
    return "worktrees/" + folder.filename().string();
}

}  // namespace

WorktreeSweep::WorktreeSweep(Store& store,
                             const Setup& setup,
                             const Repositories& repositories,
                             CleanUp& clean_up)
    : store_(store), setup_(setup), repositories_(repositories), clean_up_(clean_up) {}

void WorktreeSweep::sweep() {
    const auto all = setup_.state_dir / "worktrees";
    clean_up_.attempt("worktrees", [&] {
        if (!fs::is_directory(all)) return;
        for (const auto& entry : fs::directory_iterator(all)) {
            // One that cannot be looked at is told by itself: the others are looked at.
            clean_up_.attempt("a look at " + spoken(entry.path()), [&] { consider(entry.path()); });
        }
    });
}

void WorktreeSweep::consider(const fs::path& folder) {
    const auto what = spoken(folder);
    const auto id = parseTaskId(folder.stem().string());  // T-3, T-3.check, T-3.deploy
    if (!id || !store_.read([&](Connection& db) { return findTask(db, *id); })) {
        return clean_up_.leaveAlone(what, "it belongs to no task of this database");
    }
    const auto task = endedTask(store_, *id);
    if (!task || clean_up_.ledger().isLeftAlone(what)) return;
    if (!repositories_.knows(task->project)) {
        return clean_up_.leaveAlone(what,
                                    "its project " + task->project + " is not configured any more");
    }
    repositories_.lanes().post(Repositories::laneOf(task->project),
                               [this, task = *task, folder, what] {
                                   // One that is not open is swept when it opens.
                                   if (!repositories_.whyClosed(task.project).empty()) return;
                                   clean_up_.attempt(what, [&] { close(task, folder); });
                               });
}

void WorktreeSweep::close(const Task& task, const fs::path& folder) {
    if (!fs::exists(fs::symlink_status(folder))) return;  // closed by an earlier call
    if (!mayGo(task, folder)) return;
    const auto bytes = bytesIn(folder);
    repositories_.of(task.project).closeWorktree(folder);
    // Temporary files of its agents (confine_attempt.cpp).
    deleteTree(setup_.state_dir / "tmp" / folder.stem());
    clean_up_.ledger().removed(&JanitorReport::worktrees, 1, bytes);
    clean_up_.journal(name(task.id),
                      "gave back " + spoken(folder) + " (" + spokenBytes(bytes) + ")",
                      {{"state", task.state == TaskState::kDone ? "done" : "cancelled"}});
}

bool WorktreeSweep::mayGo(const Task& task, const fs::path& folder) {
    const auto what = spoken(folder);
    try {
        if (!holdsWork(task, folder)) return true;
        (void)clean_up_.ledger().leftAlone(what, "its work is nowhere else");
    } catch (const RemoteError& error) {
        clean_up_.leaveAlone(what,
                             std::string{"whether it holds work is not known: "} + error.what());
    }
    return false;
}

bool WorktreeSweep::holdsWork(const Task& task, const fs::path& folder) const {
    if (folder.has_extension()) return false;  // T-3.check: made anew from commits whenever needed
    auto& forge = repositories_.of(task.project);
    const auto state = forge.workState(folder, task.branch());
    if (!state.trouble.empty()) throw RemoteError(state.trouble, false);
    if (!state.dirty.empty()) return true;
    return state.commits_ahead > 0 && !forge.landedAs(name(task.id), state.head);
}

}  // namespace orch
