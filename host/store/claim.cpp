#include <algorithm>
#include <deque>
#include <limits>
#include <map>

#include "base/error.hpp"
#include "base/process.hpp"
#include "base/sighting.hpp"
#include "core/names.hpp"
#include "store/jobs.hpp"
#include "store/jobs_sql.hpp"
#include "store/journal.hpp"

namespace orch {
namespace {

constexpr auto kBelowAll = std::numeric_limits<std::int64_t>::min();

/// The queued jobs of one project at one priority, as far as this claim may need them.
struct ProjectQueue {
    std::string project;
    std::deque<std::int64_t> ids;
};

/// Lists as jobs_sql::kCandidates reads them.
struct Waiting {
    std::optional<std::string> served;
    std::string agents_without_repository;
    const std::set<std::string>& closed;

    [[nodiscard]] std::optional<std::string> closedFor(const std::string& project) const {
        return closed.contains(project) ? std::optional{agents_without_repository} : std::nullopt;
    }
};

/// Fills one lane's free slots. It steps through the ready index from group to group and reads no
/// more of a group than it has slots, so neither history nor backlog costs anything.
class LaneClaim {
public:
    LaneClaim(Tx& tx, Lane lane, int limit, const Waiting& waiting, std::vector<Job>& claimed)
        : tx_(tx),
          db_(tx.db()),
          lane_(nameOf(lane)),
          free_(limit),
          waiting_(waiting),
          claimed_(claimed) {}

    /// True when a row was set aside although it was counted on: there may be more to claim.
    bool run() {
        if (!nextGroup()) return false;
        countSlots();
        while (free_ > 0 && group_) fillFromLevel();
        return set_aside_ && free_ > 0;
    }

private:
    struct Group {
        std::int64_t priority;
        std::string project;
    };

    bool nextGroup() {
        if (!nextProject()) nextPriority(group_ ? group_->priority : kBelowAll);
        return group_.has_value();
    }

    bool nextProject() {
        if (!group_) return false;
        auto& query =
            db_.prepared(jobs_sql::kNextProject).bind(lane_, group_->priority, group_->project);
        if (!query.step()) return false;
        group_->project = query.text(0);
        return true;
    }

    void nextPriority(std::int64_t last) {
        auto& query = db_.prepared(jobs_sql::kNextPriority).bind(lane_, last);
        group_.reset();
        if (query.step()) group_ = Group{query.integer(0), query.text(1)};
    }

    void countSlots() {
        auto& running = db_.prepared(jobs_sql::kRunningByProject).bind(lane_);
        while (running.step()) {
            const int count = static_cast<int>(running.integer(1));
            running_[running.text(0)] = count;
            free_ -= count;
        }
        auto& unverified = db_.prepared(jobs_sql::kUnverified).bind(lane_);
        if (unverified.step()) free_ -= static_cast<int>(unverified.integer(0));
    }

    // One priority: its projects side by side, the one with the fewest running first, then age.
    void fillFromLevel() {
        auto queues = readLevel();
        while (free_ > 0 && !queues.empty()) {
            const auto next =
                std::min_element(queues.begin(), queues.end(), [this](auto& a, auto& b) {
                    return std::pair(running_[a.project], a.ids.front()) <
                           std::pair(running_[b.project], b.ids.front());
                });
            claim(next->ids.front(), next->project);
            next->ids.pop_front();
            if (next->ids.empty()) queues.erase(next);
        }
    }

    std::vector<ProjectQueue> readLevel() {
        const auto level = group_->priority;
        std::vector<ProjectQueue> queues;
        do {
            ProjectQueue queue{group_->project, {}};
            auto& ids = db_.prepared(jobs_sql::kCandidates)
                            .bind(lane_,
                                  level,
                                  queue.project,
                                  free_,
                                  waiting_.served,
                                  waiting_.closedFor(queue.project));
            while (ids.step()) queue.ids.push_back(ids.integer(0));
            if (!queue.ids.empty()) queues.push_back(std::move(queue));
        } while (nextGroup() && group_->priority == level);
        return queues;
    }

    void claim(std::int64_t id, const std::string& project) {
        const auto at = toMilliseconds(tx_.at());
        auto& row = db_.prepared(jobs_sql::kClaim)
                        .bind(at, toMilliseconds(tx_.now().awake), bootId(), pidSpace(), id);
        if (!row.step()) return;
        try {
            claimed_.push_back(readJob(row));
        } catch (const StoreError& error) {
            row.run();
            return setAside(JobId{id}, error.what());
        }
        row.run();
        const auto key = claimed_.back().key();
        db_.prepared(jobs_sql::kInsertAttempt).bind(id, key.attempt, bootId(), at).run();
        ++running_[project];
        --free_;
    }

    // A row that cannot be read must not stop the others (X2): it fails, with the reason.
    void setAside(JobId id, const std::string& why) {
        set_aside_ = true;
        db_.prepared("UPDATE jobs SET status='failed', reason=?, finished_at=? WHERE id=?")
            .bind(why, toMilliseconds(tx_.at()), raw(id))
            .run();
        writeJournal(tx_,
                     {.actor = "store",
                      .subject = "job " + std::to_string(raw(id)),
                      .rule = "damaged",
                      .decision = "failed without being started: " + why});
    }

    Tx& tx_;
    Connection& db_;
    std::string_view lane_;
    int free_;
    const Waiting& waiting_;
    std::vector<Job>& claimed_;
    std::optional<Group> group_;
    std::map<std::string, int> running_;
    bool set_aside_ = false;
};

void claimLane(Tx& tx, Lane lane, int limit, const Waiting& waiting, std::vector<Job>& claimed) {
    while (LaneClaim(tx, lane, limit, waiting, claimed).run()) {
    }
}

std::string listOf(const std::set<std::string>& agents) {
    std::string list = "\n";
    for (const auto& agent : agents) list += agent + "\n";
    return list;
}

}  // namespace

std::vector<Job> claimJobs(Tx& tx,
                           const ClaimLimits& limits,
                           const Served& served,
                           const ClosedProjects& closed) {
    tx.db().prepared(jobs_sql::kPromote).bind(toMilliseconds(tx.at())).run();
    std::vector<Job> claimed;
    if (queuePaused(tx.db())) return claimed;
    const Waiting waiting{served ? std::optional{listOf(*served)} : std::nullopt,
                          listOf(closed.agents_without_repository),
                          closed.names};
    claimLane(tx, Lane::kAgent, limits.agent, waiting, claimed);
    claimLane(tx, Lane::kExec, limits.exec, waiting, claimed);
    claimLane(tx, Lane::kReserved, limits.reserved, waiting, claimed);
    return claimed;
}

}  // namespace orch
