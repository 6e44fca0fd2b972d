#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "pipeline/finisher.hpp"
#include "store/jobs.hpp"
#include "store/schema.hpp"
#include "support/temp_dir.hpp"

namespace orch::testing {

/// Every interleaving of claim, spawn, exit, death, observation, finish and a crash of orchd with
/// its recovery, over the real step functions on a real database: one job, three observers' worth
/// of stale knowledge. A depth-first search whose branches are savepoints; states met before are
/// cut.
class QueueModel {
public:
    struct Options {
        int crashes = 1;       ///< how often orchd may die
        int max_failures = 1;  ///< of the job
        bool guarded = true;   ///< false: the flip forgets the attempt, to see the checker object
    };
    struct Result {
        std::size_t states = 0;
        std::string violation;  ///< empty: every invariant held in every state
    };

    explicit QueueModel(Options options);
    [[nodiscard]] Result explore();

private:
    /// What lives outside the database.
    struct Outside {
        std::vector<AttemptKey> claimed;               ///< in orchd's memory: to be spawned
        std::set<AttemptKey> started, alive;           ///< folders; shims that hold their lock
        std::map<AttemptKey, int> exits;               ///< exit records
        std::optional<AttemptKey> seen_by_supervisor;  ///< observed as ended, not yet finished
        std::optional<AttemptKey> seen_by_reaper;
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
    void flip(AttemptKey key);
    void checkEnd();
    void fail(const std::string& what);

    void claim(AttemptKey);
    void spawn(AttemptKey key);
    void exitWell(AttemptKey key);
    void die(AttemptKey key);
    void supervisorSees(AttemptKey key);
    void supervisorFinishes(AttemptKey);
    void reaperSees(AttemptKey key);
    void reaperFlips(AttemptKey);
    void crash(AttemptKey);
    void recover(AttemptKey);

    Options options_;
    TempDir folder_;
    Connection db_{folder_ / "model.db", Connection::Mode::kWrite};
    Tx tx_{db_, {fromMilliseconds(1'000'000), {}, {}}};
    Setup setup_;
    Outside out_;
    std::set<std::string> met_;
    std::vector<std::string> path_;
    Result result_;
};

}  // namespace orch::testing
