#include "pipeline/deploy_finalizer.hpp"

#include "base/crash_point.hpp"
#include "base/error.hpp"
#include "base/files.hpp"
#include "base/text.hpp"
#include "base/untrusted.hpp"
#include "core/names.hpp"
#include "pipeline/work.hpp"
#include "store/deploys.hpp"
#include "store/journal.hpp"
#include "store/tasks.hpp"

namespace orch {

namespace {

constexpr std::uint64_t kLogTail = 16'000;

std::optional<Ended> lastEnd(Connection& db, const Job& command) {
    const auto attempts = attemptsOf(db, command.id);
    if (attempts.empty() || !attempts.back().outcome) return {};
    const auto& last = attempts.back();
    return Ended{*last.outcome, last.exit_code, last.signal, last.detail, last.artefact_hash};
}

std::string spoken(const DeployReport& report) {
    return report.deploy.version() + " (" + shortSha(report.deploy.sha) +
           "): " + spoken(report.end.state) + ", " + report.end.reason;
}

void journalMeaning(Tx& tx,
                    const Job& command,
                    const DeployReport& report,
                    const std::string& trouble) {
    Evidence evidence{{"version", report.deploy.version()},
                      {"head", report.deploy.sha},
                      {"job", std::to_string(raw(command.id))},
                      {"state", std::string(nameOf(report.end.state))}};
    if (report.end.exit_code)
        evidence.emplace_back("exit_code", std::to_string(*report.end.exit_code));
    evidence.emplace_back("artefact", trouble.empty() ? kDeployLog : trouble);
    writeJournal(tx,
                 {.actor = "worker",
                  .subject = name(*command.task),
                  .rule = "deploy",
                  .decision = spoken(report),
                  .evidence = std::move(evidence)});
}

/// A task that is active is parked with its reason by the next look at it, which tells a person.
/// Of one that is not, nobody would hear.
void tellOfEndedTask(Tx& tx, const Task& task, const DeployReport& report) {
    if (report.end.state == DeployState::kDeployed) return;
    if (!isOver(task.state)) return;
    writeOutbox(tx,
                {.kind = "notify",
                 .target = task.project,
                 .subject = name(task.id),
                 .text = name(task.id) + " is " + std::string(nameOf(task.state)) +
                         ", and its deploy ended: " + spoken(report),
                 .key = "deploy:" + task.project + ":" + report.deploy.version()});
}

/// Of a task that is over nothing is run again.
DeployEnd endFor(const std::optional<Task>& task, DeployEnd end) {
    const bool over = !task || isOver(task->state);
    if (!over || end.state != DeployState::kRequested) return end;
    end.state = DeployState::kCancelled;
    end.reason += ", and its task was cancelled meanwhile";
    return end;
}

void noteDeployed(Tx& tx, Task task, const DeployReport& report) {
    if (report.end.state != DeployState::kDeployed) return;
    task.deployed_version = report.deploy.version();
    updateTask(tx, task);
}

}  // namespace

DeployFinalizer::DeployFinalizer(Store& store, const Setup& setup, Finisher& finisher)
    : store_(store), setup_(setup), finisher_(finisher) {}

std::string DeployFinalizer::tailOf(const Job& command) const {
    const auto log = setup_.state_dir / "jobs" / name(command.key()) / "out.log";
    const auto tail = tailUntrusted(log.parent_path(), log.filename(), kLogTail);
    return tail.text ? cleanUtf8(*tail.text) : tail.absent ? "" : "out.log " + tail.trouble;
}

std::optional<DeployFinalizer::Found> DeployFinalizer::find(const Job& job) const {
    if (!job.task) return {};
    auto found = store_.read([&](Connection& db) -> std::optional<Found> {
        auto deploy = findDeploy(db, job.project, deployNumber(job.payload));
        auto command = lastJobOf(db, *job.task, job.stage, WorkKind::kDeploy);
        if (!deploy || isFinal(deploy->state) || !command || !isFinal(command->status)) return {};
        const auto project = setup_.projects.find(job.project);
        const auto codes =
            project == setup_.projects.end() ? DeployExitCodes{} : project->second.deploy_codes;
        auto end = endFor(findTask(db, *job.task),
                          endOfDeploy(*deploy, *command, lastEnd(db, *command), codes));
        return Found{std::move(*command),
                     {std::move(*deploy), std::move(end), {}, deploysOf(db, *job.task, 20)}};
    });
    if (found) found->report.log_tail = tailOf(found->command);
    return found;
}

// The deploy happened, or did not: a folder that cannot be written changes nothing about that.
std::string DeployFinalizer::leaveArtefact(const Found& found) const {
    const auto folder = setup_.taskFolder(*found.command.task);
    try {
        ensureFolder(folder);
        replaceFile(folder / kDeployLog,
                    setup_.mask.hide(deployLog(found.report, store_.clock().now())));
        return {};
    } catch (const Error& error) {
        return error.what();
    }
}

void DeployFinalizer::record(Tx& tx, const Found& found, const std::string& trouble) const {
    const auto& command = found.command;
    auto report = found.report;
    const auto task = findTask(tx.db(), *command.task);
    report.end = endFor(task, report.end);
    if (!endDeploy(tx, command.project, report.deploy.number, report.end)) return;
    journalMeaning(tx, command, report, trouble);
    if (task) noteDeployed(tx, *task, report);
    if (task) tellOfEndedTask(tx, *task, report);
    if (report.end.state != DeployState::kRequested) return;
    enqueueDeployAgain(tx, command, tx.at() + setup_.retry.later);
}

void DeployFinalizer::run(const Job& job) {
    crashPoint("deploy.command_ended");
    const auto found = find(job);
    crashPoint("deploy.decided");
    const auto trouble = found ? leaveArtefact(*found) : std::string();
    crashPoint("deploy.artefact_written");
    finisher_.finish(job.key(),
                     {.outcome = Outcome::kExited,
                      .exit_code = 0,
                      .detail = found ? spoken(found->report) : "nothing was left to record"},
                     [&](Tx& tx, const Job&) {
                         if (found) record(tx, *found, trouble);
                     });
    crashPoint("deploy.recorded");
}

}  // namespace orch
