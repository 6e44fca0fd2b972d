#include <sqlite3.h>

#include <map>
#include <string>
#include <vector>

#include "base/process.hpp"
#include "bench/drain.hpp"
#include "bench/measure.hpp"
#include "store/connection.hpp"
#include "store/jobs_sql.hpp"

namespace orch::bench {
namespace {

struct Claimed {
    std::int64_t id, attempt;
};

/// The statements, prepared once; nothing else between them and SQLite.
class Raw {
public:
    explicit Raw(sqlite3* db) : db_(db), boot_(bootId()) {}
    Raw(const Raw&) = delete;
    Raw& operator=(const Raw&) = delete;
    ~Raw() {
        for (auto& [sql, statement] : statements_) sqlite3_finalize(statement);
    }

    sqlite3_stmt* get(const char* sql) {
        auto& statement = statements_[sql];
        if (statement == nullptr) sqlite3_prepare_v2(db_, sql, -1, &statement, nullptr);
        return statement;
    }
    void run(const char* sql) { finish(get(sql)); }

    void enqueue(std::int64_t at) {
        auto* s = get(jobs_sql::kInsert);
        sqlite3_bind_null(s, 1);
        text(s, 2, "bench");
        text(s, 3, "development");
        text(s, 4, "developer");
        text(s, 5, "agent");
        text(s, 6, "agent");
        sqlite3_bind_int(s, 7, 1);
        text(s, 8, "{}");
        sqlite3_bind_int(s, 9, 100);
        text(s, 10, "queued");
        sqlite3_bind_null(s, 11);
        sqlite3_bind_null(s, 12);
        sqlite3_bind_int(s, 13, 2);
        sqlite3_bind_int64(s, 14, at);
        finish(s);
    }

    void end(const Claimed& job, std::int64_t at) {
        auto* s = get(jobs_sql::kFinish);
        text(s, 1, "succeeded");
        sqlite3_bind_null(s, 2);
        sqlite3_bind_int(s, 3, 0);
        sqlite3_bind_int(s, 4, 0);
        text(s, 5, "exit 0");
        sqlite3_bind_int64(s, 6, at);
        sqlite3_bind_int(s, 7, 0);
        text(s, 8, "");
        sqlite3_bind_int64(s, 9, job.id);
        sqlite3_bind_int64(s, 10, job.attempt);
        finish(s);
        s = get(jobs_sql::kFinishAttempt);
        sqlite3_bind_int64(s, 1, at);
        text(s, 2, "exited");
        sqlite3_bind_int(s, 3, 0);
        sqlite3_bind_null(s, 4);
        text(s, 5, "");
        text(s, 6, "");
        sqlite3_bind_int64(s, 7, job.id);
        sqlite3_bind_int64(s, 8, job.attempt);
        finish(s);
    }

    std::vector<Claimed> claim(std::int64_t at, int slots) {
        auto* promote = get(jobs_sql::kPromote);
        sqlite3_bind_int64(promote, 1, at);
        finish(promote);
        auto claimed = claimLane("agent", at, slots);
        claimLane("exec", at, 0);
        claimLane("reserved", at, 0);
        return claimed;
    }

private:
    static void text(sqlite3_stmt* s, int index, const char* value) {
        sqlite3_bind_text(s, index, value, -1, SQLITE_STATIC);
    }
    static void finish(sqlite3_stmt* s) {
        while (sqlite3_step(s) == SQLITE_ROW) {
        }
        sqlite3_reset(s);
    }

    std::vector<Claimed> claimLane(const char* lane, std::int64_t at, int slots) {
        auto* next = get(jobs_sql::kNextPriority);
        text(next, 1, lane);
        sqlite3_bind_int64(next, 2, 0);
        if (sqlite3_step(next) != SQLITE_ROW) return sqlite3_reset(next), std::vector<Claimed>{};
        const auto priority = sqlite3_column_int64(next, 0);
        sqlite3_reset(next);
        for (const char* sql : {jobs_sql::kRunningByProject, jobs_sql::kUnverified}) {
            auto* count = get(sql);
            text(count, 1, lane);
            finish(count);
        }
        std::vector<Claimed> claimed;
        for (const auto id : candidates(lane, priority, slots)) claimed.push_back(claimOne(id, at));
        return claimed;
    }

    std::vector<std::int64_t> candidates(const char* lane, std::int64_t priority, int slots) {
        auto* s = get(jobs_sql::kCandidates);
        text(s, 1, lane);
        sqlite3_bind_int64(s, 2, priority);
        text(s, 3, "bench");
        sqlite3_bind_int(s, 4, slots);
        std::vector<std::int64_t> ids;
        while (sqlite3_step(s) == SQLITE_ROW) ids.push_back(sqlite3_column_int64(s, 0));
        sqlite3_reset(s);
        return ids;
    }

    Claimed claimOne(std::int64_t id, std::int64_t at) {
        auto* s = get(jobs_sql::kClaim);
        sqlite3_bind_int64(s, 1, at);
        sqlite3_bind_int64(s, 2, at);
        text(s, 3, boot_.c_str());
        text(s, 4, boot_.c_str());
        sqlite3_bind_int64(s, 5, id);
        sqlite3_step(s);
        const Claimed job{id, sqlite3_column_int64(s, 13)};
        finish(s);
        s = get(jobs_sql::kInsertAttempt);
        sqlite3_bind_int64(s, 1, id);
        sqlite3_bind_int64(s, 2, job.attempt);
        text(s, 3, boot_.c_str());
        sqlite3_bind_int64(s, 4, at);
        finish(s);
        return job;
    }

    sqlite3* db_;
    std::string boot_;
    std::map<const char*, sqlite3_stmt*> statements_;
};

}  // namespace

Drained drainRaw(const std::filesystem::path& file, int batch, double seconds) {
    Connection connection(file, Connection::Mode::kWrite);  // the Store's very settings
    Raw raw(connection.native());
    std::vector<Claimed> running;
    double done = 0, commits = 0;
    const double cpu = cpuSeconds();
    const auto start = Steady::now();
    for (std::int64_t at = 1; secondsSince(start) < seconds; ++at) {
        raw.run("BEGIN IMMEDIATE");
        for (const auto& job : running) raw.end(job, at);
        done += static_cast<double>(running.size());
        for (int i = 0; i < batch; ++i) raw.enqueue(at);
        running = raw.claim(at, batch);
        raw.run("COMMIT");
        ++commits;
    }
    const double took = secondsSince(start);
    const double used = cpuSeconds() - cpu;
    raw.run("BEGIN IMMEDIATE");
    for (const auto& job : running) raw.end(job, 1);
    raw.run("COMMIT");
    return {done / took, done / commits, used * 1e6 / done};
}

}  // namespace orch::bench
