#include <gmock/gmock.h>
#include <sys/prctl.h>
#include <unistd.h>

#include <algorithm>
#include <sstream>

#include "base/confinement.hpp"
#include "launch/launch_fixture.hpp"
#include "support/refuse_namespaces.hpp"

namespace orch {

namespace fs = std::filesystem;
using ::testing::HasSubstr;
using enum PathAccess;

namespace {

/// Not the same where there is no filter: what another protection refuses all the same.
enum class Table { kOwn, kShared };

bool runsOnPath(const std::string& program) {
    return fs::exists("/usr/bin/" + program) || fs::exists("/bin/" + program);
}

}  // namespace

/// The boundary around an agent, tried from inside; with a process table of its own, and where the
/// kernel refuses one.
struct BoundaryTest : testing::LaunchTest, ::testing::WithParamInterface<Table> {
    void SetUp() override {
        if (!support.filter) GTEST_SKIP() << describe(support);
        if (GetParam() == Table::kOwn && !support.own_processes) GTEST_SKIP() << describe(support);
        fs::create_directories(dir / "own");
        prctl(PR_SET_DUMPABLE, 0);  // as orchd is, for which this process stands
    }
    void TearDown() override { prctl(PR_SET_DUMPABLE, 1); }
    [[nodiscard]] StartSpec confined(const std::string& text) const {
        auto spec = script(text);
        spec.folder = dir / "own";
        spec.environment.push_back("HOME=" + (dir / "own").string());
        spec.confinement = Confinement{.paths = {{dir / "jobs", kNone}, {dir / "own", kWrite}}};
        return spec;
    }
    /// Through the launcher, in the world that the parameter says.
    void startIn(const StartSpec& spec) {
        if (GetParam() == Table::kOwn) return launcher->start(spec);
        ASSERT_TRUE(testing::withoutNamespaces([&] { launcher->start(spec); }));
    }
    int codeOf(const std::string& text) {
        startIn(confined(text));
        return heard.awaitEnd(kKey).exit->exit_code.value_or(-1);
    }
    /// Every line that orch-attack told, of an agent like this.
    std::vector<std::string> tried(StartSpec spec) {
        spec.command = {
            "sh",
            "-c",
            "while ! test -s shim; do sleep 0.01; done; exec " ORCH_ATTACK " process orchd " +
                std::to_string(getpid()) + " process shim $(cat shim) user - - kernel - -"};
        startIn(spec);
        replaceFile(dir / "own/shim", std::to_string(heard.awaitStart(kKey).shim.pid), Sync::kNo);
        EXPECT_EQ(heard.awaitEnd(kKey).exit->exit_code, 0);
        std::vector<std::string> lines;
        std::istringstream told(output());
        for (std::string line; std::getline(told, line);) lines.push_back(line);
        return lines;
    }
    /// The names of those that worked.
    std::vector<std::string> workedOf(const std::vector<std::string>& lines) {
        std::vector<std::string> names;
        for (const auto& line : lines) {
            if (line.ends_with(" worked")) names.push_back(line.substr(0, line.find(' ')));
        }
        return names;
    }
    const ConfinementSupport support = confinementSupport();
};

// proves X5
TEST_P(BoundaryTest, NothingThatLeadsOutOfItWorks) {
    if (!support.files() || !support.signals()) GTEST_SKIP() << describe(support);
    const auto lines = tried(confined(""));
    EXPECT_GE(lines.size(), 48U) << output();
    auto worked = workedOf(lines);
    // In a table of its own "all of this user's" are its own.
    if (GetParam() == Table::kOwn)
        std::erase_if(worked, [](const auto& name) { return name.ends_with("_of_user"); });
    EXPECT_THAT(worked, ::testing::IsEmpty()) << output();
}

TEST_P(BoundaryTest, MostOfItWorksWithoutConfinement) {
    if (GetParam() == Table::kShared) GTEST_SKIP() << "it has none anyway";
    auto spec = script("");
    spec.folder = dir / "own";
    const auto worked = workedOf(tried(spec));
    for (const auto* name : {"prlimit_orchd",
                             "prlimit_shim",
                             "kill_orchd",
                             "sched_setaffinity_orchd",
                             "setpriority_shim",
                             "ioprio_set_orchd",
                             "setpriority_of_user",
                             "clone3",
                             "keyring"}) {
        EXPECT_THAT(worked, ::testing::Contains(name)) << output();
    }
}

TEST_P(BoundaryTest, RecordSaysWhatIsReallyInForce) {
    startIn(confined("exit 0"));
    const auto said = heard.awaitEnd(kKey).proc->confinement;
    EXPECT_EQ(said.find("own process table") != std::string::npos, GetParam() == Table::kOwn)
        << said;
    EXPECT_THAT(said, ::testing::EndsWith("; filter"));
}

TEST_P(BoundaryTest, NoCapabilityIsLeftThatLeadsOut) {
    if (getuid() != 0) GTEST_SKIP() << "only root has any";
    EXPECT_EQ(codeOf("grep -q '^NoNewPrivs:.1' /proc/self/status && grep Cap /proc/self/status"),
              0);
    const auto kill = GetParam() == Table::kOwn ? "4fb\n" : "4db\n";
    for (const auto* set :
         {"CapPrm:\t0000000000000", "CapEff:\t0000000000000", "CapBnd:\t0000000000000"}) {
        EXPECT_THAT(output(), HasSubstr(set + std::string{kill}));
    }
    EXPECT_THAT(output(), HasSubstr("CapInh:\t0000000000000000"));
    EXPECT_THAT(output(), HasSubstr("CapAmb:\t0000000000000000"));
}

TEST_P(BoundaryTest, OrdinaryWorkGoesOn) {
    const auto in_proc = GetParam() == Table::kShared || support.own_proc;
    if (!in_proc) GTEST_SKIP() << describe(support);
    EXPECT_EQ(codeOf(R"sh(set -eu
git init -q r; cd r; echo x >f; git add f
git -c user.name=A -c user.email=a@b commit -q -m one; git gc --quiet; cd ..
printf 'all:\n\techo made >made\n' >Makefile; make -s; test "$(cat made)" = made
timeout 10 true; nice -n 5 true; nohup true >/dev/null 2>&1
sleep 1000 & child=$!
ps -p "$child" >/dev/null; test -d "/proc/$child"; test "$(cat /proc/self/comm)" = cat
kill "$child"; wait "$child" || test $? = 143
(trap 'exit 7' USR1; kill -USR1 "$(sh -c 'echo $PPID')"; sleep 1) || test $? = 7
setsid sh -c 'exit 3' || test $? = 3
ulimit -n 64
)sh"),
              0)
        << output();
}

TEST_P(BoundaryTest, InterpretersAndThreadsGoOn) {
    if (!runsOnPath("python3")) GTEST_SKIP() << "no python3";
    EXPECT_EQ(codeOf(R"sh(exec python3 -c '
import multiprocessing, os, resource, socket, subprocess, threading
t = threading.Thread(target=lambda: None); t.start(); t.join()
assert subprocess.run(["true"]).returncode == 0
with multiprocessing.get_context("fork").Pool(2) as pool: assert pool.map(abs, [-1]) == [1]
os.sched_setaffinity(0, os.sched_getaffinity(0)); os.nice(1)
resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
a, b = socket.socketpair(); a.send(b"x"); assert b.recv(1) == b"x"
s = socket.create_server(("127.0.0.1", 0)); socket.create_connection(s.getsockname()).close()
'
)sh"),
              0)
        << output();
}

/// Debuggers, and LeakSanitizer in whoever tests with it.
TEST_P(BoundaryTest, OwnChildrenAreTraced) {
    if (!runsOnPath("strace")) GTEST_SKIP() << "no strace";
    EXPECT_EQ(codeOf("strace -f -o trace true && grep -q exited trace"), 0) << output();
}

TEST_P(BoundaryTest, NeighboursInItsOwnTableMayBeSlowedDown) {
    if (GetParam() == Table::kShared) GTEST_SKIP() << "nobody's number may be named there";
    EXPECT_EQ(codeOf("sleep 1000 & renice -n 5 -p $! >/dev/null && prlimit --pid $! --nofile=32"
                     " && taskset -p 1 $! >/dev/null && kill $!"),
              0)
        << output();
}

INSTANTIATE_TEST_SUITE_P(Table,
                         BoundaryTest,
                         ::testing::Values(Table::kOwn, Table::kShared),
                         [](const auto& of) {
                             return of.param == Table::kOwn ? "OfItsOwn" : "SharedWithAll";
                         });

}  // namespace orch
