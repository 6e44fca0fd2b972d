#include "pipeline/commands.hpp"

#include <gmock/gmock.h>

#include "base/error.hpp"
#include "base/files.hpp"
#include "pipeline/world.hpp"

namespace orch::testing {

using namespace std::chrono_literals;
using ::testing::HasSubstr;
using ::testing::Not;

struct CommandsTest : ::testing::Test {
    World world;

    JobId start(const std::string& key = "rollback") {
        const auto id = world.host->store.write([&](Tx& tx) {
            return enqueueJob(tx,
                              commandJob({.plugin = "reaper",
                                          .command = {"echo", "hello"},
                                          .timeout = 90s,
                                          .key = key},
                                         world.setup.mask))
                .id;
        });
        world.settle();
        return id;
    }
    std::optional<CommandResult> result(JobId id, const std::string& plugin = "reaper") {
        return commandResult(world.host->store, world.launcher(), plugin, id);
    }
    void end(JobId id, int code) {
        ensureFolder(world.launcher().folderOf({id, 1}));
        replaceFile(world.launcher().folderOf({id, 1}) / "out.log", "hello\n", Sync::kNo);
        world.launcher().exit({id, 1}, code);
        world.settle();
    }
};

TEST_F(CommandsTest, CommandRunsInThePluginsFolderConfinedLikeACheck) {
    const auto spec = world.launcher().specOf({start(), 1});
    EXPECT_EQ(spec.command, (std::vector<std::string>{"echo", "hello"}));
    EXPECT_EQ(spec.folder, world.setup.state_dir / "plugins/reaper");
    EXPECT_TRUE(std::filesystem::is_directory(spec.folder));
    EXPECT_EQ(spec.timeout, 90s);
    ASSERT_TRUE(spec.confinement);
    EXPECT_TRUE(std::ranges::any_of(spec.confinement->paths, [&](const PathRule& rule) {
        return rule.path == spec.folder && rule.access == PathAccess::kWrite;
    }));
}

TEST_F(CommandsTest, ResultTellsStatusExitCodeAndOutput) {
    const auto id = start();
    EXPECT_EQ(result(id)->status, JobStatus::kRunning);
    end(id, 3);
    EXPECT_EQ(result(id)->status, JobStatus::kFailed);
    EXPECT_EQ(result(id)->exit_code, 3);
    EXPECT_EQ(result(id)->output, "hello\n");
}

TEST_F(CommandsTest, CommandThatEndsAnyhowIsNotRunAgain) {
    for (const int code : {0, 1, 75, 127}) {
        const auto id = start("code" + std::to_string(code));
        end(id, code);
        EXPECT_EQ(result(id)->status, code == 0 ? JobStatus::kSucceeded : JobStatus::kFailed);
    }
    const auto lost = start("lost");
    world.launcher().loseShim({lost, 1});
    world.settle();
    EXPECT_EQ(result(lost)->status, JobStatus::kLost);
}

TEST_F(CommandsTest, SecondStartOfALiveKeyAnswersTheFirst) {
    const auto first = start();
    EXPECT_EQ(start(), first);
    end(first, 0);
    EXPECT_NE(start(), first);
}

TEST_F(CommandsTest, ResultIsForWhoStartedIt) {
    const auto id = start();
    EXPECT_FALSE(result(id, "another"));
    EXPECT_FALSE(result(JobId{9999}));
}

TEST_F(CommandsTest, NameThatLeavesThePluginsFolderIsRefused) {
    for (const auto* agent : {"plugin:", "plugin:../x", "plugin:a/b", "developer", "plugin:a.b"}) {
        EXPECT_THROW((void)commandFolder(world.setup, agent), Error) << agent;
    }
}

TEST_F(CommandsTest, ItsOwnTimeoutIsTheLimitThatIsTold) {
    (void)start();
    EXPECT_EQ(world.host->running->look().jobs.at(0).limit, 95s);
}

}  // namespace orch::testing
