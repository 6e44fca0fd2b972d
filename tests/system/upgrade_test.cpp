// The state folder of an orchd before 0.2 with a task under way, whose agent runs.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>

#include "base/confinement.hpp"
#include "base/ownership.hpp"
#include "launch/shim_launcher.hpp"
#include "launch/spec_file.hpp"
#include "support/eventually.hpp"
#include "support/former_layout.hpp"
#include "system/installation.hpp"

namespace orch::testing {

namespace fs = std::filesystem;
using enum PathAccess;
using ::testing::ElementsAre;

namespace {

class NoListener final : public AttemptListener {
public:
    void attemptStarted(const ProcRecord& /*proc*/) override {}
    void attemptEnded(AttemptKey /*key*/, const AttemptObservation& /*seen*/) override {}
};

constexpr AttemptKey kAttempt{JobId{1}, 1};

}  // namespace

/// T-1 is in development, its agent, attempt 1.1, waits to be let go. Database and records are as
/// they were: their form is the same.
struct UpgradeTest : ::testing::Test {
    UpgradeTest() {
        world.script("developer", "begin; hold; change; git log --oneline >>\"$here/log\"; end");
    }
    /// What a former orchd left: its database, its mirror with T-1's worktree, its agent.
    void leaveBehind(const std::optional<UserIds>& user = {}) {
        world.start();
        world.orchd().signal(SIGTERM);
        ASSERT_EQ(world.orchd().exitCode(), 0);
        fs::remove_all(world.state / "mirrors");
        former.emplace(world.state / "repos/work.git", world.repo);
        former->open(worktree(), "orch/T-1");
        fs::create_directories(world.state / "tasks/T-1");
        if (user) letIn(*user);
        startAgent(user);
        insertRows();
    }
    /// As run_as did it then.
    void letIn(const UserIds& user) const {
        for (const auto* way : {"", "repos", "worktrees", "jobs", "tasks"}) {
            fs::create_directories(world.state / way);
            fs::permissions(world.state / way, fs::perms(0711));
        }
        for (const auto& given : {worktree(),
                                  former->gitOf(worktree()),
                                  former->mirror() / "objects",
                                  former->mirror() / "refs/heads/orch",
                                  world.state / "tasks/T-1"}) {
            (void)giveTo(given, user.user, user.group);
        }
    }
    void startAgent(const std::optional<UserIds>& user) {
        const auto shim = fs::path{ORCHD}.parent_path() / "orch-shim";
        NoListener nobody;
        ShimLauncher launcher(world.state / "jobs", shim, nobody);
        StartSpec spec{.key = kAttempt,
                       .task = "T-1",
                       .command = {"sh", (world.dir / "agents/developer.sh").string()},
                       .folder = worktree(),
                       .environment = plainEnvironment(
                           {{"ORCH_STAGE", "development"},
                            {"GIT_CEILING_DIRECTORIES", worktree().parent_path().string()}}),
                       .timeout = Milliseconds{120'000}};
        spec.confinement = Confinement{.paths = formerRules(), .user = user};
        launcher.start(spec);
        ASSERT_TRUE(world.runsBegin(1)) << world.file("state/jobs/1.1/out.log");
        keepSpecWhole(spec);
    }
    [[nodiscard]] std::vector<PathRule> formerRules() const {
        const auto mirror = former->mirror();
        return {{world.state, kNone},
                {worktree(), kWrite},
                {world.state / "tasks/T-1", kWrite},
                {former->gitOf(worktree()), kWrite},
                {mirror / "objects", kWrite},
                {mirror / "refs/remotes", kRead},
                {mirror / "refs/heads/orch", kWrite}};
    }
    /// A former shim left spec.json as it was, with a word for the mirror's folders that has gone.
    void keepSpecWhole(const StartSpec& start) const {
        const auto file = world.state / "jobs/1.1/spec.json";
        ShimSpec spec{.start = start, .mark = decodeSpec(readFile(file).value()).mark};
        auto text = encodeSpec(spec);
        const auto objects = (former->mirror() / "objects").string();
        const auto word = text.rfind("\"write\"", text.find(objects));
        ASSERT_NE(word, std::string::npos);
        text.replace(word, 7, "\"plain\"");
        replaceFile(file, text);
    }
    void insertRows() const {
        const auto boot = "'" + bootId() + "'";
        const std::string now = "unixepoch() * 1000";
        world.execute(
            "INSERT INTO tasks(id, project, title, stage, version, visit, created_by, created_at, "
            "stage_since, changed_at) VALUES(1, 'work', 'A change', 'development', 1, 1, "
            "'operator', " +
            now + ", " + now + ", " + now + ")");
        world.execute(
            "INSERT INTO jobs(id, task_id, project, stage, agent, visit, status, unique_key, "
            "attempt, max_failures, boot_id, created_at, started_at) VALUES(1, 1, 'work', "
            "'development', 'developer', 1, 'running', 'task:T-1', 1, 1, " +
            boot + ", " + now + ", " + now + ")");
        world.execute("INSERT INTO attempts(job_id, n, boot_id, started_at) VALUES(1, 1, " + boot +
                      ", " + now + ")");
    }
    [[nodiscard]] fs::path worktree() const { return world.state / "worktrees/T-1"; }
    void expectDone() {
        EXPECT_TRUE(world.taskBecomes("T-1", "done"));
        EXPECT_EQ(world.landings("T-1"), 1);
        EXPECT_EQ(world.ledger().twice(), std::vector<std::string>{});
        EXPECT_EQ(world.ledger().count("overlap"), 0U);
        EXPECT_EQ(world.repo.git({"show", "main:change-T-1"}), "T-1");
    }

    Installation world;
    std::optional<FormerLayout> former;
};

// proves Q5, H9
TEST_F(UpgradeTest, AgentThatRunsIsAdoptedAndItsTaskGoesOnToDone) {
    leaveBehind();
    world.start();
    EXPECT_TRUE(eventually([&] {
        return has(world.log(), "adopted 1, finished 0, lost 0, queued again 0");
    })) << world.log();
    EXPECT_EQ(world.one("SELECT status FROM jobs WHERE id=1"), "running");
    world.letGo();
    expectDone();
    EXPECT_EQ(world.ledger().count("start", "development"), 1U);
    EXPECT_EQ(world.one("SELECT exit_code FROM attempts WHERE job_id=1 AND n=1"), "0");
}

// proves Q5
TEST_F(UpgradeTest, AgentThatEndedMeanwhileIsNotRunAgain) {
    leaveBehind();
    world.letGo();
    ASSERT_TRUE(eventually([&] { return !world.file("state/jobs/1.1/exit.json").empty(); }));
    world.start();
    expectDone();
    EXPECT_EQ(world.ledger().count("start", "development"), 1U);
}

// proves Q5, X1
TEST_F(UpgradeTest, AgentThatWasKilledWithItsShimIsRunAgainOnItsWork) {
    world.script("developer",
                 "begin; if [ ! -e kept ]; then echo x >kept; commit One; echo y >left; note "
                 "worked; hold; fi; change; git log --oneline >\"$here/log\"; end");
    leaveBehind();
    ASSERT_TRUE(eventually([&] { return world.ledger().count("worked") == 1; }));
    kill(world.shimOf("1.1"), SIGKILL);
    kill(world.agentOf("1.1"), SIGKILL);
    world.start();
    expectDone();
    EXPECT_EQ(world.ledger().count("start", "development"), 2U);
    EXPECT_EQ(world.repo.git({"show", "main:left"}), "y");
    EXPECT_TRUE(has(world.file("log"), " One\n")) << world.file("log");
    EXPECT_TRUE(fs::is_directory(world.state / "repos/work.git"));
}

// proves H9
TEST_F(UpgradeTest, WorkThatIsNotCommittedGoesBackToItsAgentAsItWas) {
    world.script("developer",
                 "begin; if [ ! -e left ]; then hold; change; echo y >left; rm README; else "
                 "git status --porcelain >\"$here/seen\"; git checkout --quiet README; "
                 "commit Rest; fi; end");
    leaveBehind();
    world.start();
    world.letGo();
    expectDone();
    EXPECT_EQ(world.file("seen"), " D README\n?? left\n");
    EXPECT_EQ(world.repo.git({"show", "main:left"}), "y");
    EXPECT_EQ(world.repo.git({"show", "main:README"}), "hello");
}

TEST_F(UpgradeTest, AgentOfAnotherUserIsNotShutOut) {
    if (!confinementSupport().may_run_as) GTEST_SKIP() << "only root becomes another user";
    fs::permissions(world.dir.path(), fs::perms::all);
    fs::permissions(world.apart.path(), fs::perms(0711));
    fs::permissions(world.dir / "ledger", fs::perms::all);
    leaveBehind(UserIds{"nobody", 65534, 65534, {65534}});
    world.settings.agent_options += ", run_as: nobody";
    world.start();
    EXPECT_TRUE(has(world.log(), "was open to other users (mode 0711); now 0710")) << world.log();
    world.letGo();
    expectDone();
    EXPECT_EQ(world.ledger().count("start", "development"), 1U);
}

}  // namespace orch::testing
