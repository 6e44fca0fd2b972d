#pragma once

#include "core/launcher.hpp"
#include "pipeline/desk/cancel_orders.hpp"
#include "pipeline/desk/house_orders.hpp"
#include "pipeline/desk/task_orders.hpp"
#include "pipeline/desk/verdict_orders.hpp"
#include "pipeline/desk/way_orders.hpp"
#include "pipeline/engine.hpp"
#include "pipeline/explain.hpp"
#include "pipeline/recovery.hpp"

namespace orch {

/// The Operator over store and engine: hands each order to those who know its kind. What it is
/// given must outlive it.
class Desk final : public Operator {
public:
    Desk(Store& store,
         const Setup& setup,
         Engine& engine,
         Admission& admission,
         Launcher& launcher,
         Recovery& recovery,
         const Worker& worker);

    CreatedTask create(const WorkItem& item, const std::string& by) override;
    void approve(TaskId task, const Answer& answer) override;
    void reject(TaskId task, const Answer& answer) override;
    void rework(TaskId task, const std::string& by, const std::string& text) override;
    void overrule(TaskId task, const Answer& answer) override;
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
    [[nodiscard]] Artefact artefactOf(TaskId task, const std::string& artefact) override;
    [[nodiscard]] TaskDiff diffOf(TaskId task) override;
    [[nodiscard]] std::string waitsFor(const Job& job) const override;
    [[nodiscard]] bool adopted(AttemptKey key) const override;
    [[nodiscard]] std::filesystem::path logOf(AttemptKey key) const override;

private:
    Store& store_;
    const Setup& setup_;
    Engine& engine_;
    Launcher& launcher_;
    Recovery& recovery_;
    const Worker& worker_;
    Explainer explainer_;
    TaskOrders orders_;
    VerdictOrders verdicts_;
    WayOrders way_;
    CancelOrders cancels_;
    HouseOrders house_;
};

}  // namespace orch
