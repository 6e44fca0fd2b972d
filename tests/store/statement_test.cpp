#include "store/statement.hpp"

#include "base/error.hpp"
#include "store_fixture.hpp"

namespace orch::testing {

struct StatementTest : ::testing::Test {
    StatementTest() { db.execute("CREATE TABLE t(a, b)"); }
    TempDir folder;
    Connection db{folder / "x.db", Connection::Mode::kWrite};
};

std::string messageOf(const std::function<void()>& work) {
    try {
        work();
    } catch (const StoreError& error) {
        return error.what();
    }
    return "nothing was thrown";
}

TEST_F(StatementTest, ValuesComeBackAsTheyWereBound) {
    const std::string bytes("a\0b\xff", 4);
    db.prepared("INSERT INTO t VALUES(?, ?)").bind(std::int64_t{1} << 62, bytes).run();
    auto& row = db.prepared("SELECT a, b FROM t").bind();
    ASSERT_TRUE(row.step());
    EXPECT_EQ(row.integer(0), std::int64_t{1} << 62);
    EXPECT_EQ(row.text(1), bytes);
    EXPECT_FALSE(row.step());
}

TEST_F(StatementTest, EmptyOptionalIsNull) {
    db.prepared("INSERT INTO t VALUES(?, ?)").bind(std::optional<int>{}, std::nullopt).run();
    auto& row = db.prepared("SELECT a, b FROM t").bind();
    ASSERT_TRUE(row.step());
    EXPECT_TRUE(row.isNull(0));
    EXPECT_EQ(row.maybeInteger(1), std::nullopt);
}

TEST_F(StatementTest, EmptyTextIsNotNull) {
    db.prepared("INSERT INTO t VALUES(?, ?)").bind("", std::string_view{}).run();
    auto& row = db.prepared("SELECT a, b FROM t").bind();
    ASSERT_TRUE(row.step());
    EXPECT_FALSE(row.isNull(0));
    EXPECT_FALSE(row.isNull(1));
}

TEST_F(StatementTest, RunTellsHowManyRowsChanged) {
    db.prepared("INSERT INTO t VALUES(1, 1), (2, 1)").bind().run();
    EXPECT_EQ(db.prepared("UPDATE t SET b=? WHERE b=1").bind(5).run(), 2);
    EXPECT_EQ(db.prepared("UPDATE t SET b=? WHERE b=1").bind(5).run(), 0);
}

TEST_F(StatementTest, ErrorNamesTheStatementAndWhatSQLiteSaid) {
    const auto message = messageOf([&] { db.prepared("SELECT * FROM nowhere"); });
    EXPECT_NE(message.find("SELECT * FROM nowhere"), std::string::npos) << message;
    EXPECT_NE(message.find("no such table"), std::string::npos) << message;
}

TEST_F(StatementTest, FailedStatementCanBeUsedAgain) {
    db.execute("CREATE UNIQUE INDEX u ON t(a)");
    auto& insert = db.prepared("INSERT INTO t VALUES(?, 0)");
    insert.bind(1).run();
    EXPECT_THROW(insert.bind(1).run(), StoreError);
    EXPECT_EQ(insert.bind(2).run(), 1);
}

TEST_F(StatementTest, QueryThatWasNotReadToItsEndDoesNotKeepItsSnapshot) {
    db.prepared("INSERT INTO t VALUES(1, 1), (2, 1)").bind().run();
    auto& row = db.prepared("SELECT a FROM t").bind();
    ASSERT_TRUE(row.step());
    db.resetStatements();
    EXPECT_NO_THROW(db.execute("PRAGMA wal_checkpoint(TRUNCATE)"));
    EXPECT_EQ(std::filesystem::file_size(folder / "x.db-wal"), 0U);
}

TEST_F(StatementTest, BufferThatIsReusedDoesNotBringBackTheOldStatement) {
    char sql[] = "SELECT 1";
    ASSERT_TRUE(db.prepared(sql).bind().step());
    sql[7] = '2';
    auto& row = db.prepared(sql).bind();
    ASSERT_TRUE(row.step());
    EXPECT_EQ(row.integer(0), 2);
}

TEST_F(StatementTest, ReadConnectionRefusesToWrite) {
    Connection reader(folder / "x.db", Connection::Mode::kRead);
    EXPECT_THROW(reader.execute("INSERT INTO t VALUES(1, 1)"), StoreError);
}

TEST_F(StatementTest, PathThatLooksLikeAUriIsAPath) {
    const auto odd = folder / "file:a?mode=memory#b %41.db";
    Connection other(odd, Connection::Mode::kWrite);
    other.execute("CREATE TABLE t(a)");
    EXPECT_TRUE(std::filesystem::exists(odd));
}

}  // namespace orch::testing
