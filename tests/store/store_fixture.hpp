#pragma once

#include <gtest/gtest.h>

#include <string>

#include "store/jobs.hpp"
#include "store/schema.hpp"
#include "store/store.hpp"
#include "store/tasks.hpp"
#include "support/temp_dir.hpp"

namespace orch::testing {

using namespace std::chrono_literals;

/// A database with the schema and a transaction object, without threads: the row functions are
/// tested on it with a time of the test's own.
struct RowsTest : ::testing::Test {
    RowsTest() {
        db.execute("PRAGMA synchronous=OFF");
        inTransaction(db, [&] { return ensureSchema(db, file), true; });
    }

    [[nodiscard]] Tx at(std::int64_t ms) { return {db, {fromMilliseconds(ms), {}, {}}}; }

    TaskId newTask(const std::string& key = "") {
        NewTask task;
        task.project = "greeter";
        task.title = "Greet";
        task.stage = "analysis";
        task.idempotency_key = key;
        return createTask(tx, task).id;
    }
    [[nodiscard]] static NewJob agentJob(const std::string& project = "greeter") {
        NewJob job;
        job.project = project;
        job.agent = "developer";
        return job;
    }
    JobId newJob(const NewJob& job) { return enqueueJob(tx, job).id; }
    JobId newJob() { return newJob(agentJob()); }
    /// Claims in the agents' lane with so many slots.
    std::vector<Job> claim(int slots) { return claimJobs(tx, {slots, 0, 0}); }
    AttemptKey running() {
        newJob();
        return claim(1000).at(0).key();
    }
    [[nodiscard]] Job job(JobId id) { return findJob(db, id).value(); }

    TempDir folder;
    std::filesystem::path file = folder / "orch.db";
    Connection db{file, Connection::Mode::kWrite};
    Tx tx = at(1'000'000);
};

/// What an exit with `code` reads like, and a final flip to `status`.
inline Ended exited(int code) {
    return {Outcome::kExited, code, std::nullopt, "", ""};
}
inline AfterAttempt becomes(JobStatus status) {
    return {status, std::nullopt, 0, 0, "a reason"};
}

}  // namespace orch::testing
