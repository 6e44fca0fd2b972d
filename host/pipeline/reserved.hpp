#pragma once

#include <map>
#include <memory>
#include <mutex>
#include <set>
#include <string>

#include "pipeline/finisher.hpp"
#include "pipeline/in_hand.hpp"

namespace orch {

/// Runs the jobs of one reserved agent (Q8). `run` is called on a lane's thread; it throws
/// StoreError only, and is called again with the same job then; or ProjectHeld, and the job waits.
struct ReservedHandler {
    std::function<void(const Job&)> run;
    bool asks_forge = true;  ///< it runs on the project's lane; otherwise on one of its own
    /// False: when `run` returns the job has ended, through the Finisher. True: its end is told by
    /// ReservedJobs::answer, from `run` itself or whenever later.
    bool answers = false;
};

/// What a handler says of a job it was given.
struct HandlerAnswer {
    enum class Kind { kDone, kFailed, kAgain };
    Kind kind{};
    std::string text;                 ///< a clause for people; may be empty
    std::optional<Instant> run_at{};  ///< with kAgain; nothing or the past: at once
    /// Asked in the transaction, on the writer's thread: may it still count? It must not block.
    std::function<bool(Tx&)> permit{};
};

/// Who handles reserved jobs, and which of them are being handled. Handlers come and go while orchd
/// runs: a job whose agent nobody serves waits, queued and uncharged. Thread-safe.
class ReservedJobs {
public:
    ReservedJobs(Store& store, const Setup& setup, Finisher& finisher, InHand& in_hand);

    /// From now on; a former handler of the same agent is given no more jobs.
    void serve(const std::string& agent, ReservedHandler handler);
    /// Gives it no more jobs; those it has not answered yet are queued again, uncharged. Once more
    /// is harmless. Throws StoreError: then it must be called again. Not on the writer's thread.
    void withdraw(const std::string& agent);

    [[nodiscard]] Served served() const;
    [[nodiscard]] bool serves(const std::string& agent) const;
    /// Why a waiting job is not begun even with a free slot: "waits for a handler of X"; empty when
    /// that is not so.
    [[nodiscard]] std::string waitsFor(const Job& job) const;
    [[nodiscard]] bool asksForge(const std::string& agent) const;
    /// The served agents that do not.
    [[nodiscard]] std::set<std::string> withoutForge() const;

    /// Hands a claimed job to its handler, or back to the queue when that is gone.
    void run(const Job& job);
    /// Back to the queue, uncharged: it was claimed and nothing of it was begun.
    void giveBack(const Job& job, const std::string& why) { release({job}, why); }
    /// False when it counts no more: withdrawn, answered before, not permitted, never given. kAgain
    /// puts the same row off, uncharged. Throws StoreError: then it is still to be answered. Not on
    /// the writer's thread.
    bool answer(AttemptKey key, const HandlerAnswer& answer);

private:
    using Handler = std::shared_ptr<const ReservedHandler>;
    [[nodiscard]] Handler begin(const Job& job);
    void forget(AttemptKey key);
    void release(const std::vector<Job>& jobs, const std::string& why);

    Store& store_;
    const Setup& setup_;
    Finisher& finisher_;
    InHand& in_hand_;
    mutable std::mutex mutex_;
    std::map<std::string, Handler> handlers_;  ///< by agent name
    std::map<AttemptKey, Job> unanswered_;
};

}  // namespace orch
