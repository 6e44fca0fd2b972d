#include <signal.h>

#include "base/spawn.hpp"
#include "lease/lease_world.hpp"
#include "support/child.hpp"
#include "support/eventually.hpp"

namespace orch::testing {

namespace fs = std::filesystem;

/// Leases of real processes. A child holds one and does as it is told by files.
struct LeaseProcessesTest : ::testing::Test {
    TempDir temp;
    fs::path folder = temp / "merge";
    std::string repository = (temp / "app").string();
    std::int64_t tokens = 0;

    MergeLeases::Request request(std::int64_t token) const {
        return {repository, "T-3", {JobId{7}, 2}, [=] { return token; }};
    }
    void say(const std::string& word, const std::string& content = "") const {
        replaceFile(temp / word, content, Sync::kNo);
    }
    [[nodiscard]] bool said(const std::string& word) const { return fs::exists(temp / word); }

    /// In the child: takes the lease, and after the word "on" tells whether it may go on.
    int holdUntilTold(Milliseconds ttl) const {
        FileLeases leases(folder, ttl);
        const auto held = proof(leases.acquire(request(1)));
        say("held");
        if (!eventually([&] { return said("on"); })) return 2;
        return refusal(held).empty() ? 1 : 0;
    }
    /// In the child: takes the lease, starts a child of its own with the hold lock as descriptor 3,
    /// and waits to be killed.
    int holdWithChild() const {
        FileLeases leases(folder);
        const auto held = proof(leases.acquire(request(1)));
        const auto child = spawnPiped({.command = {"sleep", "300"},
                                       .environment = {"PATH=/usr/bin:/bin"},
                                       .folder = {},
                                       .hand_on = held.holdDescriptor()});
        say("held", std::to_string(child.pid));
        return waitForKill();
    }
    void awaitHeld() const {
        ASSERT_TRUE(eventually([&] { return said("held"); }));
    }
    /// This machine, `span` later.
    static Machine later(Milliseconds span) {
        auto machine = thisMachine();
        machine.now = [=] { return Milliseconds{bootMilliseconds()} + span; };
        return machine;
    }
    static void kill(Child& child) {
        ::kill(child.pid(), SIGKILL);
        child.awaitState(WEXITED);
    }
};

/// The grandchild that a killed holder left; ended with the test.
struct Orphan {
    pid_t pid;
    explicit Orphan(const fs::path& file) : pid(std::stoi(readFile(file).value())) {}
    Orphan(const Orphan&) = delete;
    Orphan& operator=(const Orphan&) = delete;
    ~Orphan() { end(); }
    void end() {
        if (pid > 0) kill(std::exchange(pid, 0), SIGKILL);
    }
};

// proves L2, L3: by the clock that both of them have
TEST_F(LeaseProcessesTest, IG2TheHolderStoppedPastItsTtlIsTakenOverAndRefusedWhenItWakes) {
    Child holder([this] { return holdUntilTold(500ms); });
    awaitHeld();
    ::kill(holder.pid(), SIGSTOP);
    holder.awaitState(WSTOPPED);
    FileLeases mine(folder);
    std::optional<LeaseProof> next;
    ASSERT_TRUE(eventually([&] {
        auto answer = mine.acquire(request(2));
        if (busy(answer).empty()) next = proof(std::move(answer));
        return next.has_value();
    }));
    say("on");
    ::kill(holder.pid(), SIGCONT);
    EXPECT_EQ(holder.exitCode(), 0);
    EXPECT_EQ(refusal(*next), "");
}

// proves L3: by the token alone; its own clock says that it has eight minutes left
TEST_F(LeaseProcessesTest, IG2TheTokenRefusesAHolderWhoseClockSaysThatItIsInTime) {
    Child holder([this] { return holdUntilTold(10min); });
    awaitHeld();
    ::kill(holder.pid(), SIGSTOP);
    holder.awaitState(WSTOPPED);
    FileLeases mine(folder, 10min, later(11min));
    auto next = proof(mine.acquire(request(2)));
    say("on");
    ::kill(holder.pid(), SIGCONT);
    EXPECT_EQ(holder.exitCode(), 0);
    EXPECT_EQ(refusal(next), "");
}

// proves L2
TEST_F(LeaseProcessesTest, AKilledHoldersLeaseIsFreeAtOnce) {
    Child holder([this] { return holdUntilTold(10min); });
    awaitHeld();
    FileLeases mine(folder);
    EXPECT_NE(busy(mine.acquire(request(2))), "");
    kill(holder);  // a zombie from here on: dead enough
    EXPECT_EQ(busy(mine.acquire(request(2))), "");
}

// proves L2: git may be in the middle of a push although orchd is dead
TEST_F(LeaseProcessesTest, AnOrphanKeepsItsDeadParentsLeaseUntilItEnds) {
    Child holder([this] { return holdWithChild(); });
    awaitHeld();
    Orphan orphan(temp / "held");
    kill(holder);
    FileLeases mine(folder);
    EXPECT_THAT(busy(mine.acquire(request(2))), HasSubstr("a child of it still works"));
    orphan.end();
    EXPECT_TRUE(eventually([&] { return busy(mine.acquire(request(2))).empty(); }));
}

// proves L2
TEST_F(LeaseProcessesTest, AnOrphanKeepsItNoLongerThanTheTtl) {
    Child holder([this] { return holdWithChild(); });
    awaitHeld();
    const Orphan orphan(temp / "held");
    kill(holder);
    FileLeases soon(folder, 10min, later(9min));
    EXPECT_NE(busy(soon.acquire(request(2))), "");
    FileLeases late(folder, 10min, later(11min));
    EXPECT_EQ(busy(late.acquire(request(3))), "");
}

// proves L1: renewed by its thread, it outlives its TTL
TEST_F(LeaseProcessesTest, AHolderThatLivesKeepsItForLongerThanItsTtl) {
    FileLeases leases(folder, 2s);
    const auto held = proof(leases.acquire(request(1)));
    ASSERT_TRUE(eventually([&] { return leases.list().at(0).lease->renewals >= 5; }));
    EXPECT_EQ(refusal(held), "");
    EXPECT_NE(busy(leases.acquire(request(2))), "");
}

}  // namespace orch::testing
