#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <sstream>

#include "store_fixture.hpp"

namespace orch::testing {

/// The helper, writing into `file`; its acknowledgements come through a pipe.
class CrashingWriter {
public:
    explicit CrashingWriter(const std::filesystem::path& file) {
        int ends[2];
        if (pipe2(ends, O_CLOEXEC) != 0) throw std::runtime_error("no pipe");
        reading_ = ends[0];
        posix_spawn_file_actions_t actions;
        posix_spawn_file_actions_init(&actions);
        posix_spawn_file_actions_adddup2(&actions, ends[1], STDOUT_FILENO);
        std::string program = ORCH_CRASH_HELPER, database = file;
        char* arguments[] = {program.data(), database.data(), nullptr};
        EXPECT_EQ(posix_spawn(&pid_, program.c_str(), &actions, nullptr, arguments, environ), 0);
        posix_spawn_file_actions_destroy(&actions);
        close(ends[1]);
    }
    CrashingWriter(const CrashingWriter&) = delete;
    CrashingWriter& operator=(const CrashingWriter&) = delete;
    ~CrashingWriter() { close(reading_); }

    /// Kills it after so many bytes of acknowledgements; every id that was acknowledged.
    std::vector<std::int64_t> killAfter(std::size_t bytes) {
        while (told_.size() < bytes && readSome()) {
        }
        kill(pid_, SIGKILL);
        waitpid(pid_, nullptr, 0);
        while (readSome()) {
        }
        std::istringstream lines(told_.substr(0, told_.rfind('\n') + 1));
        std::vector<std::int64_t> ids;
        for (std::int64_t id = 0; lines >> id;) ids.push_back(id);
        return ids;
    }

private:
    bool readSome() {
        char buffer[4096];
        const auto got = read(reading_, buffer, sizeof buffer);
        if (got > 0) told_.append(buffer, static_cast<std::size_t>(got));
        return got > 0;
    }

    pid_t pid_ = 0;
    int reading_ = -1;
    std::string told_;
};

// proves X1
TEST(CrashTest, WhatWasAcknowledgedIsThereAfterKillMinusNine) {
    const TempDir folder;
    const auto file = folder / "orch.db";
    for (int round = 0; round < 3; ++round) {
        const auto acknowledged = CrashingWriter(file).killAfter(2000);
        ASSERT_GT(acknowledged.size(), 300U);
        Store store(file, 10s);
        store.read([&](Connection& db) {
            for (const auto id : acknowledged) EXPECT_TRUE(findJob(db, JobId{id})) << id;
            auto& check = db.prepared("PRAGMA integrity_check").bind();
            ASSERT_TRUE(check.step());
            EXPECT_EQ(check.text(0), "ok");
        });
    }
}

// proves Q6
TEST(CrashTest, RunningJobsAndTheirAttemptsAgreeAfterKillMinusNine) {
    const TempDir folder;
    const auto file = folder / "orch.db";
    ASSERT_FALSE(CrashingWriter(file).killAfter(500).empty());
    Store store(file, 10s);
    store.read([&](Connection& db) {
        const auto running = runningJobs(db);
        EXPECT_EQ(running.size(), 8U);
        for (const auto& job : running) EXPECT_EQ(attemptsOf(db, job.id).size(), 1U);
        EXPECT_EQ(countJobs(db).at(2), 8);
    });
}

}  // namespace orch::testing
