#include "launch/confined_run.hpp"

#include <gmock/gmock.h>
#include <signal.h>
#include <unistd.h>

#include <chrono>

#include "base/confinement.hpp"
#include "launch/launch_fixture.hpp"

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

}  // namespace orch
