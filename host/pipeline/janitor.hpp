#pragma once

#include <atomic>
#include <filesystem>
#include <functional>
#include <mutex>
#include <optional>
#include <set>
#include <string>

#include "core/launcher.hpp"
#include "core/task.hpp"
#include "core/verdict.hpp"
#include "pipeline/alarm.hpp"
#include "pipeline/janitor_ledger.hpp"
#include "pipeline/setup.hpp"
#include "store/store.hpp"

namespace orch {

/// Gives back what is proven not to be needed any more. At once: worktrees of tasks that
/// are done, and of cancelled ones when all of their work is on the base. After setup.retention:
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
    [[nodiscard]] JanitorReport report() const { return ledger_.report(); }

private:
    void round();
    void sweepWorktrees();
    void sweepFolders(Launcher& launcher);
    void nameForeign(const std::filesystem::path& folder);
    void sweepBranches(const std::string& project);
    void sweepRows();
    void removeFolder(Launcher& launcher, AttemptKey key);
    [[nodiscard]] std::optional<Task> endedTask(TaskId id);
    void closeWorktree(const Task& task, const std::filesystem::path& folder);
    [[nodiscard]] bool holdsWork(const Task& task, const std::filesystem::path& folder);
    /// True when there may be more.
    bool prune(JanitorLedger::Count what,
               Milliseconds keep,
               const std::function<int(Tx&, Instant, int)>& some);
    void expectNext();
    void dueAt(Instant at);
    void dueAfter(std::optional<Instant> last_use, Milliseconds keep);
    /// Runs `work`; what it throws is told and tried again.
    void attempt(const std::string& what, const std::function<void()>& work);
    void leaveAlone(const std::string& what, const std::string& why);
    void journal(const std::string& subject,
                 const std::string& rule,
                 const std::string& decision,
                 const Evidence& evidence);

    Store& store_;
    const Setup& setup_;
    const Repositories& repositories_;
    Alarm& alarm_;
    Milliseconds apart_;
    std::atomic<Launcher*> launcher_ = nullptr;
    JanitorLedger ledger_;
    std::mutex mutex_;
    std::optional<Instant> next_round_;
    std::set<std::string> named_;  ///< foreign things that were told of
};

}  // namespace orch
