#include "pipeline/engine.hpp"

#include <exception>
#include <future>
#include <iostream>

#include "pipeline/commit_advance.hpp"
#include "pipeline/work.hpp"
#include "store/tasks.hpp"

namespace orch {

namespace {
constexpr Milliseconds kAfterFailure{std::chrono::seconds{5}};
}

Engine::Engine(Store& store,
               const Setup& setup,
               const Observer& observer,
               Lanes& lanes,
               Alarm& alarm,
               std::function<void()> looked)
    : store_(store),
      setup_(setup),
      observer_(observer),
      lanes_(lanes),
      alarm_(alarm),
      looked_(std::move(looked)) {}

std::string Engine::laneOf(TaskId id) {
    const auto task = store_.read([&](Connection& db) { return findTask(db, id); });
    const auto* stage = task ? setup_.pipeline.find(task->stage) : nullptr;
    const bool forge = stage != nullptr && observer_.asksForge(*stage);
    return forge ? Repositories::laneOf(task->project) : "task:" + name(id);
}

void Engine::advance(TaskId task) {
    {
        const std::lock_guard lock(mutex_);
        if (!asked_.insert(task).second) return;
    }
    // Which lane it is depends on a row: not read on the caller's thread, which may be the
    // writer's.
    lanes_.post("task:" + name(task), [this, task] { run(task); });
}

void Engine::run(TaskId task) {
    try {
        const auto lane = laneOf(task);
        lanes_.post(lane, [this, task] {
            {
                const std::lock_guard lock(mutex_);
                asked_.erase(task);
            }
            advanceNow(task);
        });
    } catch (const std::exception& error) {
        {
            const std::lock_guard lock(mutex_);
            asked_.erase(task);
        }
        std::cerr << "orchd: looking at " << name(task) << " failed: " << error.what() << "\n";
        again(task, kAfterFailure);
    }
}

void Engine::advanceIdle() {
    const auto idle = store_.read([](Connection& db) { return idleTasks(db); });
    for (const auto task : idle) advance(task);
}

void Engine::advanceIdle(const std::string& project) {
    const auto idle = store_.read([&](Connection& db) { return idleTasks(db, project); });
    for (const auto task : idle) advance(task);
}

void Engine::advanceNow(TaskId task) {
    try {
        // Whoever changed the task meanwhile made the facts stale: read again once, then stop.
        if (!look(task)) (void)look(task);
        looked_();
    } catch (const ProjectHeld&) {
        // advanceIdle(project) when it opens.
    } catch (const std::exception& error) {
        std::cerr << "orchd: advancing " << name(task) << " failed: " << error.what() << "\n";
        again(task, kAfterFailure);
    }
}

bool Engine::look(TaskId id) {
    const auto task = store_.read([&](Connection& db) -> std::optional<Task> {
        auto found = findTask(db, id);
        const bool idle = found && found->state == TaskState::kActive && !liveJobOf(db, id);
        return idle ? found : std::nullopt;
    });
    if (!task) return true;
    if (setup_.pipeline.find(task->stage) == nullptr) return parkForeign(*task);
    const auto facts = observer_.observe(*task);
    const auto verdicts = judge(facts);
    const auto next = follow(facts, combine(verdicts), setup_.pipeline);
    if (!commit(facts, verdicts, next)) return false;
    if (next.kind == Follow::Kind::kLater) again(id, next.after);
    // The stage it has come to may have nothing that runs first: then its gates are asked at once.
    if (!next.to.empty()) advance(id);
    return true;
}

bool Engine::parkForeign(const Task& task) {
    return store_.write([&](Tx& tx) {
        const auto reason = "its stage " + task.stage + " is not in the pipeline any more";
        return parkTask(tx, task, reason);
    });
}

bool Engine::commit(const Facts& facts, const std::vector<Verdict>& verdicts, const Follow& next) {
    return store_.write([&](Tx& tx) { return commitAdvance(tx, setup_, facts, verdicts, next); });
}

void Engine::again(TaskId task, Milliseconds after) {
    alarm_.set("advance:" + name(task), std::chrono::steady_clock::now() + after, [this, task] {
        advance(task);
    });
}

/// Runs `question` on the lane; nothing when its answer takes longer than `bound`. Throws what it
/// throws.
template <class F>
std::optional<std::invoke_result_t<F>> Engine::within(const std::string& lane,
                                                      Milliseconds bound,
                                                      F question) {
    const auto promise = std::make_shared<std::promise<std::invoke_result_t<F>>>();
    auto future = promise->get_future();
    lanes_.post(lane, [promise, question = std::move(question)] {
        try {
            promise->set_value(question());
        } catch (...) {
            promise->set_exception(std::current_exception());
        }
    });
    if (future.wait_for(bound) != std::future_status::ready) return {};
    return future.get();
}

std::optional<Engine::Judged> Engine::judgeWithin(TaskId id, Milliseconds bound) {
    const auto task = store_.read([&](Connection& db) { return findTask(db, id); });
    if (!task || setup_.pipeline.find(task->stage) == nullptr) return {};
    observer_.requireOpen(*task);
    return within(laneOf(id), bound, [this, task = *task] {
        auto facts = observer_.observe(task);
        auto verdicts = judge(facts);
        return Judged{std::move(facts), std::move(verdicts)};
    });
}

std::optional<TaskDiff> Engine::diffWithin(TaskId id, Milliseconds bound) {
    const auto task = store_.read([&](Connection& db) { return findTask(db, id); });
    if (!task) throw Refused(Refused::Why::kNotFound, "there is no task " + name(id));
    if (!task->merge_sha.empty()) {
        throw Refused(Refused::Why::kConflict,
                      name(id) + " is merged: git show --first-parent " + task->merge_sha);
    }
    return within(Repositories::laneOf(task->project), bound, [this, task = *task] {
        return observer_.diff(task);
    });
}

}  // namespace orch
