#pragma once

#include <optional>
#include <set>
#include <string>
#include <vector>

#include "core/gates.hpp"
#include "core/landing.hpp"
#include "pipeline/merge_records.hpp"
#include "store/schema.hpp"
#include "support/temp_dir.hpp"

namespace orch::testing {

/// Every interleaving of two handlers of one merge, the first of which may be a zombie of an orchd
/// that was replaced: token, look, lease check, push, lost reply, look again, bookkeeping, with an
/// expired lease, another task's merge, a person's push and a remote that does not answer at every
/// point between. A handler that takes no further step is a dead one. The steps are the real ones,
/// on a real database, before a base branch that is a list.
class MergeModel {
public:
    /// A safeguard that is left out, to see the checker object.
    enum class Dropped { kNothing, kSwap, kAlreadyMerged, kFence, kAttempt, kRecheck };
    struct Result {
        std::size_t states = 0;
        std::string violation;  ///< empty: every invariant held in every state
    };

    explicit MergeModel(Dropped dropped = Dropped::kNothing);
    [[nodiscard]] Result explore();

private:
    enum class At { kIdle, kClaimed, kLeased, kLooked, kAllowed, kPushed, kKnows };
    struct Handler {
        At at = At::kIdle;
        Job job;
        LandRequest request;
        std::int64_t token{};
        std::string base;  ///< the tip its merge is made on
        PushAnswer::Kind said{};
        Landed landed;
        std::optional<Ended> without;  ///< instead of `landed`: how its attempt ends without one
        bool retried = false;
    };
    struct Commit {
        std::string id, parent, head;
    };
    /// What lives outside the database.
    struct Outside {
        std::vector<Commit> base{{"c0", "", ""}};
        std::vector<Handler> handlers{2};
        std::optional<std::size_t> lease;  ///< whose
        bool stale = false;
        int expiries = 0, restarts = 0, strangers = 0, outages = 0;
    };
    using Step = void (MergeModel::*)(std::size_t);
    struct Move {
        std::string name;
        Step step;
        std::size_t who;
    };

    [[nodiscard]] std::vector<Move> moves();
    void addMovesOf(std::size_t who, std::vector<Move>& all);
    void visit();
    [[nodiscard]] std::string stateKey();
    void checkState();
    void checkEnd(const Job& job);
    void fail(const std::string& what);
    [[nodiscard]] Job row();
    [[nodiscard]] const std::string& tip() const { return out_.base.back().id; }
    [[nodiscard]] bool onBase(const std::string& commit) const;
    [[nodiscard]] BaseSeen see() const;
    void end(std::size_t who, const std::function<std::optional<TaskId>(AttemptKey)>& finish);

    void claim(std::size_t who);
    void lease(std::size_t who);
    void look(std::size_t who);
    void require(std::size_t who);
    void push(std::size_t who);
    void pushWithoutReply(std::size_t who);
    void lookAgain(std::size_t who);
    void finish(std::size_t who);
    void outage(std::size_t who);
    void expire(std::size_t);
    void restart(std::size_t);
    void person(std::size_t);
    void otherTask(std::size_t);

    Dropped dropped_;
    TempDir folder_;
    Connection db_{folder_ / "model.db", Connection::Mode::kWrite};
    Tx tx_{db_, {fromMilliseconds(1'000'000), {}, {}}};
    orch::Setup setup_;
    TaskId task_{};
    JobId job_{};
    Outside out_;
    std::set<std::string> met_;
    std::vector<std::string> path_;
    Result result_;
};

}  // namespace orch::testing
