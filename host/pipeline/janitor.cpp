#include "pipeline/janitor.hpp"

namespace orch {

Janitor::Janitor(Store& store,
                 const Setup& setup,
                 const Repositories& repositories,
                 Alarm& alarm,
                 Milliseconds apart)
    : store_(store),
      setup_(setup),
      repositories_(repositories),
      rounds_(store.clock(), alarm, apart, [this] { postRound(); }),
      clean_up_(store, rounds_),
      worktrees_(store, setup, repositories, clean_up_),
      folders_(store, setup, clean_up_, rounds_),
      branches_(store, setup, repositories, clean_up_, rounds_),
      rows_(store, setup, clean_up_, rounds_) {}

void Janitor::start(Launcher& launcher) {
    launcher_ = &launcher;
    postRound();
}

void Janitor::wake() {
    repositories_.lanes().post("janitor", [this] {
        worktrees_.sweep();
        expectNext();
    });
}

void Janitor::postRound() {
    repositories_.lanes().post("janitor", [this] { round(); });
}

void Janitor::round() {
    rounds_.begin();
    clean_up_.ledger().beginRound(store_.clock().now().at);
    worktrees_.sweep();
    clean_up_.attempt("jobs", [this] { folders_.sweep(*launcher_.load()); });
    sweepBranches();
    clean_up_.attempt("rows", [this] { rows_.sweep(); });
}

void Janitor::sweepBranches() {
    for (const auto& project : repositories_.statuses()) sweepBranchesOf(project.name);
}

void Janitor::sweepBranchesOf(const std::string& project) {
    repositories_.lanes().post(Repositories::laneOf(project), [this, project] {
        // One that is not open is swept when it opens.
        if (!repositories_.whyClosed(project).empty()) return;
        clean_up_.attempt("branches of " + project, [&] { branches_.sweep(project); });
    });
}

void Janitor::projectOpened(const std::string& project) {
    wake();
    sweepBranchesOf(project);
}

// What ends now is due one retention later, if no round comes before.
void Janitor::expectNext() {
    const auto& keep = setup_.retention;
    const auto now = store_.clock().now().at;
    for (const auto each : {keep.logs, keep.jobs, keep.messages, keep.branches}) {
        rounds_.dueAfter(now, each);
    }
}

}  // namespace orch
