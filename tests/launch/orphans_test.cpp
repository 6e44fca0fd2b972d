#include <gtest/gtest.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <set>
#include <tuple>

#include "base/confinement.hpp"
#include "base/process_namespace.hpp"
#include "launch/launch_fixture.hpp"
#include "launch/process_table.hpp"
#include "support/refuse_namespaces.hpp"

namespace orch {

namespace fs = std::filesystem;
using enum PathAccess;

namespace {

enum class Table { kOwn, kShared };

struct Child {
    const char* name;
    const char* script;  ///< with UNIQUE for the argument of sleep
    bool hidden;         ///< nothing ties it to the attempt but its table
};

constexpr Child kSetsid{"Setsid", "setsid sleep UNIQUE &", false};
constexpr Child kDoubleFork{"DoubleFork", "(setsid sh -c 'sleep UNIQUE & exec true' &)", false};
constexpr Child kBare{"BareInItsFolder",
                      "(setsid env -i sh -c 'exec setsid /bin/sleep UNIQUE' "
                      "<&- >&- 2>&- &)",
                      false};
constexpr Child kHidden{"BareElsewhere",
                        "(cd / && setsid env -i sh -c '/bin/sleep UNIQUE & exec true' "
                        "<&- >&- 2>&- &)",
                        true};

}  // namespace

/// Whoever dies (o: orchd, s: shim, i: the table's first process, a: agent): once the next orchd
/// has looked after the attempt nothing of it lives.
struct OrphansTest : testing::LaunchTest,
                     ::testing::WithParamInterface<std::tuple<Table, const char*, Child>> {
    void SetUp() override {
        if (table == Table::kOwn && !support.own_processes) GTEST_SKIP() << describe(support);
        const bool shim_dies = killed.find('s') != std::string::npos;
        if (table == Table::kShared && child.hidden && shim_dies) {
            GTEST_SKIP() << "out of reach without a table of its own (orphans.hpp)";
        }
        if (table == Table::kShared && killed.find('i') != std::string::npos) {
            GTEST_SKIP() << "there is no first process";
        }
        fs::create_directories(dir / "own");
    }
    void start() {
        auto text = std::string{child.script} + "\nexec sleep UNIQUE";
        for (auto at = text.find("UNIQUE"); at != std::string::npos; at = text.find("UNIQUE")) {
            text.replace(at, 6, unique);
        }
        auto spec = script(text);
        spec.folder = dir / "own";
        spec.confinement = Confinement{.paths = {{dir / "jobs", kNone}, {dir / "own", kWrite}}};
        if (table == Table::kOwn) {
            launcher->start(spec);
        } else {
            ASSERT_TRUE(testing::withoutNamespaces([&] { launcher->start(spec); }));
        }
        proc = heard.awaitStart(kKey);
        ASSERT_TRUE(testing::eventually([&] { return testing::processesWith(unique) >= 2; }))
            << output();
    }
    [[nodiscard]] pid_t init() const {
        for (const auto& process : readProcessTable()) {
            const bool other = process.who != proc.agent;
            if (process.parent == proc.shim.pid && other) return process.who.pid;
        }
        return 0;
    }
    void killThem() {
        const auto first = killed.find('i') != std::string::npos ? init() : 0;
        for (const char who : killed) {
            if (who == 'o') launcher.reset();
            if (who == 's') kill(proc.shim.pid, SIGKILL);
            if (who == 'a') kill(proc.agent.pid, SIGKILL);
            if (who == 'i') {
                ASSERT_NE(first, 0);
                kill(first, SIGKILL);
            }
        }
        if (!launcher) restart();
    }
    /// As a start does (pipeline/recovery.cpp).
    void lookAfterIt() {
        const auto lost = [&] { return launcher->look(kKey).lock != LockState::kHeld; };
        if (killed == "o") {
            launcher->watch(kKey);
            launcher->cancel(kKey);
        }
        ASSERT_TRUE(testing::eventually(lost));
        if (launcher->look(kKey).exit) return;
        EXPECT_TRUE(launcher->endOrphans(kKey));
    }
    const Table table = std::get<0>(GetParam());
    const std::string killed = std::get<1>(GetParam());
    const Child child = std::get<2>(GetParam());
    const ConfinementSupport support = confinementSupport();
    const std::string unique = "1000." + std::to_string(getpid());
    ProcRecord proc;
};

// proves X1, X5
TEST_P(OrphansTest, NothingOfTheAttemptLivesOnceItWasLookedAfter) {
    start();
    killThem();
    lookAfterIt();
    EXPECT_EQ(testing::processesWith(unique), 0);
}

/// As pid 1 of a container that collects nobody: the shim's heir is this process, which is busy.
TEST(UncollectedAgentTest, LeavesNothingThatCountsAsAlive) {
    if (!confinementSupport().own_processes) GTEST_SKIP() << describe(confinementSupport());
    ASSERT_EQ(prctl(PR_SET_CHILD_SUBREAPER, 1), 0);
    const auto shim = fork();
    if (shim == 0) {
        ProcessNamespace table;
        if (!table.enter()) _exit(2);
        if (fork() == 0) {
            for (;;) pause();
        }
        for (;;) pause();
    }
    const auto lives = [&] {
        return std::ranges::count_if(descendantsOf(getpid(), readProcessTable()),
                                     [](const auto& process) { return !process.ended; });
    };
    ASSERT_TRUE(testing::eventually([&] { return lives() == 3; }));
    kill(shim, SIGKILL);
    EXPECT_TRUE(testing::eventually([&] { return lives() == 0; }));
    EXPECT_EQ(prctl(PR_SET_CHILD_SUBREAPER, 0), 0);
    while (wait(nullptr) > 0) {
    }
}

INSTANTIATE_TEST_SUITE_P(
    Of,
    OrphansTest,
    ::testing::Combine(::testing::Values(Table::kOwn, Table::kShared),
                       ::testing::Values("o", "s", "i", "a", "oi", "os", "osa", "oas", "oisa"),
                       ::testing::Values(kSetsid, kDoubleFork, kBare, kHidden)),
    [](const auto& of) {
        return std::string{std::get<0>(of.param) == Table::kOwn ? "Own" : "Shared"} + "_" +
               std::get<1>(of.param) + "_" + std::get<2>(of.param).name;
    });

}  // namespace orch
