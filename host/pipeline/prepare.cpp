#include "pipeline/prepare.hpp"

#include <array>

#include "base/crash_point.hpp"
#include "base/error.hpp"
#include "base/files.hpp"
#include "base/text.hpp"
#include "base/untrusted.hpp"
#include "core/names.hpp"
#include "pipeline/commands.hpp"
#include "pipeline/confine_attempt.hpp"
#include "pipeline/deploy_start.hpp"
#include "store/tasks.hpp"

namespace orch {

namespace {

using Values = std::vector<std::pair<std::string, std::string>>;

/// What every process may inherit; anything else, and secrets above all, an agent gets only when
/// its pass_env names it.
constexpr std::array kInherited{"HOME",
                                "LANG",
                                "LC_ALL",
                                "LC_CTYPE",
                                "LOGNAME",
                                "PATH",
                                "SHELL",
                                "TERM",
                                "TMPDIR",
                                "TZ",
                                "USER"};

std::vector<std::string> expandAll(const std::vector<std::string>& command, const Values& values) {
    std::vector<std::string> expanded;
    for (const auto& part : command) expanded.push_back(expand(part, values));
    return expanded;
}

std::string earlierArtefacts(const Setup& setup, const Task& task) {
    std::string list;
    for (const auto& stage : setup.pipeline.stages) {
        if (stage.name == task.stage) break;
        const auto folder = setup.taskFolder(task.id);
        if (!stage.artefact.empty() && isUntrustedFile(folder, stage.artefact))
            list += "- " + (folder / stage.artefact).string() + "\n";
    }
    return list.empty() ? "(none)\n" : list;
}

const ProjectDef& projectOf(const Setup& setup, const std::string& name) {
    const auto found = setup.projects.find(name);
    if (found == setup.projects.end()) {
        throw RemoteError("project " + name + " is not in the configuration any more", false);
    }
    return found->second;
}

std::string promptFor(const Setup& setup,
                      const Task& task,
                      const std::string& artefact,
                      const std::string& base) {
    return setup.render_prompt(task.stage,
                               {{"task", name(task.id)},
                                {"title", task.title},
                                {"description", task.description},
                                {"stage", task.stage},
                                {"artefact_path", artefact},
                                {"artefacts", earlierArtefacts(setup, task)},
                                {"feedback", task.feedback},
                                {"base", base},
                                {"branch", task.branch()},
                                {"visit", std::to_string(task.visit)}});
}

}  // namespace

Preparer::Preparer(Store& store, const Setup& setup, const Repositories& repositories)
    : store_(store), setup_(setup), repositories_(repositories) {}

std::vector<std::string> Preparer::environmentFor(const std::vector<std::string>& pass,
                                                  const Values& own) const {
    std::vector<std::string> environment;
    const auto add = [&](const std::string& variable) {
        const auto found = setup_.environment.find(variable);
        if (found != setup_.environment.end())
            environment.push_back(variable + "=" + found->second);
    };
    for (const auto* variable : kInherited) add(variable);
    for (const auto& variable : pass) add(variable);
    for (const auto& [variable, value] : own) environment.push_back(variable + "=" + value);
    return environment;
}

/// Who judges the work sees exactly what was taken in and would land, in a folder of its own: what
/// it changes there, and what others left in theirs, counts for nothing. What it is to write does
/// not lie there already.
Preparer::OpenedWorktree Preparer::openForAgent(const Task& task, const StageDef& stage) const {
    Forge& forge = repositories_.of(task.project);
    const auto own = setup_.worktree(task.id);
    if (!stage.judgesWork()) return {own, forge.openWorktree(own, task.branch())};
    const auto head = forge.workState(own, task.branch()).head;
    const auto copy = setup_.worktree(task.id, ".review");
    forge.openCommit(copy, head, task.branch(), OpenFor::kAgent);
    if (!stage.artefact.empty()) {
        std::error_code stays;  // then the gate judges it by the head that it names
        std::filesystem::remove(setup_.taskFolder(task.id) / stage.artefact, stays);
    }
    return {copy, head};
}

StartSpec Preparer::agentSpec(const Job& job, const Task& task) const {
    const auto found = setup_.agents.find(job.agent);
    if (found == setup_.agents.end()) {
        throw Error("agent " + job.agent + " is not in the configuration any more");
    }
    const AgentDef& agent = found->second;
    const StageDef& stage = *setup_.pipeline.find(task.stage);
    const auto& base = projectOf(setup_, task.project).base;
    Forge& forge = repositories_.of(task.project);
    const auto [worktree, head] = openForAgent(task, stage);
    const auto folder = setup_.taskFolder(task.id);
    ensureFolder(folder);
    const std::string artefact = stage.artefact.empty() ? "" : folder / stage.artefact;
    const std::string prompt_file = setup_.state_dir / "jobs" / name(job.key()) / "prompt.md";
    StartSpec spec{
        .key = job.key(),
        .task = name(task.id),
        .command = expandAll(agent.command,
                             {{"prompt_file", prompt_file},
                              {"artefact", artefact},
                              {"task", name(task.id)},
                              {"stage", stage.name}}),
        .folder = worktree,
        .environment = environmentFor(agent.pass_env,
                                      {{"ORCH_STAGE", stage.name},
                                       {"ORCH_PROJECT", task.project},
                                       {"ORCH_PROMPT_FILE", prompt_file},
                                       {"ORCH_ARTEFACT", artefact},
                                       {"ORCH_ARTEFACT_DIR", folder},
                                       {"ORCH_BRANCH", task.branch()},
                                       {"ORCH_BASE", base},
                                       {"ORCH_HEAD", head},
                                       // Without it, git in a worktree that lost its link finds
                                       // a repository around the state folder.
                                       {"GIT_CEILING_DIRECTORIES", worktree.parent_path()}}),
        .prompt = promptFor(setup_, task, artefact, base),
        .timeout = agent.timeout,
        .stall = agent.stall,
        .grace = agent.grace,
        .output_limit = agent.output_limit};
    if (agent.reads_api) {
        spec.environment.push_back("ORCH_URL=" + setup_.api_url);
        spec.environment.push_back("ORCH_READ_TOKEN=" + setup_.read_token);
    }
    confineAttempt(setup_,
                   {agent.confine, agent.run_as},
                   {worktree, folder, prompt_file, forge.sharedPaths()},
                   spec);
    return spec;
}

/// Opens what the check is about in `folder`: the base as it was, or the head merged into it as it
/// is now.
Payload Preparer::openForCheck(const Job& job,
                               const Task& task,
                               const std::filesystem::path& folder) const {
    Forge& forge = repositories_.of(task.project);
    Payload payload = job.payload;
    if (payload.kind == WorkKind::kBaseCheck) {
        forge.openCommit(folder, payload.base, {}, OpenFor::kAgent);
        return payload;
    }
    payload.base = forge.fetchBase();
    payload.head = forge.workState(setup_.worktree(task.id), task.branch()).head;
    (void)forge.openMerged(folder, payload.base, payload.head);
    // What the result will be about is durable before the command begins.
    store_.write([&](Tx& tx) { setPayload(tx, job.key(), payload); });
    return payload;
}

StartSpec Preparer::checkSpec(const Job& job, const Task& task) const {
    const StageDef& stage = *setup_.pipeline.find(task.stage);
    const auto folder = setup_.worktree(task.id, ".check");
    const auto payload = openForCheck(job, task, folder);
    StartSpec spec{.key = job.key(),
                   .task = name(task.id),
                   .command = stage.check,
                   .folder = folder,
                   .environment = environmentFor({},
                                                 {{"ORCH_STAGE", stage.name},
                                                  {"ORCH_PROJECT", task.project},
                                                  {"ORCH_HEAD", payload.head},
                                                  {"ORCH_BASE", payload.base}}),
                   .prompt = "",
                   .timeout = stage.check_timeout};
    confineAttempt(setup_,
                   {setup_.confine_checks, setup_.run_checks_as},
                   {.worktree = folder, .git = repositories_.of(task.project).sharedPaths()},
                   spec);
    return spec;
}

StartSpec Preparer::deploySpec(const Job& job, const Task& task) const {
    const auto& project = projectOf(setup_, task.project);
    const auto folder = setup_.worktree(task.id, ".deploy");
    repositories_.of(task.project).openCommit(folder, job.payload.head, {}, OpenFor::kOrchd);
    refuseStepBack(store_, repositories_.of(job.project), job);
    const auto version = "v" + job.payload.version;
    const auto command =
        expandAll(project.deploy,
                  {{"version", version}, {"sha", job.payload.head}, {"project", project.name}});
    beginCommand(store_, job, join(command, " "));
    crashPoint("deploy.begun");
    return {.key = job.key(),
            .task = name(task.id),
            .command = command,
            .folder = folder,
            .environment = environmentFor({},
                                          {{"ORCH_STAGE", task.stage},
                                           {"ORCH_PROJECT", task.project},
                                           {"ORCH_HEAD", job.payload.head},
                                           {"ORCH_VERSION", version}}),
            .prompt = "",
            .timeout = project.deploy_timeout};
}

StartSpec Preparer::plainSpec(const Job& job) const {
    return {.key = job.key(),
            .command = job.payload.command,
            .folder = setup_.state_dir,
            .environment = environmentFor({}, {})};
}

StartSpec Preparer::commandSpec(const Job& job) const {
    const auto folder = commandFolder(setup_, job.agent);
    ensureFolder(folder);
    StartSpec spec{.key = job.key(),
                   .command = commandOf(job, setup_.mask),
                   .folder = folder,
                   .environment = environmentFor({}, {}),
                   .timeout = job.payload.timeout};
    confineAttempt(
        setup_, {setup_.confine_checks, setup_.run_checks_as}, {.worktree = folder}, spec);
    return spec;
}

StartSpec Preparer::specFor(const Job& job) const {
    auto spec = specOfItsKind(job);
    spec.umask = setup_.umask;
    return spec;
}

StartSpec Preparer::specOfItsKind(const Job& job) const {
    if (job.payload.kind == WorkKind::kCommand) return commandSpec(job);
    if (!job.task) return plainSpec(job);
    const auto task = store_.read([&](Connection& db) { return findTask(db, *job.task); });
    if (!task || setup_.pipeline.find(task->stage) == nullptr) {
        throw Error("task " + name(*job.task) + " or its stage is gone");
    }
    switch (job.payload.kind) {
        case WorkKind::kAgent:
            return agentSpec(job, *task);
        case WorkKind::kCheck:
        case WorkKind::kBaseCheck:
            return checkSpec(job, *task);
        case WorkKind::kDeploy:
            return deploySpec(job, *task);
        case WorkKind::kMerge:
        case WorkKind::kFinalize:
        case WorkKind::kCommand:
            break;
    }
    throw Error("a job of a task cannot be of the kind " + std::string(nameOf(job.payload.kind)));
}

}  // namespace orch
