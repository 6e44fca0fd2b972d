#include <signal.h>

#include "launch/launch_fixture.hpp"

namespace orch {

using namespace std::chrono_literals;
using testing::dies;

/// What an agent started must not outlive its attempt.
struct LeftoversTest : testing::LaunchTest {};

TEST_F(LeftoversTest, ID10SetsidServerEndsWithTheJob) {
    const auto seen =
        run(script("setsid sh -c 'echo $$ > server; exec sleep 60' & "
                   "while [ ! -s server ]; do sleep 0.01; done; exit 5"));
    EXPECT_EQ(seen.exit.value().exit_code, 5);
    EXPECT_EQ(identityOf(std::stoi(file("server"))), std::nullopt);
}

TEST_F(LeftoversTest, ID10DoubleForkedDaemonWithACleanEnvironmentEndsWithTheJob) {
    const auto seen =
        run(script("(env -i setsid sh -c 'echo $$ > server; exec /bin/sleep 60 >/dev/null 2>&1' &) "
                   "; while [ ! -s server ]; do sleep 0.01; done; exit 5"));
    EXPECT_EQ(seen.exit.value().exit_code, 5);
    EXPECT_EQ(identityOf(std::stoi(file("server"))), std::nullopt);
}

TEST_F(LeftoversTest, LeftoverMayFinishWithinItsGrace) {
    auto spec = script(
        "setsid sh -c \"trap 'echo flushed > end; exit' TERM; echo $$ > server; "
        "while :; do sleep 0.02; done\" & "
        "while [ ! -s server ]; do sleep 0.01; done");
    spec.grace = 30s;
    EXPECT_EQ(run(spec).exit.value().exit_code, 0);
    EXPECT_EQ(file("end"), "flushed\n");
}

TEST_F(LeftoversTest, LeftoverThatIgnoresSigtermIsKilled) {
    const auto seen =
        run(script("setsid sh -c \"trap '' TERM; echo $$ > server; "
                   "while :; do sleep 1; done\" & "
                   "while [ ! -s server ]; do sleep 0.01; done; exit 5"));
    EXPECT_EQ(seen.exit.value().exit_code, 5);
    EXPECT_EQ(seen.exit.value().killed_by, KilledBy::kNobody);
    EXPECT_EQ(identityOf(std::stoi(file("server"))), std::nullopt);
}

TEST_F(LeftoversTest, StoppedTreeIsEnded) {
    const auto seen =
        run(script("sh -c 'echo $$ > child; kill -STOP $$; sleep 60' & "
                   "while [ ! -s child ]; do sleep 0.01; done; exit 5"));
    EXPECT_EQ(seen.exit.value().exit_code, 5);
    EXPECT_EQ(identityOf(std::stoi(file("child"))), std::nullopt);
}

TEST_F(LeftoversTest, CancelEndsTheWholeTreeThoughItIgnoresSigterm) {
    launcher->start(
        script("trap '' TERM; setsid sh -c 'echo $$ > server; sleep 60' & "
               "echo $$ > agent; while :; do sleep 1; done"));
    const auto agent = processIn("agent");
    const auto server = processIn("server");
    launcher->cancel(kKey);
    const auto seen = heard.awaitEnd(kKey);
    EXPECT_EQ(seen.exit.value().outcome, Outcome::kCancelled);
    EXPECT_EQ(seen.exit.value().killed_by, KilledBy::kRequest);
    EXPECT_EQ(seen.exit.value().signal, SIGKILL);
    EXPECT_EQ(observe(agent), Liveness::kDead);
    EXPECT_EQ(observe(server), Liveness::kDead);
}

TEST_F(LeftoversTest, CancelRightAfterTheStartIsNotLost) {
    launcher->start(script("sleep 60"));
    launcher->cancel(kKey);
    EXPECT_EQ(heard.awaitEnd(kKey).exit.value().outcome, Outcome::kCancelled);
}

TEST_F(LeftoversTest, CancelOfNobodyDoesNothing) {
    launcher->cancel({JobId{99}, 1});
    EXPECT_EQ(run(script("exit 2")).exit.value().exit_code, 2);
}

TEST_F(LeftoversTest, CancelAfterTheEndChangesNothing) {
    (void)run(script("exit 2"));
    launcher->cancel(kKey);
    EXPECT_EQ(launcher->look(kKey).exit.value().exit_code, 2);
    EXPECT_EQ(heard.ends(kKey), 1U);
}

}  // namespace orch
