#include "store/schema.hpp"

#include <sqlite3.h>

#include "base/error.hpp"
#include "store/meta.hpp"
#include "store_fixture.hpp"

namespace orch::testing {

struct SchemaTest : ::testing::Test {
    void ensure() {
        inTransaction(db, [&] { return ensureSchema(db, file), true; });
    }
    std::string dump() {
        auto& row = db.prepared("SELECT name, sql FROM sqlite_master ORDER BY name").bind();
        std::string all;
        while (row.step()) all += row.text(0) + ": " + row.text(1) + "\n";
        return all;
    }
    bool has(const char* type, const std::string& name) {
        return db.prepared("SELECT 1 FROM sqlite_master WHERE type=? AND name=?")
            .bind(type, name)
            .step();
    }
    bool hasColumn(const char* table, const char* column) {
        return db.prepared("SELECT 1 FROM pragma_table_info(?) WHERE name=?")
            .bind(table, column)
            .step();
    }
    std::string refusal() {
        try {
            ensure();
        } catch (const StoreError& error) {
            return error.what();
        }
        return "it was opened";
    }

    TempDir folder;
    std::filesystem::path file = folder / "orch.db";
    Connection db{file, Connection::Mode::kWrite};
};

TEST_F(SchemaTest, NewDatabaseHasAllTables) {
    ensure();
    for (const char* table : {"projects",
                              "tasks",
                              "jobs",
                              "attempts",
                              "verdicts",
                              "approvals",
                              "deploys",
                              "inbox",
                              "outbox",
                              "journal",
                              "plugin_switches",
                              "schema_meta"}) {
        EXPECT_TRUE(has("table", table)) << table;
    }
}

TEST_F(SchemaTest, SecondTimeChangesNothing) {
    ensure();
    const auto before = dump();
    ensure();
    EXPECT_EQ(dump(), before);
}

// proves Q4
TEST_F(SchemaTest, OlderDatabaseGetsTheColumnsItLacksAndKeepsItsRows) {
    db.execute(
        "CREATE TABLE jobs(id INTEGER PRIMARY KEY AUTOINCREMENT, task_id INTEGER, "
        "project TEXT NOT NULL DEFAULT '', status TEXT NOT NULL DEFAULT 'queued')");
    db.execute("INSERT INTO jobs(id, project) VALUES(7, 'greeter')");
    ensure();
    for (const char* column : {"pid", "pid_start", "boot_id"}) {
        EXPECT_TRUE(hasColumn("jobs", column)) << column;
    }
    const auto job = findJob(db, JobId{7});
    ASSERT_TRUE(job);
    EXPECT_EQ(job->project, "greeter");
    EXPECT_EQ(job->pid, std::nullopt);
}

TEST_F(SchemaTest, OlderDatabaseGetsTheIndexesItLacks) {
    ensure();
    db.execute("DROP INDEX jobs_ready");
    ensure();
    EXPECT_TRUE(has("index", "jobs_ready"));
}

TEST_F(SchemaTest, EveryColumnButTheKeysCanJoinAnOlderTable) {
    for (const auto& table : schemaTables()) {
        if (table.name == std::string("schema_meta")) continue;  // read before anything is added
        const std::string key = table.columns[0].name;
        const std::string second = *table.constraints ? table.columns[1].name : std::string{};
        db.execute(std::string("CREATE TABLE ") + table.name + "(" + key + " " +
                   table.columns[0].definition +
                   (second.empty() ? "" : ", " + second + " " + table.columns[1].definition) +
                   table.constraints + ") " + table.options);
    }
    ensure();
    for (const auto& table : schemaTables()) {
        for (const auto& column : table.columns) EXPECT_TRUE(hasColumn(table.name, column.name));
    }
}

TEST_F(SchemaTest, JobsOfADatabaseWithoutCountsAreCountedOnce) {
    ensure();
    db.execute("DROP TABLE job_counts");
    for (const char* trigger : {"jobs_counted_in", "jobs_counted_over", "jobs_counted_out"}) {
        db.execute(std::string("DROP TRIGGER ") + trigger);
    }
    db.execute("INSERT INTO jobs(status) VALUES('failed'), ('failed'), ('queued')");
    ensure();
    ensure();
    EXPECT_EQ(countJobs(db), (std::array<std::int64_t, 8>{0, 1, 0, 0, 2, 0, 0, 0}));
}

TEST_F(SchemaTest, NewerDatabaseThatAllowsThisReaderOpens) {
    ensure();
    db.execute("ALTER TABLE jobs ADD COLUMN of_the_future TEXT");
    db.execute("CREATE TABLE future(a)");
    EXPECT_NO_THROW(ensure());
    EXPECT_TRUE(hasColumn("jobs", "of_the_future"));
}

TEST_F(SchemaTest, IH7NewerSchemaThanThisProgramReadsIsRefusedWithASentence) {
    ensure();
    writeMeta(db, meta_key::kMinReader, "99");
    const auto sentence = refusal();
    EXPECT_NE(sentence.find(file.string()), std::string::npos) << sentence;
    EXPECT_NE(sentence.find("needs schema 99"), std::string::npos) << sentence;
    EXPECT_NE(sentence.find("start the newer orchd again"), std::string::npos) << sentence;
}

TEST_F(SchemaTest, RefusedDatabaseIsLeftAsItWas) {
    db.execute("CREATE TABLE schema_meta(key TEXT PRIMARY KEY, value TEXT)");
    db.execute("INSERT INTO schema_meta VALUES('min_reader', '99')");
    const auto before = dump();
    EXPECT_THROW(ensure(), StoreError);
    EXPECT_EQ(dump(), before);
}

TEST_F(SchemaTest, DamagedMinReaderIsAnErrorNotZero) {
    ensure();
    writeMeta(db, meta_key::kMinReader, "many");
    EXPECT_NE(refusal().find("\"many\" is not a number"), std::string::npos);
}

}  // namespace orch::testing
