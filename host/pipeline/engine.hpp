#pragma once

#include <functional>
#include <mutex>
#include <set>
#include <string>
#include <type_traits>

#include "core/follow.hpp"
#include "pipeline/alarm.hpp"
#include "pipeline/observer.hpp"
#include "pipeline/operator.hpp"
#include "pipeline/setup.hpp"
#include "store/store.hpp"

namespace orch {

/// The one way a task advances (S1): whoever has a reason, a finished agent, a webhook, an
/// operator, a restart, calls advance(), which observes, judges the gates, decides what follows and
/// commits that under the guard of the task's version.
class Engine {
public:
    /// `looked` is called after each look, which may have written messages to the outbox.
    Engine(Store& store,
           const Setup& setup,
           const Observer& observer,
           Lanes& lanes,
           Alarm& alarm,
           std::function<void()> looked);

    /// Looks at the task soon, on a lane; asking again before it has begun asks once. Never blocks,
    /// never throws.
    void advance(TaskId task);
    /// advance() for every active task without a live job: after a restart.
    void advanceIdle();
    /// The same for those of one project: after it opened.
    void advanceIdle(const std::string& project);

    /// One look, now, on the calling thread (which must be the project's lane when the stage's
    /// gates ask the forge).
    void advanceNow(TaskId task);

    /// Facts and verdicts of a task in its stage, observed on its lane; nothing when that takes
    /// longer than `bound`. Throws ProjectHeld.
    struct Judged {
        Facts facts;
        std::vector<Verdict> verdicts;
    };
    [[nodiscard]] std::optional<Judged> judgeWithin(TaskId task, Milliseconds bound);
    /// What the task changes, read on its repository's lane; nothing when that takes longer than
    /// `bound`. Throws Refused for a task that is unknown or has landed, and RemoteError.
    [[nodiscard]] std::optional<TaskDiff> diffWithin(TaskId task, Milliseconds bound);

private:
    template <class F>
    [[nodiscard]] std::optional<std::invoke_result_t<F>> within(const std::string& lane,
                                                                Milliseconds bound,
                                                                F question);
    void run(TaskId task);
    [[nodiscard]] std::string laneOf(TaskId task);
    [[nodiscard]] bool look(TaskId task);
    [[nodiscard]] bool commit(const Facts& facts,
                              const std::vector<Verdict>& verdicts,
                              const Follow& next);
    /// Parks a task that stands in a stage the pipeline does not have.
    [[nodiscard]] bool parkForeign(const Task& task);
    void again(TaskId task, Milliseconds after);

    Store& store_;
    const Setup& setup_;
    const Observer& observer_;
    Lanes& lanes_;
    Alarm& alarm_;
    std::function<void()> looked_;
    std::mutex mutex_;
    std::set<TaskId> asked_;  ///< posted to a lane and not begun
};

}  // namespace orch
