#include "store/store.hpp"

#include <gtest/gtest.h>

#include "store_fixture.hpp"

namespace orch::testing {

struct StoreTest : ::testing::Test {
    TempDir folder;
    std::filesystem::path file = folder / "state" / "orch.db";
    Store store{file, 0ms};
};

TEST_F(StoreTest, WhatWasWrittenIsRead) {
    const auto made = store.write([](Tx& tx) { return enqueueJob(tx, {}).id; });
    const auto job = store.read([&](Connection& db) { return findJob(db, made); });
    ASSERT_TRUE(job);
    EXPECT_EQ(job->status, JobStatus::kQueued);
}

}  // namespace orch::testing
