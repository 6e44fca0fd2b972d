#include <gtest/gtest.h>
#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>

#include "base/run.hpp"
#include "support/eventually.hpp"
#include "system/installation.hpp"

namespace orch::testing {

/// Limits of the kernel on orchd itself: what it is started with, and what is put on it meanwhile.
struct LimitsTest : ::testing::Test {
    /// On what it writes from now on; the limit above it stays, so that it can be raised again.
    void limitFiles(rlim_t most) {
        rlimit limit{};
        ASSERT_EQ(prlimit(world.orchd().pid(), RLIMIT_FSIZE, nullptr, &limit), 0);
        limit.rlim_cur = std::min(most, limit.rlim_max);
        ASSERT_EQ(prlimit(world.orchd().pid(), RLIMIT_FSIZE, &limit, nullptr), 0);
    }
    /// `orchd --check` behind these words of a shell, as a user who may not raise limits.
    RunResult checkAfter(const std::string& words) {
        const std::string drop =
            getuid() == 0 ? "setpriv --bounding-set=-sys_resource --inh-caps=-all " : "";
        const auto orchd = drop + world.program.string() + " --check --config " +
                           (world.dir / "orch.yaml").string();
        return run({.command = {"sh", "-c", words + "; exec " + orchd},
                    .environment = {"PATH=/usr/bin:/bin", "HOME=/nowhere"}});
    }
    Installation world;
};

TEST_F(LimitsTest, LimitOnFilesIsAnErrorAndNotTheEnd) {
    world.start();
    limitFiles(0);
    Said refused;
    ASSERT_TRUE(eventually([&] {
        refused = world.orchctl({"task", "add", "--project", "work", "T"});
        return refused.code != 0 || !world.orchd().running();
    }));
    EXPECT_TRUE(world.orchd().running()) << world.log();
    EXPECT_FALSE(refused.err.empty());
    limitFiles(RLIM_INFINITY);
    EXPECT_TRUE(world.taskBecomes(world.addTask(), "done")) << world.log();
    EXPECT_EQ(world.one("PRAGMA integrity_check"), "ok");
}

TEST_F(LimitsTest, LimitOfCpuTimeThatStaysIsRefusedWithASentence) {
    world.start();  // writes its configuration
    const auto said = checkAfter("ulimit -t 1000");
    EXPECT_EQ(said.exit_code, 1);
    EXPECT_TRUE(has(said.errors, "1000 seconds of CPU time")) << said.errors;
}

TEST_F(LimitsTest, LimitOnFilesThatStaysIsAWarning) {
    world.start();
    const auto said = checkAfter("ulimit -f 1000000");
    EXPECT_EQ(said.exit_code, 0) << said.errors;
    EXPECT_TRUE(has(said.errors, "warning: it may use")) << said.errors;
}

}  // namespace orch::testing
