#include "pipeline/observer.hpp"

#include "base/error.hpp"
#include "base/files.hpp"
#include "base/text.hpp"
#include "base/untrusted.hpp"
#include "core/gate_answers.hpp"
#include "core/gates_of_change.hpp"
#include "pipeline/artefacts.hpp"
#include "pipeline/review_text.hpp"
#include "store/deploys.hpp"
#include "store/tasks.hpp"

namespace orch {

namespace {

constexpr std::uint64_t kLogTail = 4'000;
constexpr std::chrono::minutes kRedBaseCounts{30};

constexpr std::size_t kSecretsBytes = 8'000'000;
constexpr std::size_t kAllowListBytes = 256'000;
constexpr std::size_t kMostCounted = 20;

/// Runs a question to the forge; its failure becomes the fact's trouble.
template <class F>
auto observed(F ask) -> Observed<std::invoke_result_t<F>> {
    try {
        return {ask(), {}};
    } catch (const ProjectHeld&) {
        throw;  // no fact about the task
    } catch (const Error& error) {
        return {{}, error.what()};
    }
}

/// A merge job that never got as far as naming a head changed nothing.
std::string landedAs(Forge& forge, const Task& task, const Job& merge) {
    if (merge.payload.head.empty()) return {};
    return forge.landedAs(name(task.id), merge.payload.head).value_or("");
}

}  // namespace

namespace {

/// Of the paths that only a person may let a task change: which it changes, and how much.
ProtectedChanges protectedChanges(Forge& forge, const Facts& facts) {
    const auto& base = *facts.base;
    const auto& head = facts.work->head;
    auto changes = protectedAmong(forge.changedPaths(base, head), facts.project.protected_paths);
    DiffRequest request{.context = 0};
    for (const auto& change : changes.paths) {
        if (request.paths.size() < kMostCounted) request.paths.push_back(change.path);
    }
    if (!request.paths.empty()) countLines(changes, forge.diff(base, head, request));
    return changes;
}

/// What is no secret is said by the base alone: the work does not excuse itself.
SecretScan secretsIn(Forge& forge, const Facts& facts) {
    const auto& base = *facts.base;
    const auto allowed = forge.fileAt(base, kSecretAllowFile, kAllowListBytes).value_or("");
    if (allowed.size() == kAllowListBytes) {
        throw Error(std::string{kSecretAllowFile} + " on " + facts.project.base +
                    " has more than " + spokenBytes(kAllowListBytes) + ": make it shorter");
    }
    return scanForSecrets(forge.commits(base, facts.work->head, kSecretsBytes),
                          SecretAllowList(allowed));
}

}  // namespace

Observer::Observer(Store& store,
                   const Setup& setup,
                   Repositories& repositories,
                   std::function<std::filesystem::path(AttemptKey)> folder_of)
    : store_(store), setup_(setup), repositories_(repositories), folder_of_(std::move(folder_of)) {}

bool Observer::asksForge(const StageDef& stage) const {
    const auto needs = needsOf(stage);
    return needs.work || needs.preview || needs.merged;
}

void Observer::requireOpen(const Task& task) const {
    const auto* stage = setup_.pipeline.find(task.stage);
    if (stage != nullptr && asksForge(*stage)) repositories_.requireOpen(task.project);
}

std::optional<WorkDone> Observer::workDone(Connection& db, const Task& task, WorkKind kind) const {
    auto job = lastJobOf(db, task.id, task.stage, kind);
    if (!job || job->visit != task.visit) return {};
    WorkDone done{std::move(*job), {}};
    const bool explains = kind == WorkKind::kCheck || kind == WorkKind::kDeploy;
    if (explains && isFinal(done.job.status) && done.job.status != JobStatus::kSucceeded) {
        const auto tail = tailUntrusted(folder_of_(done.job.key()), "out.log", kLogTail);
        done.log_tail = tail.text     ? cleanUtf8(*tail.text)
                        : tail.absent ? ""
                                      : "(out.log " + tail.trouble + ")";
    }
    return done;
}

/// A red result is asked for anew after a while: the machine may have been to blame.
void Observer::addBaseCheck(Connection& db, Facts& facts) const {
    if (!facts.check || facts.check->job.status == JobStatus::kSucceeded) return;
    const auto& about = facts.check->job.payload;
    auto job = lastBaseCheck(db, facts.task.project, about.base, about.definition);
    const auto now = store_.clock().now().at;
    const bool old = job && job->finished_at && now - *job->finished_at > kRedBaseCounts;
    if (!old || job->status == JobStatus::kSucceeded) facts.base_check = std::move(job);
}

void Observer::addRecorded(Facts& facts) const {
    const Task& task = facts.task;
    store_.read([&](Connection& db) {
        facts.agent = workDone(db, task, WorkKind::kAgent);
        facts.check = workDone(db, task, WorkKind::kCheck);
        addBaseCheck(db, facts);
        facts.merge = workDone(db, task, WorkKind::kMerge);
        facts.deploy = workDone(db, task, WorkKind::kDeploy);
        if (facts.deploy) {
            const auto& job = facts.deploy->job;
            facts.deployment = findDeploy(db, job.project, deployNumber(job.payload));
        }
        facts.quarantine = quarantineOf(db, task.project, task.merge_sha);
        facts.approvals = approvalsOf(db, task.id, task.stage, "approval");
        const auto overrides = approvalsOf(db, task.id, task.stage, "override");
        if (!overrides.empty()) facts.override_ = overrides.back();
    });
}

void Observer::addArtefact(Facts& facts) const {
    const auto& name = facts.stage.artefact;
    if (name.empty() || !facts.agent) return;
    const auto& hash = facts.agent->job.artefact_hash;
    facts.artefact = readSnapshot(setup_, facts.task.id, hash);
    if (!facts.artefact) {
        facts.artefact_trouble = hash.empty() ? artefactTrouble(setup_, facts.task.id, name)
                                              : "the snapshot of " + name + " is gone or damaged";
        return;
    }
    facts.review = parseReview(facts.artefact->content);
}

/// Where it is merged, what the stages on the way asked about the head is asked once more.
Needs Observer::needsNow(const Facts& facts) const {
    auto all = needsOf(facts.stage);
    for (const auto& stage : setup_.pipeline.stages) {
        if (!facts.stage.merge || stage.name == facts.stage.name) break;
        const auto needs = needsOf(stage);
        all.changes |= needs.changes;
        all.secrets |= needs.secrets;
    }
    all.changes &= !facts.project.protected_paths.empty();
    return all;
}

void Observer::addForge(Facts& facts) const {
    const auto needs = needsNow(facts);
    const Task& task = facts.task;
    const auto forge = observed([&]() -> Forge* { return &repositories_.of(task.project); });
    const auto ask = [&](auto question) {
        return observed([&] {
            if (!forge) throw Error(forge.trouble);
            return question(**forge);
        });
    };
    facts.base = ask([](Forge& f) { return f.fetchBase(); });
    if (!facts.base) repositories_.recheck(task.project);
    facts.work =
        ask([&](Forge& f) { return f.workState(setup_.worktree(task.id), task.branch()); });
    const auto askAboutHead = [&](auto question) {
        return ask([&](Forge& f) {
            if (!facts.base) throw Error(facts.base.trouble);
            if (!facts.work) throw Error(facts.work.trouble);
            return question(f);
        });
    };
    if (needs.preview) {
        facts.preview =
            askAboutHead([&](Forge& f) { return f.previewMerge(*facts.base, facts.work->head); });
    }
    if (needs.changes) {
        facts.protected_changes =
            askAboutHead([&](Forge& f) { return protectedChanges(f, facts); });
    }
    if (needs.secrets) {
        facts.secrets = askAboutHead([&](Forge& f) { return secretsIn(f, facts); });
    }
    if (needs.changes || needs.secrets) addAnswersToHead(facts);
    if (needs.merged && !task.merge_sha.empty()) {
        facts.merged_on_base = ask([&](Forge& f) { return f.onBase(task.merge_sha); });
    }
    if (needs.merged && facts.merge && isFinal(facts.merge->job.status) &&
        !mergeAnswered(facts.merge->job)) {
        facts.landed_as = ask([&](Forge& f) { return landedAs(f, task, facts.merge->job); });
    }
}

void Observer::addAnswersToHead(Facts& facts) const {
    if (!facts.work || facts.work->head.empty()) return;
    const auto now = store_.clock().now();
    for (const auto& binding : bindingsOfAnswers(facts)) {
        for (auto& answer :
             store_.read([&](Connection& db) { return answersTo(db, facts.task.id, binding); })) {
            auto when = formatUtc(wallTimeOf(answer.at, now));
            facts.answers_to_head.push_back({std::move(answer), std::move(when)});
        }
    }
}

TaskDiff Observer::diff(const Task& task) const {
    Forge& forge = repositories_.of(task.project);
    const auto base = forge.fetchBase();
    const auto head = forge.workState(setup_.worktree(task.id), task.branch()).head;
    return {base, head, forge.diff(base, head, {})};
}

Facts Observer::recorded(const Task& task) const {
    Facts facts{.task = task};
    if (const auto* stage = setup_.pipeline.find(task.stage)) facts.stage = *stage;
    if (const auto found = setup_.projects.find(task.project); found != setup_.projects.end()) {
        facts.project = found->second;
    }
    addRecorded(facts);
    addArtefact(facts);
    return facts;
}

/// As it was when the task was last in that stage, about the work as it is now. Whether the base
/// takes the work is for the landing to find out.
PassedStage Observer::passed(const Facts& now, const StageDef& stage, int visit) const {
    Task then = now.task;
    then.stage = stage.name;
    then.visit = visit;
    auto facts = recorded(then);
    facts.base = now.base;
    facts.work = now.work;
    if (facts.work) {
        // About the worktree, not about the head: it lands as it was taken in.
        facts.work.value->dirty.clear();
        facts.work.value->trouble.clear();
    }
    facts.protected_changes = now.protected_changes;
    facts.secrets = now.secrets;
    facts.answers_to_head = now.answers_to_head;
    PassedStage passed{stage.name, judge(facts)};
    std::erase_if(passed.verdicts, [](const Verdict& verdict) {
        const auto gate = gateRegistry().find(verdict.gate);
        return gate != gateRegistry().end() &&
               (gate->second.needs.preview || gate->second.needs.merged);
    });
    return passed;
}

/// What is on the base already is only recorded (L4); nothing can be asked about it any more.
void Observer::addPassed(Facts& facts) const {
    if (!facts.work) return;
    const auto landed = observed([&] {
        return repositories_.of(facts.task.project)
            .landedAs(name(facts.task.id), facts.work->head)
            .has_value();
    });
    if (landed && *landed) return;
    if (!landed) {
        facts.passed.push_back({facts.stage.name, {unclear(landed.trouble)}});
        return;
    }
    const auto judged =
        store_.read([&](Connection& db) { return judgedStages(db, facts.task.id); });
    for (const auto& stage : setup_.pipeline.stages) {
        if (stage.name == facts.stage.name) return;
        const auto visit = judged.find(stage.name);
        if (visit == judged.end() || !needsOf(stage).work) continue;
        facts.passed.push_back(passed(facts, stage, visit->second));
    }
}

Facts Observer::observe(const Task& task) const {
    auto facts = recorded(task);
    if (asksForge(facts.stage)) addForge(facts);
    if (facts.stage.merge && task.merge_sha.empty()) addPassed(facts);
    return facts;
}

}  // namespace orch
