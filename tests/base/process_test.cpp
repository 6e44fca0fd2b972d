#include "base/process.hpp"

#include <gtest/gtest.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>

#include <thread>

#include "support/child.hpp"
#include "support/eventually.hpp"

namespace orch {

using testing::Child;
using testing::eventually;
using testing::waitForKill;

/// A name that looks like the fields behind it.
int renameAndStop() {
    prctl(PR_SET_NAME, "a) R 1 (b");
    raise(SIGSTOP);
    return 0;
}

int leadGroupAndStop() {
    setpgid(0, 0);
    raise(SIGSTOP);
    return waitForKill();
}

TEST(Process, ThisProcessIsAlive) {
    const auto self = identityOf(getpid());
    ASSERT_TRUE(self);
    EXPECT_EQ(observe(*self), Liveness::kAlive);
}

TEST(Process, ProcessUnderAReusedPidIsDead) {
    auto other = *identityOf(getpid());
    --other.start;
    EXPECT_EQ(observe(other), Liveness::kDead);
}

TEST(Process, ReapedProcessIsDeadAndHasNoIdentity) {
    Child child{waitForKill};
    const auto who = *identityOf(child.pid());
    kill(who.pid, SIGKILL);
    EXPECT_EQ(child.exitCode(), -1);
    EXPECT_EQ(observe(who), Liveness::kDead);
    EXPECT_FALSE(identityOf(who.pid));
}

TEST(Process, ZombieIsDead) {
    const Child child{waitForKill};
    const auto who = *identityOf(child.pid());
    kill(who.pid, SIGKILL);
    child.awaitState(WEXITED);
    EXPECT_EQ(observe(who), Liveness::kDead);
    EXPECT_FALSE(identityOf(who.pid));
}

TEST(Process, StoppedProcessIsAlive) {
    const Child child{renameAndStop};
    child.awaitState(WSTOPPED);
    const auto who = identityOf(child.pid());
    ASSERT_TRUE(who);
    EXPECT_EQ(observe(*who), Liveness::kAlive);
}

TEST(Process, NameThatLooksLikeFieldsDoesNotHideAZombie) {
    const Child child{renameAndStop};
    child.awaitState(WSTOPPED);
    const auto who = *identityOf(child.pid());
    kill(who.pid, SIGKILL);
    child.awaitState(WEXITED);
    EXPECT_EQ(observe(who), Liveness::kDead);
}

TEST(Process, NameThatLooksLikeFieldsDoesNotChangeTheStart) {
    const Child child{renameAndStop};
    const auto before = *identityOf(child.pid());
    child.awaitState(WSTOPPED);
    EXPECT_EQ(identityOf(child.pid()), before);
}

TEST(Process, ThreadIdIsNoProcess) {
    std::jthread thread([self = *identityOf(getpid())] {
        const auto tid = static_cast<pid_t>(syscall(SYS_gettid));
        EXPECT_FALSE(identityOf(tid));
        for (std::uint64_t tick = 0; tick < 200; ++tick) {  // the thread's own start is among them
            EXPECT_EQ(observe({tid, self.start + tick}), Liveness::kDead);
        }
    });
}

int endLeaderBeforeItsThread() {
    std::thread([] { waitForKill(); }).detach();
    syscall(SYS_exit, 0);  // ends this thread alone
    return 1;
}

bool isZombie(pid_t pid) {
    siginfo_t info{};
    return waitid(P_PID, static_cast<id_t>(pid), &info, WEXITED | WNOHANG | WNOWAIT) == 0 &&
           info.si_pid == pid;
}

bool leaderEnded(pid_t pid) {
    const auto link = "/proc/" + std::to_string(pid) + "/exe";
    char target[16];  // a task that gave up its memory has no exe any more
    return readlink(link.c_str(), target, sizeof target) < 0;
}

TEST(Process, LeaderThatEndedBeforeItsThreadsIsAlive) {
    const Child child{endLeaderBeforeItsThread};
    const auto who = *identityOf(child.pid());
    ASSERT_TRUE(eventually([&] { return leaderEnded(who.pid); }));
    EXPECT_FALSE(isZombie(who.pid));
    EXPECT_EQ(observe(who), Liveness::kAlive);
}

/// The answers of a process that can open nothing more.
int observeWithoutDescriptors() {
    const auto self = *identityOf(getpid());
    const rlimit none{0, 0};
    setrlimit(RLIMIT_NOFILE, &none);
    const bool unknown = observe(self) == Liveness::kUnknown &&
                         observeGroup(getpgrp()) == Liveness::kUnknown && !identityOf(self.pid);
    return unknown ? 0 : 1;
}

TEST(Process, RunningOutOfDescriptorsIsUnknownNotDead) {
    EXPECT_EQ(Child{observeWithoutDescriptors}.exitCode(), 0);
}

TEST(Process, PidThatNobodyCanHaveIsUnknown) {
    EXPECT_EQ(observe({0, 0}), Liveness::kUnknown);
    EXPECT_EQ(observe({-1, 0}), Liveness::kUnknown);
    EXPECT_EQ(observeGroup(0), Liveness::kUnknown);
}

TEST(ProcessGroup, LivesWithItsLeader) {
    const Child leader{leadGroupAndStop};
    leader.awaitState(WSTOPPED);
    EXPECT_EQ(observeGroup(leader.pid()), Liveness::kAlive);
}

TEST(ProcessGroup, OutlivesItsLeader) {
    const Child leader{leadGroupAndStop};
    leader.awaitState(WSTOPPED);
    const Child member{waitForKill};
    ASSERT_EQ(setpgid(member.pid(), leader.pid()), 0);
    kill(leader.pid(), SIGKILL);
    leader.awaitState(WEXITED);
    EXPECT_EQ(observeGroup(leader.pid()), Liveness::kAlive);
}

TEST(ProcessGroup, OfZombiesIsDead) {
    const Child leader{leadGroupAndStop};
    leader.awaitState(WSTOPPED);
    kill(leader.pid(), SIGKILL);
    leader.awaitState(WEXITED);
    EXPECT_EQ(observeGroup(leader.pid()), Liveness::kDead);
}

TEST(ProcessGroup, NobodyIsInIsDead) {
    Child leader{leadGroupAndStop};
    leader.awaitState(WSTOPPED);
    const auto group = leader.pid();
    kill(group, SIGKILL);
    EXPECT_EQ(leader.exitCode(), -1);
    EXPECT_EQ(observeGroup(group), Liveness::kDead);
}

TEST(BootId, IsTheKernelsAndStaysTheSame) {
    EXPECT_EQ(bootId().size(), 36U);
    EXPECT_EQ(bootId(), bootId());
}

}  // namespace orch
