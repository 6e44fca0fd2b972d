#include "store/store.hpp"

#include <sqlite3.h>
#include <sys/stat.h>
#include <unistd.h>

#include <fstream>

#include "base/error.hpp"
#include "store/meta.hpp"
#include "store_fixture.hpp"
#include "support/eventually.hpp"

namespace orch::testing {

struct StoreTest : ::testing::Test {
    TempDir folder;
    std::filesystem::path file = folder / "state" / "orch.db";

    [[nodiscard]] unsigned modeOf(const char* suffix) const {
        struct stat info {};
        EXPECT_EQ(stat((file.string() + suffix).c_str(), &info), 0) << suffix;
        return info.st_mode & 0777U;
    }
    [[nodiscard]] std::uintmax_t sizeOf(const char* suffix) const {
        return std::filesystem::file_size(file.string() + suffix);
    }
    std::string refusal() {
        try {
            Store second(file, 0ms);
        } catch (const Error& error) {
            return error.what();
        }
        return "it was opened";
    }
};

JobId enqueueIn(Store& store) {
    return store.write([](Tx& tx) { return enqueueJob(tx, {}).id; });
}
std::int64_t queuedIn(Store& store) {
    return store.read([](Connection& db) { return countJobs(db).at(1); });
}
// About as many bytes in the write-ahead log.
void writeBytes(Store& store, int bytes) {
    NewJob big;
    big.payload.head = std::string(static_cast<std::size_t>(bytes), 'x');
    store.write([&](Tx& tx) { (void)enqueueJob(tx, big); });
}

TEST_F(StoreTest, WhatWasWrittenIsReadAndSurvivesAReopening) {
    JobId id{};
    {
        Store store(file, 0ms);
        id = enqueueIn(store);
        EXPECT_TRUE(store.read([&](Connection& db) { return findJob(db, id); }));
    }
    Store again(file, 0ms);
    EXPECT_TRUE(again.read([&](Connection& db) { return findJob(db, id); }));
}

TEST_F(StoreTest, FilesAreTheOwnersOnly) {
    Store store(file, 0ms);
    enqueueIn(store);
    EXPECT_EQ(modeOf(""), 0600U);
    EXPECT_EQ(modeOf("-wal"), 0600U);
    EXPECT_EQ(modeOf("-shm"), 0600U);
    EXPECT_EQ(modeOf(".lock"), 0600U);
}

TEST_F(StoreTest, IA5SecondDaemonOnOneDatabaseIsRefusedWithTheHoldersPid) {
    const Store store(file, 0ms);
    const auto sentence = refusal();
    EXPECT_NE(sentence.find(file.string()), std::string::npos) << sentence;
    EXPECT_NE(sentence.find("pid " + std::to_string(getpid())), std::string::npos) << sentence;
}

TEST_F(StoreTest, SuccessorWaitsForItsPredecessorToEnd) {
    auto first = std::make_unique<Store>(file, 0ms);
    auto second = std::async(std::launch::async, [&] { return Store(file, 30s).trouble(); });
    first.reset();
    EXPECT_EQ(second.get(), "");
}

TEST_F(StoreTest, LockFileOfADeadHolderHoldsNobodyUp) {
    std::filesystem::create_directories(file.parent_path());
    std::ofstream(file.string() + ".lock") << "1\n";
    EXPECT_NO_THROW(Store(file, 0ms));
}

TEST_F(StoreTest, FileThatIsNoDatabaseIsRefusedByName) {
    std::filesystem::create_directories(file.parent_path());
    std::ofstream(file) << std::string(5000, 'x');
    EXPECT_NE(refusal().find(file.string()), std::string::npos) << refusal();
    EXPECT_NE(refusal().find("not a database"), std::string::npos) << refusal();
}

TEST_F(StoreTest, FolderThatCannotBeMadeIsRefusedByName) {
    std::ofstream(folder / "state") << "a file";
    EXPECT_NE(refusal().find((folder / "state").string()), std::string::npos) << refusal();
}

TEST_F(StoreTest, DatabaseThatIsAFolderIsRefusedByName) {
    std::filesystem::create_directories(file);
    EXPECT_NE(refusal().find(file.string()), std::string::npos) << refusal();
}

TEST_F(StoreTest, QueriesOfOneReadSeeOneSnapshot) {
    Store store(file, 0ms);
    const auto seen = store.read([&](Connection& db) {
        const auto before = countJobs(db);
        enqueueIn(store);
        return countJobs(db) == before;
    });
    EXPECT_TRUE(seen);
    EXPECT_EQ(queuedIn(store), 1);
}

TEST_F(StoreTest, QueryThatThrowsLeavesTheNextReaderAlone) {
    Store store(file, 0ms);
    EXPECT_THROW(store.read([](Connection& db) { db.execute("SELECT nonsense"); }), StoreError);
    enqueueIn(store);
    EXPECT_EQ(queuedIn(store), 1);
}

TEST_F(StoreTest, ReadersMayBeNestedDeeperThanConnectionsAreKept) {
    Store store(file, 0ms);
    enqueueIn(store);
    std::function<std::int64_t(int)> deep = [&](int level) -> std::int64_t {
        return store.read(
            [&](Connection&) { return level == 0 ? queuedIn(store) : deep(level - 1); });
    };
    EXPECT_EQ(deep(10), 1);
}

TEST_F(StoreTest, IdleWriterFoldsALargeLogIntoTheDatabase) {
    Store store(file, 0ms);
    writeBytes(store, 5'000'000);
    EXPECT_TRUE(eventually([&] { return sizeOf("") > 5'000'000; }));
}

TEST_F(StoreTest, LogBeginsAnewAfterItWasFoldedIn) {
    Store store(file, 0ms);
    for (std::uintmax_t round = 1; round <= 3; ++round) {
        writeBytes(store, 5'000'000);
        EXPECT_TRUE(eventually([&] { return sizeOf("") > round * 5'000'000; }));
    }
    EXPECT_LT(sizeOf("-wal"), 10'000'000U);
}

TEST_F(StoreTest, ClosingLeavesNoLogBehind) {
    {
        Store store(file, 0ms);
        enqueueIn(store);
        EXPECT_EQ(queuedIn(store), 1);
    }
    EXPECT_FALSE(std::filesystem::exists(file.string() + "-wal"));
}

TEST_F(StoreTest, IH12ReaderThatHoldsUpTheCheckpointLosesNoCommit) {
    {
        Store store(file, 0ms);
        store.read([&](Connection& db) {
            EXPECT_EQ(countJobs(db).at(1), 0);
            for (int i = 0; i < 12; ++i) writeBytes(store, 1'000'000);
        });
        writeBytes(store, 1'000'000);
    }
    Store again(file, 0ms);
    EXPECT_EQ(queuedIn(again), 13);
}

TEST_F(StoreTest, IH12TheLogShrinksOnceAReaderLetsGoAlthoughNobodyWrites) {
    Store store(file, 0ms);
    store.read([&](Connection& db) {
        EXPECT_EQ(countJobs(db).at(1), 0);
        for (int i = 0; i < 30; ++i) writeBytes(store, 1'000'000);
        EXPECT_GT(sizeOf("-wal"), 25'000'000U);
    });
    EXPECT_TRUE(eventually([&] { return sizeOf("-wal") == 0; }));
    EXPECT_EQ(queuedIn(store), 30);
}

TEST_F(StoreTest, IH12ALargeLogIsCutWhenNobodyWaits) {
    Store store(file, 0ms);
    writeBytes(store, 20'000'000);
    EXPECT_TRUE(eventually([&] { return sizeOf("-wal") == 0; }));
    enqueueIn(store);
    EXPECT_EQ(queuedIn(store), 2);
}

TEST_F(StoreTest, IH12BackupDuringWritesIsWholeAndHoldsUpNobody) {
    Store store(file, 0ms);
    writeBytes(store, 2'000'000);
    Connection from(file, Connection::Mode::kRead);
    Connection to(folder / "copy.db", Connection::Mode::kWrite);
    auto* backup = sqlite3_backup_init(to.native(), "main", from.native(), "main");
    ASSERT_EQ(sqlite3_backup_step(backup, 10), SQLITE_OK);
    enqueueIn(store);
    ASSERT_EQ(sqlite3_backup_step(backup, -1), SQLITE_DONE);
    sqlite3_backup_finish(backup);
    EXPECT_EQ(countJobs(to).at(1), 2);
    EXPECT_EQ(store.trouble(), "");
}

TEST_F(StoreTest, IH12WriterWaitsForAForeignWriter) {
    Store store(file, 0ms);
    Connection foreign(file, Connection::Mode::kWrite);
    foreign.execute("BEGIN IMMEDIATE");
    auto made = store.post([](Tx& tx) { return enqueueJob(tx, {}).created; });
    foreign.execute("COMMIT");
    EXPECT_TRUE(made.get());
}

TEST_F(StoreTest, TimelineGoesOnAfterAReopening) {
    std::string offset;
    const auto read = [](Connection& db) { return readMeta(db, meta_key::kBootOffset).value(); };
    Instant before{};
    {
        Store store(file, 0ms);
        before = store.clock().now().at;
        offset = store.read(read);
    }
    Store again(file, 0ms);
    EXPECT_EQ(again.read(read), offset);
    EXPECT_GE(again.clock().now().at, before);
}

TEST_F(StoreTest, ClosuresGetTheStoresTime) {
    Store store(file, 0ms);
    const auto before = store.clock().now().at;
    const auto at = store.write([](Tx& tx) { return tx.at(); });
    EXPECT_GE(at, before);
    EXPECT_LE(at, store.clock().now().at);
}

}  // namespace orch::testing
