#include <gtest/gtest.h>
#include <sys/stat.h>

#include <fstream>
#include <nlohmann/json.hpp>

#include "support/eventually.hpp"
#include "system/database.hpp"
#include "system/installation.hpp"

// IH2: whatever fails under the behaviours that come with orchd, none of them restarts, signals or
// ends it, and it answers.

namespace orch::testing {

namespace fs = std::filesystem;

struct BehaviourFaultsTest : ::testing::Test {
    BehaviourFaultsTest() {
        world.settings.plugins =
            "plugins:\n  reaper: {interval: 100ms, settings: {dead_ticks: 2}}\n"
            "  mergelease: {interval: 100ms}\n";
        world.settings.agent_options = "timeout: 2m, grace: 300ms, retries: 3";
        world.script("developer", "begin; hold; change; end");
        world.start();
        pid = world.orchd().pid();
    }
    [[nodiscard]] std::uint64_t ticks(const std::string& plugin) const {
        const auto said = world.orchctl({"--json", "plugin", "show", plugin});
        return nlohmann::json::parse(said.out).at("ticks");
    }
    [[nodiscard]] bool ticksAgain(const std::string& plugin) const {
        const auto before = ticks(plugin);
        return eventually([&] { return ticks(plugin) > before + 3; }, 20s);
    }
    /// The same orchd is there, answers, and goes on with both.
    void expectUnharmed() {
        EXPECT_TRUE(ticksAgain("reaper"));
        EXPECT_TRUE(ticksAgain("mergelease"));
        EXPECT_TRUE(world.orchd().running());
        EXPECT_TRUE(has(world.file("state/daemon.json"), "\"pid\":" + std::to_string(pid)));
    }
    /// An agent that is running, and its end without anything that could tell of it.
    void startOne() {
        (void)world.addTask();
        ASSERT_TRUE(world.runsBegin(1));
    }
    void killAttempt() const {
        const auto victims = {world.shimOf("1.1"), world.agentOf("1.1")};
        for (const auto victim : victims) ASSERT_TRUE(world.owns(victim));
        for (const auto victim : victims) kill(victim, SIGKILL);
    }
    /// The attempt is over, as `outcome`, and the next one is at work; it was never beside it.
    void expectOverOnce(const std::string& outcome = "lost") const {
        EXPECT_TRUE(world.becomes("SELECT outcome FROM attempts WHERE n=1", outcome));
        EXPECT_TRUE(world.runsBegin(2));
        EXPECT_EQ(world.one("SELECT count(*) FROM attempts"), "2");
        EXPECT_EQ(world.ledger().count("overlap"), 0U);
    }
    void write(const fs::path& file, const std::string& text) const {
        fs::create_directories((world.state / file).parent_path());
        std::ofstream(world.state / file) << text;
    }

    Installation world;
    pid_t pid = 0;
};

TEST_F(BehaviourFaultsTest, IH2ADatabaseThatIsLockedDelaysThemAndHarmsNobody) {
    startOne();
    {
        const WriteLock lock(world.state / "orch.db");
        killAttempt();
        EXPECT_TRUE(eventually([&] { return has(world.log(), "database is locked"); }, 60s));
        EXPECT_EQ(world.orchctl({"status"}).code, 0);
        EXPECT_EQ(world.one("SELECT status FROM jobs"), "running");
    }
    expectOverOnce();
    expectUnharmed();
}

TEST_F(BehaviourFaultsTest, IH2AnExitRecordOfGarbageIsNeverReadAsAnEnd) {
    startOne();
    write("jobs/1.1/exit.json", R"({"attempt":"1.1","exit_code":0)");
    expectUnharmed();
    EXPECT_EQ(world.one("SELECT status FROM jobs"), "running");
    killAttempt();
    expectOverOnce();
    expectUnharmed();
}

TEST_F(BehaviourFaultsTest, IH2AnExitRecordThatIsAFifoStopsNobody) {
    startOne();
    ASSERT_EQ(mkfifo((world.state / "jobs/1.1/exit.json").c_str(), 0600), 0);
    expectUnharmed();
    killAttempt();
    expectOverOnce();
}

TEST_F(BehaviourFaultsTest, IH2TheFolderOfAnAttemptMayVanish) {
    startOne();
    const auto shim = world.shimOf("1.1"), agent = world.agentOf("1.1");
    fs::remove_all(world.state / "jobs/1.1");
    expectUnharmed();
    EXPECT_EQ(world.one("SELECT status FROM jobs"), "running");
    for (const auto victim : {shim, agent}) kill(victim, SIGKILL);
    expectOverOnce("start_failed");  // nothing tells that it ever began
    expectUnharmed();
}

TEST_F(BehaviourFaultsTest, IH2DamagedLeasesAreShownAndHoldUpNothingElse) {
    write("merge/cut-00000001.lease", R"({"format":1,"tok)");
    write("merge/huge-00000002.lease", std::string(5'000'000, '\0'));
    fs::create_directory(world.state / "merge/folder-00000003.lease");
    fs::create_symlink("loop-00000004.lease", world.state / "merge/loop-00000004.lease");
    ASSERT_EQ(mkfifo((world.state / "merge/fifo-00000005.lease").c_str(), 0600), 0);
    EXPECT_TRUE(world.becomes("SELECT count(*) FROM journal WHERE rule='damaged'", "5"));
    expectUnharmed();
    world.letGo();
    EXPECT_TRUE(world.taskBecomes(world.addTask(), "done"));
}

TEST_F(BehaviourFaultsTest, IH2TheirFoldersMayVanish) {
    for (const auto* folder : {"merge", "plugins"}) fs::remove_all(world.state / folder);
    expectUnharmed();
    world.letGo();
    EXPECT_TRUE(world.taskBecomes(world.addTask(), "done"));
}

}  // namespace orch::testing
