#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "pipeline/finisher.hpp"
#include "pipeline/flip_verdict.hpp"
#include "store/jobs.hpp"
#include "store/schema.hpp"
#include "support/temp_dir.hpp"

namespace orch::testing {

/// Every interleaving of claim, spawn, stamp, exit, death, cancel, observation, finish, the
/// reaper's look and its flip, the end of who is overdue, and a crash of orchd with its recovery,
/// over the real step functions on a real database: one job of one task, and observers with stale
/// knowledge. A depth-first search whose branches are savepoints; states met before are cut.
class QueueModel {
public:
    /// What is left out, to see the checker object.
    enum class Drop {
        kNothing,
        kAttemptGuard,  ///< the flip forgets the attempt
        kInHand,        ///< the look at what is still in preparation
        kExitRecord,    ///< the look at the exit record
        kBlock,         ///< the block of the task by who is overdue
        kVerify         ///< the wait for the end of who blocks
    };
    struct Options {
        int crashes = 1;       ///< how often orchd may die
        int max_failures = 1;  ///< of the job
        int cancels = 0;       ///< how often somebody cancels the job
        int looks = 2;         ///< how often the reaper makes up its mind
        Drop drop = Drop::kNothing;
    };
    struct Result {
        std::size_t states = 0;
        std::string violation;  ///< empty: every invariant held in every state
    };

    explicit QueueModel(Options options);
    [[nodiscard]] Result explore();

private:
    /// What the reaper is about to commit.
    struct Judged {
        AttemptKey key;
        FlipCause cause{};
        FlipVerdict verdict;
        SeenProcess process;
    };
    /// What lives outside the database.
    struct Outside {
        std::vector<AttemptKey> claimed;      ///< in orchd's memory: to be spawned
        std::set<AttemptKey> started, alive;  ///< folders; shims that hold their lock
        std::map<AttemptKey, int> exits;  ///< exit records; kEndedOnRequest for who obeyed a cancel
        std::optional<AttemptKey> seen_by_supervisor;  ///< observed as ended, not yet finished
        std::optional<Judged> judged;
        int cancels = 0, looks = 0;
        int crashes = 0;
        bool recovering = false;  ///< orchd is up again and has not looked at the rows yet
    };
    using Step = void (QueueModel::*)(AttemptKey);
    struct Move {
        std::string name;
        Step step;
        AttemptKey key;
    };

    [[nodiscard]] std::vector<Move> moves();
    void visit(std::vector<std::string>& path);
    [[nodiscard]] std::string stateKey();
    [[nodiscard]] AttemptObservation look(AttemptKey key) const;
    [[nodiscard]] Job row();
    [[nodiscard]] RunningJob seenByReaper(const Job& job) const;
    void finishSeen(AttemptKey key);
    void checkFlip(const Job& before, AttemptKey meant, const Ended& ended);
    void checkEnd();
    void fail(const std::string& what);

    void claim(AttemptKey);
    void spawn(AttemptKey key);
    void exitWell(AttemptKey key);
    void die(AttemptKey key);
    void supervisorSees(AttemptKey key);
    void supervisorFinishes(AttemptKey);
    template <FlipCause kCause>
    void reaperLooks(AttemptKey);
    void reaperFlips(AttemptKey);
    void stamp(AttemptKey key);
    void cancel(AttemptKey);
    void obeyCancel(AttemptKey key);
    void hostEnds(AttemptKey key);
    void unblock(AttemptKey key);
    void crash(AttemptKey);
    void recover(AttemptKey);

    Options options_;
    TempDir folder_;
    Connection db_{folder_ / "model.db", Connection::Mode::kWrite};
    Tx tx_{db_, {fromMilliseconds(1'000'000), {}, {}}};
    Setup setup_;
    TaskId task_{};
    Outside out_;
    std::set<std::string> met_;
    std::vector<std::string> path_;
    Result result_;
};

}  // namespace orch::testing
