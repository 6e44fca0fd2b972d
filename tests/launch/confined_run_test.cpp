#include "launch/confined_run.hpp"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <thread>

#include "base/confinement.hpp"
#include "base/spawn.hpp"
#include "launch/launch_fixture.hpp"
#include "support/refuse_namespaces.hpp"

namespace orch {

using namespace std::chrono_literals;
using ::testing::HasSubstr;
using enum PathAccess;

/// One short command, run by the real orch-shim as confined as an attempt.
struct ConfinedRunTest : ::testing::Test {
    ConfinedRunTest() {
        replaceFile(dir / "hidden", "s3cret\n", Sync::kNo);
        std::filesystem::create_directory(dir / "own");
    }
    [[nodiscard]] RunOrder order(const std::string& script) const {
        return {
            .command = {"sh", "-c", script, "sh"},
            .folder = dir / "own",
            .environment = {"PATH=/usr/bin:/bin", "GIVEN=yes"},
            .confinement = Confinement{.paths = {{dir / "hidden", kNone}, {dir / "own", kWrite}}}};
    }
    [[nodiscard]] static RunResult runIt(const RunOrder& order, RunSpec bounds = {}) {
        const ConfinedRun confined(ORCH_SHIM, order, std::move(bounds));
        return run(confined.spec());
    }
    testing::TempDir dir;
    const std::string unique = "1000." + std::to_string(getpid());
};

TEST_F(ConfinedRunTest, StreamsExitCodeFolderAndEnvironmentAreTheCommands) {
    const auto result = runIt(order("echo out; echo err >&2; echo $GIVEN >file; exit 5"));
    EXPECT_EQ(result.exit_code, 5);
    EXPECT_EQ(result.output, "out\n");
    EXPECT_EQ(result.errors, "err\n");
    EXPECT_EQ(readFile(dir / "own/file"), "yes\n");
}

TEST_F(ConfinedRunTest, SignalThatEndsItShowsInTheCode) {
    EXPECT_EQ(runIt(order("kill -KILL $$")).exit_code, 128 + SIGKILL);
}

TEST_F(ConfinedRunTest, IsKeptFromWhatAnAttemptIsKeptFrom) {
    const auto support = confinementSupport();
    if (!support.files()) GTEST_SKIP() << describe(support);
    EXPECT_EQ(runIt(order("cat ../hidden || exit 7")).exit_code, 7);
    EXPECT_EQ(runIt(order("grep -q '^Seccomp:.2' /proc/self/status")).exit_code, 0);
}

TEST_F(ConfinedRunTest, WhatItLeftBehindEndsWithIt) {
    EXPECT_EQ(runIt(order("setsid sleep " + unique + " >/dev/null 2>&1 & exit 3")).exit_code, 3);
    EXPECT_EQ(testing::processesWith(unique), 0);
}

TEST_F(ConfinedRunTest, TimeoutEndsAllOfIt) {
    const auto result = runIt(
        order("setsid sleep " + unique + " >/dev/null 2>&1 & sleep " + unique), {.timeout = 200ms});
    EXPECT_TRUE(result.timed_out);
    EXPECT_TRUE(testing::eventually([&] { return testing::processesWith(unique) == 0; }));
}

TEST_F(ConfinedRunTest, CommandThatDoesNotListenIsKilledWithAllOfIt) {
    const auto result = runIt(order("trap '' TERM; setsid sleep " + unique +
                                    " >/dev/null 2>&1 & while :; do sleep " + unique + "; done"),
                              {.timeout = 200ms});
    EXPECT_TRUE(result.timed_out);
    EXPECT_TRUE(testing::eventually([&] { return testing::processesWith(unique) == 0; }));
}

TEST_F(ConfinedRunTest, LimitsHoldAndDoNotEndTheShim) {
    auto small = order("head -c 100000 /dev/zero >file; echo $?");
    small.limits.file_size = 4096;
    EXPECT_EQ(runIt(small).output, "153\n");  // SIGXFSZ
    EXPECT_EQ(std::filesystem::file_size(dir / "own/file"), 4096U);
    auto brief = order("while :; do :; done");
    brief.limits.cpu = 1s;
    EXPECT_EQ(runIt(brief).exit_code, 128 + SIGKILL);
    auto narrow = order("head -c 500M /dev/zero | tail -c 400M >/dev/null || exit 7");
    narrow.limits.address_space = 100U << 20U;
    EXPECT_EQ(runIt(narrow).exit_code, 7);
}

TEST_F(ConfinedRunTest, WhatCannotBeginSaysWhy) {
    auto missing = order("");
    missing.command = {"no-such-program"};
    const auto result = runIt(missing);
    EXPECT_EQ(result.exit_code, 127);
    EXPECT_THAT(result.errors, HasSubstr("cannot start no-such-program: No such file"));
    EXPECT_THAT(result.errors, HasSubstr("(searched in PATH /usr/bin:/bin)"));
}

TEST_F(ConfinedRunTest, OneOrderServesSeveralRunsAndTakesMoreWords) {
    const ConfinedRun confined(ORCH_SHIM, order("echo $1"));
    auto spec = confined.spec();
    spec.command.emplace_back("first");
    EXPECT_EQ(run(spec).output, "first\n");
    spec.command.back() = "second";
    EXPECT_EQ(run(spec).output, "second\n");
}

TEST_F(ConfinedRunTest, WithoutConfinementItIsAPlainRun) {
    auto plain = order("cat ../hidden");
    plain.confinement.reset();
    EXPECT_EQ(runIt(plain).output, "s3cret\n");
}

/// Who orders a run, as a process that is killed; with a process table for the run, and where the
/// kernel refuses one.
struct OwnedRunTest : ConfinedRunTest, ::testing::WithParamInterface<bool> {
    ~OwnedRunTest() override {
        if (owner > 0) end();
    }
    /// A command that does not listen, and what left its session: two processes with `unique`.
    [[nodiscard]] RunOrder stubborn() const {
        return order("trap '' TERM HUP INT; setsid sleep " + unique + " & sleep " + unique);
    }
    /// Does it in another process, in a thread that is not its first.
    void own(const std::function<void()>& what) {
        owner = fork();
        if (owner != 0) return;
        if (GetParam()) {
            std::thread(what).join();
        } else if (!testing::withoutNamespaces(what)) {
            _exit(2);
        }
        _exit(0);
    }
    void end() {
        kill(owner, SIGKILL);
        waitpid(owner, nullptr, 0);
        owner = -1;
    }
    [[nodiscard]] bool running(int processes) const {
        return testing::eventually([&] { return testing::processesWith(unique) == processes; });
    }
    void SetUp() override {
        const auto support = confinementSupport();
        if (GetParam() && !support.own_processes) GTEST_SKIP() << describe(support);
    }
    pid_t owner = -1;
};

// proves X5
TEST_P(OwnedRunTest, AllOfItEndsWithWhoeverOrderedIt) {
    own([&] { (void)runIt(stubborn()); });
    ASSERT_TRUE(running(2));
    end();
    EXPECT_TRUE(running(0));
}

/// git's --upload-pack: git, which goes on, starts the shim.
TEST_P(OwnedRunTest, ThroughAnotherProgramItEndsWithWhoeverOrderedIt) {
    own([&] {
        const ConfinedRun confined(ORCH_SHIM, stubborn());
        auto spec = confined.spec();
        spec.command = {"sh", "-c", "\"$@\"; :", "sh"};
        spec.command.insert(spec.command.end(), confined.words().begin(), confined.words().end());
        spec.environment = {"PATH=/usr/bin:/bin"};
        (void)run(spec);
    });
    ASSERT_TRUE(running(2));
    end();
    EXPECT_TRUE(running(0));
}

TEST_P(OwnedRunTest, ProgramBetweenThatEndsEndsItToo) {
    own([&] {
        const ConfinedRun confined(ORCH_SHIM, stubborn());
        auto spec = confined.spec();
        spec.command = {"sh", "-c", "echo $$ >\"$0\"; \"$@\"; :", dir / "between"};
        spec.command.insert(spec.command.end(), confined.words().begin(), confined.words().end());
        spec.environment = {"PATH=/usr/bin:/bin"};
        (void)run(spec);
    });
    ASSERT_TRUE(running(2));
    ASSERT_EQ(kill(std::stoi(readFile(dir / "between").value()), SIGKILL), 0);
    EXPECT_TRUE(running(0));
}

TEST_P(OwnedRunTest, ThreadThatStartedItMayEnd) {
    int ends[2];
    ASSERT_EQ(pipe2(ends, O_CLOEXEC), 0);
    const UniqueFd input{ends[0]};
    const UniqueFd told{ends[1]};
    const ConfinedRun confined(ORCH_SHIM, order("read word; echo $word >file; exit 3"));
    auto spec = confined.spec();
    spec.input = input.get();
    SpawnedChild child;
    const auto start = [&] { child = spawnPiped(spec); };
    if (GetParam()) {
        std::thread(start).join();
    } else {
        ASSERT_TRUE(testing::withoutNamespaces(start));
    }
    ASSERT_EQ(write(told.get(), "on\n", 3), 3);
    int status = 0;
    ASSERT_EQ(waitpid(child.pid, &status, 0), child.pid);
    EXPECT_EQ(WEXITSTATUS(status), 3);
    EXPECT_EQ(readFile(dir / "own/file"), "on\n");
}

TEST_P(OwnedRunTest, DoesNotBeginOnceWhoeverOrderedItIsGone) {
    own([] {});
    auto late = order("touch begun");
    late.owner = ProcessIdentity{owner, identityOf(owner).value_or(ProcessIdentity{}).start};
    end();
    const auto result = runIt(late);
    EXPECT_EQ(result.exit_code, 127);
    EXPECT_THAT(result.errors, HasSubstr("who ordered this has ended"));
    late.owner = identityOf(getpid());
    --late.owner->start;  // its number is another one's by now
    EXPECT_EQ(runIt(late).exit_code, 127);
    EXPECT_FALSE(std::filesystem::exists(dir / "own/begun"));
}

INSTANTIATE_TEST_SUITE_P(Table, OwnedRunTest, ::testing::Bool(), [](const auto& of) {
    return of.param ? "OfItsOwn" : "SharedWithAll";
});

}  // namespace orch
