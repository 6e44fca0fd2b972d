#pragma once

#include "core/gates.hpp"
#include "pipeline/operator.hpp"
#include "pipeline/repositories.hpp"
#include "pipeline/setup.hpp"
#include "store/store.hpp"

namespace orch {

/// Gathers the Facts the gates of a task's stage ask for. May block on files, git and the network;
/// changes nothing but the mirror's idea of the remote.
class Observer {
public:
    /// `folder_of` names an attempt's folder, for the end of its log.
    Observer(Store& store,
             const Setup& setup,
             Repositories& repositories,
             std::function<std::filesystem::path(AttemptKey)> folder_of);

    /// Everything for `task` in its stage. What cannot be observed is said in the fact itself.
    /// With `asksForge(stage)` true this must run on the project's lane, and throws ProjectHeld
    /// while the project is not open.
    [[nodiscard]] Facts observe(const Task& task) const;
    /// Throws ProjectHeld when observe() would.
    void requireOpen(const Task& task) const;
    [[nodiscard]] bool asksForge(const StageDef& stage) const;
    /// What the task's head changes on the base, for people. On the project's lane; throws
    /// RemoteError.
    [[nodiscard]] TaskDiff diff(const Task& task) const;

private:
    [[nodiscard]] Facts recorded(const Task& task) const;
    [[nodiscard]] PassedStage passed(const Facts& now, const StageDef& stage, int visit) const;
    void addPassed(Facts& facts) const;
    void addRecorded(Facts& facts) const;
    void addBaseCheck(Connection& db, Facts& facts) const;
    void addArtefact(Facts& facts) const;
    [[nodiscard]] Needs needsNow(const Facts& facts) const;
    void addForge(Facts& facts) const;
    void addAnswersToHead(Facts& facts) const;
    [[nodiscard]] std::optional<WorkDone> workDone(Connection& db,
                                                   const Task& task,
                                                   WorkKind kind) const;

    Store& store_;
    const Setup& setup_;
    Repositories& repositories_;
    std::function<std::filesystem::path(AttemptKey)> folder_of_;
};

}  // namespace orch
