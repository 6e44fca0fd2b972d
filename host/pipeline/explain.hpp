#pragma once

#include "pipeline/admission.hpp"
#include "pipeline/engine.hpp"
#include "pipeline/operator.hpp"
#include "pipeline/worker.hpp"

namespace orch {

/// Explains tasks with the predicates that decide about them.
class Explainer {
public:
    Explainer(Store& store,
              const Setup& setup,
              Engine& engine,
              Admission& admission,
              const Worker& worker);

    /// Throws Refused (kNotFound) for an unknown task.
    [[nodiscard]] Explanation explain(TaskId task);

private:
    struct Seen {
        Task task;
        std::optional<Job> live;
        std::optional<Job> ahead;  ///< of a deploy: what is in front of it in its project's lane
        std::vector<VerdictRow> recorded;
        std::array<int, 3> running{};  ///< by lane
        bool queue_paused = false;
    };
    [[nodiscard]] Seen see(TaskId task);
    void explainLiveJob(const Seen& seen, Explanation& out);
    [[nodiscard]] std::string whyQueued(const Seen& seen, const Job& job);
    void showRecorded(const Seen& seen, const std::string& why, Explanation& out);
    void explainGates(const Seen& seen, Explanation& out);

    Store& store_;
    const Setup& setup_;
    Engine& engine_;
    Admission& admission_;
    const Worker& worker_;
};

}  // namespace orch
