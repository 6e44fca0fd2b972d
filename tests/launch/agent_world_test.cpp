#include <signal.h>

#include "base/error.hpp"
#include "launch/launch_fixture.hpp"

namespace orch {

/// What the agent finds: environment, descriptors, signals, streams.
struct AgentWorldTest : testing::LaunchTest {};

TEST_F(AgentWorldTest, EnvironmentIsTheGivenOnePlusTheAttempts) {
    auto spec = script("env | sort");
    spec.environment = {"PATH=/usr/bin:/bin", "A=b c", "ORCH_JOB=99"};
    (void)run(spec);
    const auto text = output();
    EXPECT_NE(text.find("A=b c\nORCH_ATTEMPT=1\nORCH_ATTEMPT_MARK=7.1-"), std::string::npos)
        << text;
    EXPECT_NE(text.find("\nORCH_JOB=7\nORCH_TASK=T-3\nPATH=/usr/bin:/bin\nPWD="), std::string::npos)
        << text;
    EXPECT_EQ(text.find("ORCH_JOB=99"), std::string::npos);
}

TEST_F(AgentWorldTest, NoDescriptorIsInheritedTheLockLeastOfAll) {
    (void)run(script("exec ls /proc/self/fd"));
    EXPECT_EQ(output(), "0\n1\n2\n3\n");  // 3 is ls reading the folder
}

TEST_F(AgentWorldTest, StandardInputIsEmpty) {
    (void)run(script("wc -c"));
    EXPECT_EQ(output(), "0\n");
}

TEST_F(AgentWorldTest, SignalsAreNeitherBlockedNorIgnored) {
    signal(SIGUSR1, SIG_IGN);
    (void)run(script("exec sed -nE 's/Sig(Blk|Ign):\\s*//p' /proc/self/status"));
    signal(SIGUSR1, SIG_DFL);
    constexpr std::uint64_t kGlibcsOwn = 0x180000000;  // 32 and 33 cannot be set through glibc
    EXPECT_EQ(std::stoull(output().substr(0, 16), nullptr, 16), 0U);
    EXPECT_EQ(std::stoull(output().substr(17, 16), nullptr, 16) & ~kGlibcsOwn, 0U);
}

TEST_F(AgentWorldTest, AgentLeadsAGroupOfItsOwnInTheShimsSession) {
    launcher->start(script("exec sleep 60"));
    const auto proc = heard.awaitStart(kKey);
    EXPECT_EQ(getpgid(proc.agent.pid), proc.agent.pid);
    EXPECT_EQ(getsid(proc.agent.pid), proc.shim.pid);
    EXPECT_EQ(proc.boot_id, bootId());
}

TEST_F(AgentWorldTest, ProcRecordExistsBeforeTheFirstInstruction) {
    auto spec = script("");
    spec.command = {"cat", inFolder("proc.json").string()};
    (void)run(spec);
    EXPECT_NE(output().find("\"agent\":{\"pid\":"), std::string::npos);
}

TEST_F(AgentWorldTest, PromptIsInTheAttemptsFolder) {
    (void)run(script("cat jobs/7.1/prompt.md"));
    EXPECT_EQ(output(), "do it\n");
}

TEST_F(AgentWorldTest, InvalidUtf8AndNulsPassUntouched) {
    (void)run(script(R"(printf 'a\377\200\000b\n'; printf 'err\n' >&2)"));
    EXPECT_EQ(output(), std::string("a\xff\x80\0b\nerr\n", 10));
}

TEST_F(AgentWorldTest, EnvironmentThatIsNotUtf8IsRefusedByName) {
    auto spec = script("exit 0");
    spec.environment.push_back("NAME=\xff");
    EXPECT_THROW(
        {
            try {
                launcher->start(spec);
            } catch (const LaunchError& error) {
                EXPECT_NE(std::string{error.what()}.find("variable NAME"), std::string::npos);
                throw;
            }
        },
        LaunchError);
    EXPECT_TRUE(launcher->folders().empty());
}

TEST_F(AgentWorldTest, EmptyCommandIsRefused) {
    auto spec = script("");
    spec.command.clear();
    EXPECT_THROW(launcher->start(spec), LaunchError);
}

TEST_F(AgentWorldTest, ShimAddsNothingToTheOutput) {
    (void)run(script("exit 0"));
    EXPECT_EQ(output(), "");
}

}  // namespace orch
