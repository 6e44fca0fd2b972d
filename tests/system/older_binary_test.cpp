#include <gtest/gtest.h>
#include <signal.h>

#include "system/installation.hpp"

// After a deploy was taken back, this orchd stands on the database of a newer one.

namespace orch::testing {

struct OlderBinaryTest : ::testing::Test {
    OlderBinaryTest() {
        world.start();
        world.orchd().signal(SIGTERM);
        EXPECT_EQ(world.orchd().exitCode(), 0);
    }
    void grow() {
        for (const auto* sql :
             {"ALTER TABLE jobs ADD COLUMN of_the_future TEXT NOT NULL DEFAULT 'x'",
              "ALTER TABLE deploys ADD COLUMN of_the_future INTEGER",
              "ALTER TABLE tasks ADD COLUMN of_the_future TEXT",
              "CREATE TABLE future(job INTEGER, status TEXT)",
              "CREATE INDEX future_jobs ON jobs(of_the_future, id) WHERE status='queued'",
              "CREATE TRIGGER future_told AFTER UPDATE OF status ON jobs BEGIN "
              "INSERT INTO future VALUES(NEW.id, NEW.status); END",
              "INSERT INTO schema_meta VALUES('schema_version', '9')"}) {
            world.execute(sql);
        }
    }
    Installation world;
};

// proves X1
TEST_F(OlderBinaryTest, IH7WorksOnANewerSchemaThatAllowsIt) {
    grow();
    world.start();
    EXPECT_TRUE(world.taskBecomes(world.addTask(), "done"));
    EXPECT_EQ(world.one("SELECT deployed_version FROM tasks"), "v1");
    EXPECT_EQ(world.one("SELECT state FROM deploys"), "deployed");
    EXPECT_EQ(world.one("SELECT count(*)>0 FROM future WHERE status='succeeded'"), "1");
    EXPECT_EQ(world.one("SELECT value FROM schema_meta WHERE key='schema_version'"), "9");
}

TEST_F(OlderBinaryTest, IH7RefusesASchemaThatDoesNotAllowItAndTouchesNothing) {
    grow();
    world.execute("UPDATE schema_meta SET value='99' WHERE key='min_reader'");
    const auto before = world.rows("SELECT name, sql FROM sqlite_master ORDER BY name");
    const auto said = world.startRefused();
    EXPECT_EQ(said.code, 1);
    EXPECT_TRUE(has(said.err, "it was written by a newer orchd and needs schema 99")) << said.err;
    EXPECT_TRUE(has(said.err, "start the newer orchd again or restore an older copy"));
    EXPECT_EQ(world.rows("SELECT name, sql FROM sqlite_master ORDER BY name"), before);
}

}  // namespace orch::testing
