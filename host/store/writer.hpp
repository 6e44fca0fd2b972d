#pragma once

#include <atomic>
#include <condition_variable>
#include <deque>
#include <exception>
#include <functional>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "base/clock.hpp"
#include "store/connection.hpp"

namespace orch {

/// The one thread that changes the database. Group commit without a timer: while a pass commits,
/// the next one gathers. Thread-safe.
class Writer {
public:
    struct Work {
        std::function<void(Tx&)> run;
        std::function<void(const std::exception_ptr&)> complete;  ///< after COMMIT, or with why not
    };
    using AfterCommit = std::function<void()>;
    using PassEnd = std::function<AfterCommit(Tx&)>;

    /// `db` and `clock` outlive the writer and belong to its thread.
    Writer(Connection& db, const Clock& clock);
    /// Runs what waits, joins, folds the write-ahead log into the database.
    ~Writer();
    Writer(const Writer&) = delete;
    Writer& operator=(const Writer&) = delete;

    /// From any thread but the writer's own: that is a bug and ends the process.
    void post(Work work);
    void kick();
    /// Before the first post.
    void setPassEnd(PassEnd hook) { pass_end_ = std::move(hook); }
    [[nodiscard]] std::string trouble() const;
    /// Nothing waits to be written.
    [[nodiscard]] bool idle() const;

private:
    struct Pass;
    void work(const std::stop_token& stop);
    bool gather(const std::stop_token& stop, Pass& pass);
    void runPass(Pass& pass);
    void commitPass(Pass& pass, Tx& tx);
    void runHook(Pass& pass, Tx& tx);
    void noteTime(Tx& tx);
    void abandon(Pass& pass) noexcept;
    void complete(Pass& pass);
    void checkpointIfDue(bool again);
    /// False when some of the log is not folded in yet.
    [[nodiscard]] bool checkpoint(int mode);
    void report(std::string& slot, const std::string& sentence);
    void clear(std::string& slot);

    Connection& db_;
    const Clock& clock_;
    PassEnd pass_end_;
    int wal_pages_ = 0;         ///< after the last commit; the writer's thread only
    int pages_at_attempt_ = 0;  ///< when a checkpoint was last tried
    bool owed_ = false;         ///< the last one was held up: tried again even when idle
    Milliseconds try_again_in_{};
    Instant last_seen_{};

    mutable std::mutex mutex_;
    std::condition_variable_any changed_;
    std::deque<Work> waiting_;
    bool kicked_ = false;
    std::string commit_trouble_, hook_trouble_, checkpoint_trouble_;
    std::jthread thread_;
};

}  // namespace orch
