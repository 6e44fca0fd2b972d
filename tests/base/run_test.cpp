#include "base/run.hpp"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <signal.h>

#include "base/error.hpp"
#include "base/files.hpp"
#include "support/temp_dir.hpp"

namespace orch {

using namespace std::chrono_literals;
using testing::TempDir;

namespace {

RunSpec shell(const std::string& script) {
    RunSpec spec;
    spec.command = {"sh", "-c", script};
    spec.environment = {"PATH=/usr/bin:/bin", "GREETING=hello"};
    spec.timeout = 60s;
    return spec;
}

}  // namespace

TEST(Run, GivesExitCodeAndBothStreams) {
    const auto result = run(shell("echo out; echo err >&2; exit 3"));
    EXPECT_EQ(result.exit_code, 3);
    EXPECT_EQ(result.output, "out\n");
    EXPECT_EQ(result.errors, "err\n");
    EXPECT_FALSE(result.timed_out);
}

TEST(Run, ArgumentsAreNotReadByAShell) {
    RunSpec spec = shell("");
    spec.command = {"printf", "%s|", "a b", "$HOME", "ü;*"};
    EXPECT_EQ(run(spec).output, "a b|$HOME|ü;*|");
}

TEST(Run, OnlyTheGivenEnvironmentIsSeen) {
    setenv("ORCH_RUN_TEST_SECRET", "x", 1);
    EXPECT_EQ(run(shell("echo $GREETING$ORCH_RUN_TEST_SECRET")).output, "hello\n");
}

TEST(Run, RunsInTheGivenFolder) {
    const TempDir dir;
    auto spec = shell("pwd");
    spec.folder = dir.path();
    EXPECT_EQ(run(spec).output, dir.path().string() + "\n");
}

TEST(Run, StandardInputIsEmpty) {
    EXPECT_EQ(run(shell("cat; echo end")).output, "end\n");
}

TEST(Run, NoDescriptorIsInherited) {
    const UniqueFd leaky{open("/dev/null", O_RDONLY)};  // without O_CLOEXEC on purpose
    const auto seen = "/proc/$$/fd/" + std::to_string(leaky.get());
    EXPECT_EQ(run(shell("test ! -e " + seen)).exit_code, 0);
}

TEST(Run, BlockedAndIgnoredSignalsAreNotInherited) {
    sigset_t term;
    sigemptyset(&term);
    sigaddset(&term, SIGTERM);
    pthread_sigmask(SIG_BLOCK, &term, nullptr);
    const auto previous = signal(SIGPIPE, SIG_IGN);
    const auto terminated = run(shell("kill -TERM $$")).exit_code;
    const auto broken_pipe = run(shell("kill -PIPE $$")).exit_code;
    signal(SIGPIPE, previous);
    pthread_sigmask(SIG_UNBLOCK, &term, nullptr);
    EXPECT_EQ(terminated, 128 + SIGTERM);
    EXPECT_EQ(broken_pipe, 128 + SIGPIPE);
}

TEST(Run, OutputBeyondTheLimitIsReadAndDropped) {
    auto spec = shell("head -c 5000000 /dev/zero; echo done >&2");
    spec.output_limit = 1000;
    const auto result = run(spec);
    EXPECT_EQ(result.output.size(), 1000U);
    EXPECT_TRUE(result.output_cut);
    EXPECT_EQ(result.errors, "done\n");
}

TEST(Run, ASignalIsToldAs128AndItsNumber) {
    EXPECT_EQ(run(shell("kill -KILL $$")).exit_code, 128 + SIGKILL);
}

TEST(Run, TheTimeLimitEndsTheWholeGroup) {
    auto spec = shell("sleep 600 & echo $!; wait");
    spec.timeout = 300ms;
    const auto result = run(spec);
    EXPECT_TRUE(result.timed_out);
    EXPECT_EQ(result.exit_code, 128 + SIGTERM);
    const auto background = run(shell("ps -o stat= -p " + result.output)).output;
    EXPECT_TRUE(background.empty() || background.front() == 'Z') << background;
}

TEST(Run, ADescriptorThatCanBeReadEndsTheWholeGroup) {
    std::array<int, 2> ends{};
    ASSERT_EQ(pipe2(ends.data(), O_CLOEXEC), 0);
    const UniqueFd stop{ends[0]};
    const UniqueFd writer{ends[1]};
    auto spec = shell("sleep 600 & echo $!; wait");
    spec.stop = stop.get();
    ASSERT_EQ(write(writer.get(), "x", 1), 1);
    const auto result = run(spec);
    EXPECT_TRUE(result.stopped);
    EXPECT_FALSE(result.timed_out);
    EXPECT_EQ(result.exit_code, 128 + SIGTERM);
}

TEST(Run, AGroupThatIgnoresSigtermIsKilled) {
    auto spec = shell("trap '' TERM; while :; do :; done");
    spec.timeout = 100ms;
    EXPECT_EQ(run(spec).exit_code, 128 + SIGKILL);
}

TEST(Run, ABackgroundWriterIsNotWaitedFor) {
    const auto result = run(shell("(while echo noise; do :; done) 2>/dev/null & echo $! >&2"));
    EXPECT_FALSE(result.timed_out);
    EXPECT_EQ(result.exit_code, 0);
}

TEST(Run, AMissingProgramIsNamed) {
    RunSpec spec = shell("");
    spec.command = {"no-such-program"};
    try {
        static_cast<void>(run(spec));
        FAIL() << "started";
    } catch (const Error& error) {
        EXPECT_STREQ(error.what(), "cannot start no-such-program: No such file or directory");
    }
}

TEST(Run, AMissingFolderIsNamed) {
    auto spec = shell("true");
    spec.folder = "/no/such/folder";
    EXPECT_THROW(static_cast<void>(run(spec)), Error);
}

}  // namespace orch
