#include <gtest/gtest.h>
#include <signal.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/files.hpp"
#include "support/eventually.hpp"
#include "system/installation.hpp"

// What cannot work is refused with a sentence, an exit code, and nothing half-done.

namespace orch::testing {

namespace fs = std::filesystem;

struct BadInputTest : ::testing::Test {
    /// orchd does not start and says `part`.
    void expectRefused(const std::string& part) {
        const auto said = world.startRefused();
        EXPECT_EQ(said.code, 1);
        EXPECT_TRUE(has(said.err, part)) << said.err;
    }
    /// orchd starts, and holds the project with `part` as the reason.
    void expectHeld(const std::string& part) {
        world.start();
        std::string said;
        EXPECT_TRUE(eventually([&] {
            said = world.orchctl({"project", "list"}).out;
            return has(said, "project work is held") && has(said, part);
        })) << said;
    }
    void expectUntouched() { EXPECT_FALSE(fs::exists(world.state)); }
    void expectDone(const std::string& task) {
        EXPECT_TRUE(world.taskBecomes(task, "done"));
        EXPECT_EQ(world.landings(task), 1);
    }
    Installation world;
};

TEST_F(BadInputTest, BrokenYamlNamesFileAndLine) {
    world.settings.queue = "{max_concurrency: [";
    expectRefused("orch.yaml:");
    expectUntouched();
}

TEST_F(BadInputTest, UnknownKeyIsRefusedWithASuggestion) {
    world.settings.queue = "{max_concurency: 2}";
    expectRefused("queue.max_concurency: unknown key, did you mean max_concurrency?");
    expectUntouched();
}

TEST_F(BadInputTest, MissingAgentProgramIsNamed) {
    world.settings.agents = "  gone: {command: [no-such-agent]}";
    world.settings.stages = "    - {name: development, agent: gone, gate: [committed]}";
    expectRefused("no-such-agent");
    expectUntouched();
}

TEST_F(BadInputTest, FolderThatIsNoRepositoryIsNamed) {
    fs::remove_all(world.repo.path() / ".git");
    expectHeld("not a git repository");
}

TEST_F(BadInputTest, BranchWithoutACommitIsHeld) {
    fs::remove_all(world.repo.path());
    (void)GitRepo::createEmpty(world.repo.path());
    expectHeld("it has no commits yet, so nothing can be built on main");
}

TEST_F(BadInputTest, BranchThatIsNotThereIsHeld) {
    world.repo.git({"branch", "-m", "trunk"});
    expectHeld("no branch main; there are trunk");
}

TEST_F(BadInputTest, ProjectNameThatLeadsOutOfTheFolderIsRefused) {
    world.settings.projects =
        "  - {name: ../../etc, repo: {forge: local, path: {apart}/repo, base: main}}";
    expectRefused("projects[1].name");
    expectUntouched();
}

TEST_F(BadInputTest, II3PublicAddressDoesNotStart) {
    for (const auto* address : {"0.0.0.0:0", "[::]:0", "192.0.2.1:0"}) {
        world.settings.listen = address;
        expectRefused("loopback addresses only");
    }
}

TEST_F(BadInputTest, ConfinementThatCannotBeIsRefused) {
    world.settings.agent_options += ", run_as: nobody-of-this-name";
    expectRefused(getuid() == 0 ? "there is no user nobody-of-this-name" : "run it as root");
}

TEST_F(BadInputTest, StateFolderThatCannotBeMadeIsNamed) {
    world.writeConfig();
    replaceFile(world.state, "a file\n", Sync::kNo);
    const auto said = world.startRefused();
    EXPECT_EQ(said.code, 1);
    EXPECT_TRUE(has(said.err, world.state.string())) << said.err;
}

TEST_F(BadInputTest, StateFolderWithoutPermissionIsNamed) {
    if (getuid() == 0) GTEST_SKIP() << "root may write everywhere";
    fs::create_directories(world.state);
    chmod(world.state.c_str(), 0500);
    expectRefused(world.state.string());
}

/// "127.0.0.1:<port>" of a running orchd.
std::string placeOf(const Installation& installation) {
    const auto text = installation.file("state/daemon.json");
    const auto at = text.find("127.0.0.1:");
    return text.substr(at, text.find('"', at) - at);
}

TEST_F(BadInputTest, PortInUseIsSaidBeforeAnythingIsStarted) {
    world.start();
    Installation other;
    other.settings.listen = placeOf(world);
    const auto said = other.startRefused();
    EXPECT_EQ(said.code, 1);
    EXPECT_TRUE(has(said.err, "cannot listen on " + other.settings.listen)) << said.err;
    EXPECT_EQ(other.file("state/daemon.json"), "");
}

TEST_F(BadInputTest, PortInUseLeavesQueuedWorkForTheNextStart) {
    world.script("developer", "begin; hold; change; end");
    world.start();
    const auto task = world.addTask();
    ASSERT_TRUE(world.runsBegin(1));
    (void)world.addTask();
    world.kill9();
    Installation other;
    other.start();
    world.settings.listen = placeOf(other);
    expectRefused("cannot listen on");
    world.settings.listen = "127.0.0.1:0";
    world.letGo();
    world.start();
    expectDone(task);
}

// IH7: no downgrade without a word.
TEST_F(BadInputTest, IH7DatabaseOfANewerOrchdIsRefused) {
    world.start();
    world.orchd().signal(SIGTERM);
    EXPECT_EQ(world.orchd().exitCode(), 0);
    world.execute("UPDATE schema_meta SET value='999999' WHERE key='min_reader'");
    expectRefused("newer");
}

TEST_F(BadInputTest, TaskForAnUnknownProjectIsRefused) {
    world.start();
    for (const auto* name : {"../work", "wörk", "nothing"}) {
        const auto said = world.orchctl({"task", "add", "--project", name, "A change"});
        EXPECT_EQ(said.code, 1) << name;
        EXPECT_TRUE(has(said.err, "there is no project")) << said.err;
    }
    EXPECT_EQ(world.one("SELECT count(*) FROM tasks"), "0");
}

TEST_F(BadInputTest, StrangeTitlesAreOnlyText) {
    world.start();
    const std::string longest(300, 'x');
    for (const std::string title : {"../../../etc/passwd",
                                    "Grüße an \xF0\x9F\x8C\x8D",
                                    "`touch /tmp/x`; $(id) {{title}} {dir} %s --flag",
                                    longest.c_str()}) {
        const auto said = world.orchctl({"task", "add", "--project", "work", "--", title});
        if (said.code == 0) continue;
        EXPECT_EQ(said.code, 1) << title;
        EXPECT_TRUE(has(said.err, "title")) << said.err;
    }
    EXPECT_TRUE(world.becomes("SELECT count(*) FROM tasks WHERE state<>'done'", "0"));
    EXPECT_GE(std::stoi(world.one("SELECT count(*) FROM tasks")), 3);
}

TEST_F(BadInputTest, TitleThatIsNoTextIsRefused) {
    world.start();
    for (const std::string title : {"", "two\nlines"}) {
        const auto said = world.orchctl({"task", "add", "--project", "work", title});
        EXPECT_NE(said.code, 0) << title;
        EXPECT_NE(said.err, "");
    }
    EXPECT_EQ(world.one("SELECT count(*) FROM tasks"), "0");
}

TEST_F(BadInputTest, CheckedOutBaseFollowsTheLanding) {
    world.start();
    const auto task = world.addTask();
    expectDone(task);
    EXPECT_EQ(world.repo.git({"status", "--porcelain"}), "");
    EXPECT_EQ(world.repo.read("change-" + task), task + "\n");
}

TEST_F(BadInputTest, RepositoryThatVanishesIsToldAndHeals) {
    world.start();
    fs::rename(world.repo.path(), world.apart / "away");
    const auto task = world.addTask();
    ASSERT_TRUE(world.becomes("SELECT count(*) FROM journal WHERE rule='project_held'", "1"));
    EXPECT_TRUE(has(world.orchctl({"explain", task}).out, world.repo.path().string()));
    fs::rename(world.apart / "away", world.repo.path());
    EXPECT_EQ(world.orchctl({"project", "retry", "work"}).code, 0);
    expectDone(task);
    EXPECT_EQ(world.one("SELECT sum(failures) FROM jobs"), "0");
}

}  // namespace orch::testing
