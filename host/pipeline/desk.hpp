#pragma once

#include <mutex>

#include "core/launcher.hpp"
#include "pipeline/engine.hpp"
#include "pipeline/explain.hpp"
#include "pipeline/recovery.hpp"

namespace orch {

/// The Operator over store and engine.
class Desk final : public Operator {
public:
    Desk(Store& store,
         const Setup& setup,
         Engine& engine,
         Admission& admission,
         Launcher& launcher,
         Recovery& recovery);

    CreatedTask create(const WorkItem& item, const std::string& by) override;
    void approve(TaskId task, const std::string& by, const std::string& comment) override;
    void reject(TaskId task, const std::string& by, const std::string& comment) override;
    void rework(TaskId task, const std::string& by, const std::string& text) override;
    void overrule(TaskId task, const std::string& by, const std::string& because) override;
    void pause(TaskId task, const std::string& by, const std::string& why) override;
    void resume(TaskId task, const std::string& by) override;
    void retry(TaskId task, const std::string& by) override;
    void cancel(TaskId task, const std::string& by, const std::string& why) override;
    void cancelJob(JobId job, const std::string& by) override;
    void pauseQueue(const std::string& by) override;
    void resumeQueue(const std::string& by) override;
    BackupMade backUp(const std::filesystem::path& file,
                      const std::string& by,
                      const BackupRest& rest) override;
    [[nodiscard]] Explanation explain(TaskId task) override;
    [[nodiscard]] bool adopted(AttemptKey key) const override;
    [[nodiscard]] std::filesystem::path logOf(AttemptKey key) const override;

private:
    struct Order {
        std::string verb, by, text;
    };
    /// Runs `change(tx, task)` on the task's row in one transaction with its journal row, then
    /// wakes the engine.
    void order(TaskId task, const Order& order, const std::function<void(Tx&, Task&)>& change);
    void answer(TaskId task, const Order& order, bool approve);
    /// Begins the stage anew with fresh budgets.
    void restart(Tx& tx, Task& task) const;
    void setQueue(bool paused, const std::string& by);

    Store& store_;
    const Setup& setup_;
    Engine& engine_;
    Launcher& launcher_;
    Recovery& recovery_;
    Explainer explainer_;
    std::mutex backing_up_;
};

}  // namespace orch
