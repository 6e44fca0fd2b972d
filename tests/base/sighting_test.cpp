#include "base/sighting.hpp"

#include <gtest/gtest.h>
#include <sched.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>

#include <fstream>
#include <memory>
#include <thread>

#include "support/child.hpp"
#include "support/eventually.hpp"

namespace orch {

using testing::Child;
using testing::eventually;
using testing::waitForKill;

namespace {

constexpr Sighting kThere{Liveness::kAlive, SeenBy::kIdentity};

Sighting seen(const ProcessIdentity& who) {
    ProcessLook look;
    const auto in_bulk = look.examine(who.pid, who.start);
    EXPECT_EQ(in_bulk, examine(who));
    return in_bulk;
}

/// A name that looks like the fields behind it: a zombie would read as running.
int renameAndStop() {
    prctl(PR_SET_NAME, "a) R 1 (b");
    raise(SIGSTOP);
    return 0;
}

}  // namespace

TEST(SightingTest, ProcessIsKnownByItsStart) {
    EXPECT_EQ(seen(*identityOf(getpid())), kThere);
}

TEST(SightingTest, EndedProcessIsAZombieThenGone) {
    Child child{waitForKill};
    const auto who = *identityOf(child.pid());
    kill(who.pid, SIGKILL);
    child.awaitState(WEXITED);
    EXPECT_EQ(seen(who), (Sighting{Liveness::kDead, SeenBy::kZombie}));
    (void)child.exitCode();
    EXPECT_EQ(seen(who), (Sighting{Liveness::kDead, SeenBy::kGone}));
}

TEST(SightingTest, StoppedProcessWithAMisleadingNameIsAlive) {
    const Child child{renameAndStop};
    child.awaitState(WSTOPPED);
    EXPECT_EQ(seen(*identityOf(child.pid())), kThere);
}

TEST(SightingTest, MisleadingNameDoesNotHideAZombie) {
    const Child child{renameAndStop};
    child.awaitState(WSTOPPED);
    const auto who = *identityOf(child.pid());
    kill(who.pid, SIGKILL);
    child.awaitState(WEXITED);
    EXPECT_EQ(seen(who), (Sighting{Liveness::kDead, SeenBy::kZombie}));
}

TEST(SightingTest, OtherStartIsAReusedPid) {
    auto other = *identityOf(getpid());
    --other.start;
    EXPECT_EQ(seen(other), (Sighting{Liveness::kDead, SeenBy::kPidReused}));
}

/// The start of a thread, which no process of that number has.
std::uint64_t startOfThread(pid_t tid) {
    for (auto start = identityOf(getpid())->start;; ++start) {
        if (examine({tid, start}).by != SeenBy::kPidReused) return start;
    }
}

TEST(SightingTest, ThreadIdIsDeadEvenWithTheThreadsOwnStart) {
    std::jthread thread([] {
        const auto tid = static_cast<pid_t>(syscall(SYS_gettid));
        EXPECT_EQ(seen({tid, startOfThread(tid)}), (Sighting{Liveness::kDead, SeenBy::kThreadId}));
    });
}

TEST(SightingTest, WithoutAStartOnlyAbsenceIsKnown) {
    Child child{waitForKill};
    const auto pid = child.pid();
    EXPECT_EQ(ProcessLook().examine(pid, {}), (Sighting{Liveness::kUnknown, SeenBy::kNoStart}));
    kill(pid, SIGKILL);
    (void)child.exitCode();
    EXPECT_EQ(ProcessLook().examine(pid, {}), (Sighting{Liveness::kDead, SeenBy::kGone}));
}

TEST(SightingTest, PidThatNobodyCanHaveIsUnknown) {
    EXPECT_EQ(seen({0, 0}), (Sighting{Liveness::kUnknown, SeenBy::kNoPid}));
    EXPECT_EQ(seen({-1, 0}), (Sighting{Liveness::kUnknown, SeenBy::kNoPid}));
}

/// The answers of a process that can open nothing more.
int lookWithoutDescriptors() {
    const auto self = *identityOf(getpid());
    const rlimit none{0, 0};
    setrlimit(RLIMIT_NOFILE, &none);
    const Sighting unreadable{Liveness::kUnknown, SeenBy::kUnreadable};
    ProcessLook look;
    const bool unknown = look.examine(self.pid, self.start) == unreadable &&
                         examine(self) == unreadable && !look.othersInGroup(getpgrp());
    return unknown ? 0 : 1;
}

TEST(SightingTest, RunningOutOfDescriptorsIsUnknownNotDead) {
    EXPECT_EQ(Child{lookWithoutDescriptors}.exitCode(), 0);
}

/// A stranger's process exists for whoever may not signal it: what counts is its identity.
int lookAsNobody() {
    if (setresuid(65534, 65534, 65534) != 0) return 2;
    const auto parent = identityOf(getppid());
    if (!parent || kill(getppid(), 0) == 0) return 3;
    return examine(*parent) == kThere ? 0 : 1;
}

TEST(SightingTest, ProcessThatMayNotBeSignalledIsComparedByIdentity) {
    if (geteuid() != 0) GTEST_SKIP() << "needs root to become another user";
    EXPECT_EQ(Child{lookAsNobody}.exitCode(), 0);
}

int leadAndLeaveOne() {
    setpgid(0, 0);
    if (fork() == 0) return waitForKill();
    raise(SIGSTOP);
    return waitForKill();
}

TEST(SightingTest, GroupIsCountedWithoutItsLeader) {
    Child leader{leadAndLeaveOne};
    leader.awaitState(WSTOPPED);
    EXPECT_EQ(ProcessLook().othersInGroup(leader.pid()), 1);
    const auto group = leader.pid();
    kill(leader.pid(), SIGKILL);
    (void)leader.exitCode();
    EXPECT_EQ(ProcessLook().othersInGroup(group), 1);
    kill(-group, SIGKILL);
    EXPECT_TRUE(eventually([&] { return ProcessLook().othersInGroup(group) == 0; }));
}

constexpr int kNotAllowed = 77;

/// Forks until a child gets `pid`, helped along where the kernel lets us; nothing when none did.
std::unique_ptr<Child> reuse(pid_t pid) {
    for (int tries = 0; tries < 40'000; ++tries) {
        std::ofstream("/proc/sys/kernel/ns_last_pid") << pid - 1;
        auto child = std::make_unique<Child>(waitForKill);
        if (child->pid() == pid) return child;
    }
    return {};
}

/// As the first process of a pid namespace of its own.
int watchAPidBeingReused() {
    if (mount(nullptr, "/", nullptr, MS_REC | MS_PRIVATE, nullptr) != 0) return kNotAllowed;
    if (mount("proc", "/proc", "proc", 0, nullptr) != 0) return kNotAllowed;
    auto former = std::make_unique<Child>(waitForKill);
    const auto who = *identityOf(former->pid());
    // Two starts within one tick of the clock cannot be told apart by anybody.
    const auto next_tick = [&] { return identityOf(Child(waitForKill).pid())->start > who.start; };
    if (!eventually(next_tick)) return 2;
    former.reset();
    if (examine(who) != Sighting{Liveness::kDead, SeenBy::kGone}) return 3;
    const auto stranger = reuse(who.pid);
    if (!stranger) return kNotAllowed;
    return examine(who) == Sighting{Liveness::kDead, SeenBy::kPidReused} ? 0 : 4;
}

int inANamespaceOfItsOwn() {
    if (unshare(CLONE_NEWPID | CLONE_NEWNS) != 0) return kNotAllowed;
    return Child(watchAPidBeingReused).exitCode();
}

TEST(SightingTest, ID12PidReusedByAForkLoopIsNotTakenForTheProcess) {
    const int code = Child(inANamespaceOfItsOwn).exitCode();
    if (code == kNotAllowed) GTEST_SKIP() << "no pid namespace of its own is allowed here";
    EXPECT_EQ(code, 0);
}

}  // namespace orch
