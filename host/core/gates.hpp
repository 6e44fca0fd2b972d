#pragma once

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "core/deploy.hpp"
#include "core/forge.hpp"
#include "core/pipeline.hpp"
#include "core/project.hpp"
#include "core/protected_paths.hpp"
#include "core/secret_scan.hpp"
#include "core/task.hpp"
#include "core/verdict.hpp"

namespace orch {

/// A fact that was asked for: either known or not, and then why not.
template <class T>
struct Observed {
    std::optional<T> value;
    std::string trouble;  ///< why it is not known; the gate is unclear then
    explicit operator bool() const { return value.has_value(); }
    const T& operator*() const { return *value; }
    const T* operator->() const { return &*value; }
};

struct Artefact {
    std::string hash;     ///< sha256 of the snapshot
    std::string content;  ///< at most 1 MB
};

/// A reviewer's artefact, parsed.
struct Review {
    bool approve{};
    std::string head;  ///< the sha that was reviewed
    std::vector<std::string> findings;
};

/// The newest job of one kind that a stage's visit ran, and what its log ended with.
struct WorkDone {
    Job job;
    std::string log_tail;  ///< valid UTF-8, at most 4 KB; only for a check or deploy that failed
};

/// What the gates of a stage that the task has passed say of the work as it is now.
struct PassedStage {
    std::string stage;
    std::vector<Verdict> verdicts;
};

/// A person's answer, and when it was given as people read it.
struct DatedAnswer {
    Approval answer;
    std::string when;
};

/// Everything the gates of one stage may look at, observed beforehand: a gate itself reads nothing.
struct Facts {
    Task task;
    StageDef stage;
    ProjectDef project;
    std::optional<WorkDone> agent, check, merge, deploy;  ///< of this visit (check: of this task)
    std::optional<Deploy> deployment;  ///< what is recorded of the deploy job's deploy
    std::optional<Job> base_check;     ///< the last one of the base that the check was merged with
    std::optional<Quarantine> quarantine;  ///< of task.merge_sha
    std::optional<Artefact> artefact;      ///< of this visit's last attempt
    std::string artefact_trouble;          ///< why there is none
    Observed<Review> review;               ///< the artefact as a review
    std::vector<Approval> approvals;       ///< of this stage, oldest first
    std::optional<Approval> override_;     ///< by an operator, bound to head or hash
    Observed<std::string> base;            ///< tip of the base branch
    Observed<WorkState> work;
    Observed<MergePreview> preview;
    Observed<ProtectedChanges> protected_changes;  ///< by the head, of project.protected_paths
    Observed<SecretScan> secrets;                  ///< in the commits up to the head
    std::vector<DatedAnswer> answers_to_head;      ///< approvals of this head in any stage
    Observed<bool> merged_on_base;                 ///< is task.merge_sha on the base right now?
    /// Of a merge job that failed: the commit through which its head is on the base all the same;
    /// "" when it is not.
    Observed<std::string> landed_as;
    /// In a stage that merges: every stage on the way whose gates are about the work.
    std::vector<PassedStage> passed;
};

/// What must be observed for a gate.
struct Needs {
    bool work = false, preview = false, merged = false, changes = false, secrets = false;
};

struct Gate {
    std::function<Verdict(const Facts&)> judge;
    Needs needs;
};

/// What must be observed for the stage's gates.
[[nodiscard]] Needs needsOf(const StageDef& stage);

/// The one registry of gates (S1), by the names `gate:` takes in YAML.
[[nodiscard]] const std::map<std::string, Gate>& gateRegistry();

/// The gates that a stage is judged by, in order: those it lists, and before them `protected`
/// where it checks or merges and the project has protected paths.
[[nodiscard]] std::vector<std::string> gatesOf(const StageDef& stage, const ProjectDef& project);

/// What approvals and overrides of this stage are bound to: the artefact's hash, else the head.
[[nodiscard]] std::string bindingOf(const Facts& facts);
/// The same for one verdict: what it names as kBoundTo, else `otherwise`.
[[nodiscard]] std::string bindingOf(const Verdict& verdict, const std::string& otherwise);
/// The evidence that names what an answer to a verdict is bound to goes by this name.
inline constexpr const char* kBoundTo = "bound_to";
/// Does a red verdict of this gate stand for a person's no? Then only approvers may overrule it.
[[nodiscard]] bool isAnsweredByPeople(const std::string& gate);

/// May a person's override let this verdict count as green? Never for the gate "merged": what it
/// says is no judgement, the change is on the base branch or it is not.
[[nodiscard]] bool mayBeOverruled(const Verdict& verdict);

/// Is the verdict that the task's commit may not be deployed again until a person says so?
[[nodiscard]] bool isAboutQuarantine(const Verdict& verdict);

/// Why what a merge job finds may not be merged, if it may not: the first gate in front of `merged`
/// that is not green, or a passed stage that does not hold any more.
[[nodiscard]] std::optional<Verdict> heldBack(const Facts& facts);

/// Judges all gates of the stage: first whether its own work is done (an agent's job, a check),
/// then each gate; a red one that a person overrode for this very head or artefact is green, where
/// it may be. Nothing is merged before every gate in front of `merged` is green: until then that
/// one and those after it are not asked.
[[nodiscard]] std::vector<Verdict> judge(const Facts& facts);

}  // namespace orch
