#include "store/backup.hpp"

#include <sys/stat.h>

#include <fstream>

#include "base/error.hpp"
#include "store_fixture.hpp"

namespace orch::testing {

namespace fs = std::filesystem;

constexpr auto kOn = [](const BackupProgress&, Milliseconds) { return true; };

struct BackupTest : ::testing::Test {
    TempDir folder;
    Store store{folder / "orch.db", 0ms};
    const fs::path copy = folder / "copy.db";

    void add(int jobs, std::size_t bytes = 0) {
        NewJob job;
        job.payload.command = {std::string(bytes, 'x')};
        store.write([&](Tx& tx) {
            for (int i = 0; i < jobs; ++i) (void)enqueueJob(tx, job);
        });
    }
    static std::int64_t queuedIn(Store& any) {
        return any.read([](Connection& db) { return countJobs(db).at(1); });
    }
    std::string refusal(const fs::path& file, const BackupRest& rest = kOn) {
        try {
            (void)backUp(store, file, rest);
            return "made";
        } catch (const Error& error) {
            return error.what();
        }
    }
    /// Whatever is in the folder besides the database and `copy`.
    std::size_t leftovers() {
        std::size_t found = 0;
        for (const auto& each : fs::directory_iterator(folder.path())) {
            const auto name = each.path().filename().string();
            if (!name.starts_with("orch.db") && name != "copy.db") ++found;
        }
        return found;
    }
};

TEST_F(BackupTest, ABackupIsADatabaseOfItsOwn) {
    add(7);
    const auto made = backUp(store, copy, kOn);
    EXPECT_EQ(made.check, "ok");
    EXPECT_EQ(made.bytes, fs::file_size(copy));
    EXPECT_EQ(leftovers(), 0U);
    Store restored(copy, 0ms);
    EXPECT_EQ(queuedIn(restored), 7);
}

TEST_F(BackupTest, ABackupIsForItsOwnerAlone) {
    (void)backUp(store, copy, kOn);
    struct stat seen {};
    ASSERT_EQ(stat(copy.c_str(), &seen), 0);
    EXPECT_EQ(seen.st_mode & 0777U, 0600U);
}

TEST_F(BackupTest, IH12WritesDuringABackupAreCommittedAndNeitherInItNorRestartIt) {
    add(40, 100'000);
    int pieces = 0;
    (void)backUp(store, copy, [&](const BackupProgress&, Milliseconds) {
        add(1, 100'000);
        return ++pieces < 100;
    });
    EXPECT_LT(pieces, 10);
    EXPECT_EQ(queuedIn(store), 40 + pieces);
    Store restored(copy, 0ms);
    EXPECT_EQ(queuedIn(restored), 40);
}

TEST_F(BackupTest, ItTellsHowFarItIs) {
    add(40, 100'000);
    BackupProgress last;
    (void)backUp(store, copy, [&](const BackupProgress& progress, Milliseconds) {
        EXPECT_GT(progress.done, last.done);
        last = progress;
        return true;
    });
    EXPECT_EQ(last.done, last.total);
    EXPECT_EQ(last.total, fs::file_size(copy));
}

TEST_F(BackupTest, NoFileIsEverOverwritten) {
    std::ofstream(copy) << "mine";
    EXPECT_NE(refusal(copy).find("there is a file of that name already"), std::string::npos);
    EXPECT_EQ(fs::file_size(copy), 4U);
}

TEST_F(BackupTest, AFileThatCameMeanwhileIsNotOverwritten) {
    const auto said = refusal(copy, [&](const BackupProgress&, Milliseconds) {
        std::ofstream(copy) << "mine";
        return true;
    });
    EXPECT_NE(said.find("cannot give it its name: File exists"), std::string::npos) << said;
    EXPECT_EQ(fs::file_size(copy), 4U);
    EXPECT_EQ(leftovers(), 0U);
}

TEST_F(BackupTest, APathThatCannotBeIsRefusedWithASentence) {
    EXPECT_NE(refusal("copy.db").find("beginning with /"), std::string::npos);
    EXPECT_NE(refusal(folder / "no" / "copy.db").find("there is no folder"), std::string::npos);
}

TEST_F(BackupTest, AStoppedBackupLeavesNothing) {
    add(40, 100'000);
    const auto said = refusal(copy, [](const BackupProgress&, Milliseconds) { return false; });
    EXPECT_NE(said.find("it was stopped"), std::string::npos) << said;
    EXPECT_FALSE(fs::exists(copy));
    EXPECT_EQ(leftovers(), 0U);
}

}  // namespace orch::testing
