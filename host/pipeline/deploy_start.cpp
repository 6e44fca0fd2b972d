#include "pipeline/deploy_start.hpp"

#include "base/error.hpp"
#include "store/deploys.hpp"
#include "store/journal.hpp"
#include "store/tasks.hpp"

namespace orch {

namespace {

/// Does merging the commit into what is deployed change nothing? Where git cannot say, as after a
/// rewritten history, it does.
bool contains(Forge& forge, const Deploy& deployed, const std::string& commit) {
    if (deployed.sha == commit) return false;  // somebody wants it once more
    try {
        return forge.previewMerge(deployed.sha, commit).no_change;
    } catch (const RemoteError&) {
        return false;
    }
}

/// The deploy ends here: what it would deploy is in production with a later commit.
void recordContained(Tx& tx, const Job& job, const Deploy& by) {
    const DeployEnd end{
        DeployState::kDeployed, {}, "its commit is in production with " + by.version()};
    if (!endDeploy(tx, job.project, deployNumber(job.payload), end)) return;
    if (auto task = findTask(tx.db(), *job.task)) {
        task->deployed_version = by.version();
        updateTask(tx, *task);
    }
    writeJournal(tx,
                 {.actor = "worker",
                  .subject = name(*job.task),
                  .rule = "deploy",
                  .decision = "v" + job.payload.version + ": not run, " + end.reason,
                  .evidence = {{"head", job.payload.head}, {"deployed", by.sha}}});
}

}  // namespace

void refuseStepBack(Store& store, Forge& forge, const Job& job) {
    const auto deployed = store.read([&](Connection& db) { return lastDeployed(db, job.project); });
    if (!deployed || !contains(forge, *deployed, job.payload.head)) return;
    store.write([&](Tx& tx) { recordContained(tx, job, *deployed); });
    throw Refused(Refused::Why::kConflict,
                  "its commit is in production with " + deployed->version());
}

void beginCommand(Store& store, const Job& job, const std::string& command) {
    const auto number = deployNumber(job.payload);
    store.write([&](Tx& tx) {
        if (const auto bad = quarantineOf(tx.db(), job.project, job.payload.head)) {
            throw Refused(Refused::Why::kConflict,
                          "its commit is in quarantine since v" + std::to_string(bad->number) +
                              ": " + bad->reason);
        }
        if (!beginDeploy(tx, job.project, number, job.key(), command)) {
            throw Refused(Refused::Why::kConflict,
                          "the deploy of v" + job.payload.version + " is over already");
        }
    });
}

}  // namespace orch
