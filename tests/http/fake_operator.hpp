#pragma once

#include <exception>
#include <functional>
#include <map>
#include <mutex>
#include <set>
#include <string>
#include <vector>

#include "pipeline/operator.hpp"
#include "store/store.hpp"

namespace orch::testing {

/// Writes down what it is told; create() makes a real row. Thread-safe.
class FakeOperator final : public Operator {
public:
    FakeOperator(Store& store, std::filesystem::path logs)
        : store_(store), logs_(std::move(logs)) {}

    /// "approve T-1 by me: text", oldest first.
    [[nodiscard]] std::vector<std::string> calls() const;
    /// What the next calls do instead of being done; empty: nothing.
    void beforeEachCall(std::function<void()> hook);
    /// Attempts that adopted() answers yes to.
    std::set<AttemptKey> adoptions;
    std::function<std::string(const Job&)> waits = [](const Job&) { return ""; };
    Explanation explanation;
    std::map<std::string, Artefact> artefacts;  ///< by name
    TaskDiff diff;

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
    [[nodiscard]] std::string waitsFor(const Job& job) const override { return waits(job); }
    [[nodiscard]] bool adopted(AttemptKey key) const override { return adoptions.contains(key); }
    [[nodiscard]] std::filesystem::path logOf(AttemptKey key) const override {
        return logs_ / (name(key) + ".log");
    }

private:
    void called(const std::string& call);

    Store& store_;
    std::filesystem::path logs_;
    mutable std::mutex mutex_;
    std::function<void()> hook_;
    std::vector<std::string> calls_;
};

}  // namespace orch::testing
