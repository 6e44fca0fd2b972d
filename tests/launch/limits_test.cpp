#include <sys/resource.h>

#include <cstdlib>
#include <filesystem>

#include "launch/launch_fixture.hpp"

namespace orch {

using namespace std::chrono_literals;

struct LimitsTest : testing::LaunchTest {};

TEST_F(LimitsTest, DeadlineEndsTheAgentAsTimedOut) {
    auto spec = script("exec sleep 60");
    spec.timeout = 200ms;
    const auto seen = run(spec);
    ASSERT_TRUE(seen.exit);
    EXPECT_EQ(seen.exit->outcome, Outcome::kTimedOut);
    EXPECT_EQ(seen.exit->killed_by, KilledBy::kDeadline);
    EXPECT_EQ(seen.exit->detail, "still running after 0.2 s");
    EXPECT_EQ(launcher->look(kKey).agent, Liveness::kDead);
}

TEST_F(LimitsTest, AgentMayUseItsGraceToFinish) {
    auto spec = script("trap 'echo saved; exit 0' TERM; while :; do sleep 0.05; done");
    spec.timeout = 200ms;
    spec.grace = 30s;
    const auto seen = run(spec);
    ASSERT_TRUE(seen.exit);
    EXPECT_TRUE(output().ends_with("saved\n")) << output();
    EXPECT_EQ(seen.exit->outcome, Outcome::kTimedOut);
    EXPECT_EQ(seen.exit->exit_code, 0);
}

TEST_F(LimitsTest, StoppedAgentIsEndedToo) {
    auto spec = script("kill -STOP $$; sleep 60");
    spec.timeout = 200ms;
    EXPECT_EQ(run(spec).exit.value().outcome, Outcome::kTimedOut);
}

TEST_F(LimitsTest, ID3AgentThatEmitsNothingIsStalledFromItsStart) {
    auto spec = script("exec sleep 60");
    spec.stall = 400ms;
    const auto seen = run(spec);
    ASSERT_TRUE(seen.exit);
    EXPECT_EQ(seen.exit->outcome, Outcome::kTimedOut);
    EXPECT_EQ(seen.exit->killed_by, KilledBy::kStall);
    EXPECT_EQ(seen.exit->detail, "no output and no CPU use for 0.4 s");
}

TEST_F(LimitsTest, OutputKeepsAnAgentFromBeingStalled) {
    auto spec = script("for i in 1 2 3 4 5 6 7 8; do echo $i; sleep 0.2; done; exit 4");
    spec.stall = 1200ms;
    EXPECT_EQ(run(spec).exit.value().exit_code, 4);
}

TEST_F(LimitsTest, ID4SilentAgentThatUsesCpuIsNotStalled) {
    auto spec = script("timeout 2 sh -c 'while :; do :; done'; exit 4");
    spec.stall = 1s;
    EXPECT_EQ(run(spec).exit.value().exit_code, 4);
}

TEST_F(LimitsTest, ID4CpuUseOfADetachedProcessCountsToo) {
    auto spec = script("setsid timeout 2 sh -c 'while :; do :; done' & wait; exit 4");
    spec.stall = 1s;
    EXPECT_EQ(run(spec).exit.value().exit_code, 4);
}

TEST_F(LimitsTest, OutputBeyondTheLimitIsCountedNotKept) {
    auto spec = script("printf 0123456789; printf abc; exit 3");
    spec.output_limit = 12;
    const auto seen = run(spec);
    EXPECT_EQ(output(), "0123456789ab\n[orchd: 1 bytes of output discarded, limit 12B]\n");
    EXPECT_EQ(seen.exit.value().output_bytes, 13U);
    EXPECT_EQ(seen.exit.value().exit_code, 3);
}

TEST_F(LimitsTest, OutputUpToTheLimitIsKeptWhole) {
    auto spec = script("printf 0123456789");
    spec.output_limit = 10;
    (void)run(spec);
    EXPECT_EQ(output(), "0123456789");
}

TEST_F(LimitsTest, IE12GigabytesOfOutputMakeABoundedFile) {
    const bool thorough = std::getenv("ORCH_LONG_TESTS") != nullptr;
    const std::uint64_t megabytes = thorough ? 2000 : 300;
    auto spec = script("yes | head -c " + std::to_string(megabytes) + "MB; exit 3");
    spec.output_limit = 1'000'000;
    const auto seen = run(spec);
    EXPECT_EQ(seen.exit.value().exit_code, 3);
    EXPECT_EQ(seen.exit.value().output_bytes, megabytes * 1'000'000);
    EXPECT_LT(std::filesystem::file_size(inFolder("out.log")), 1'000'100U);
    EXPECT_LT(seen.exit.value().max_rss_kb, 50'000);
}

/// With Linux's usual answer to it, SIGXFSZ, it would be gone without a record.
TEST_F(LimitsTest, ShimOutlivesALimitOnFilesAndRecordsTheEndOnceItMay) {
    const auto proc = startAndAwait(script("while ! test -e go; do sleep 0.01; done; echo out"));
    rlimit limit{};
    ASSERT_EQ(prlimit(proc.shim.pid, RLIMIT_FSIZE, nullptr, &limit), 0);
    const rlimit none{0, limit.rlim_max};
    ASSERT_EQ(prlimit(proc.shim.pid, RLIMIT_FSIZE, &none, nullptr), 0);
    replaceFile(dir / "go", "", Sync::kNo);
    EXPECT_TRUE(testing::dies(proc.agent));
    EXPECT_EQ(observe(proc.shim), Liveness::kAlive);
    ASSERT_EQ(prlimit(proc.shim.pid, RLIMIT_FSIZE, &limit, nullptr), 0);
    EXPECT_EQ(heard.awaitEnd(kKey).exit->exit_code, 0);
}

}  // namespace orch
