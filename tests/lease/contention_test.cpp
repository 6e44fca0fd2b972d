#include "lease/contention.hpp"

#include <gtest/gtest.h>
#include <signal.h>
#include <stdlib.h>
#include <unistd.h>

#include <list>

#include "lease/lease_world.hpp"
#include "support/child.hpp"

namespace orch::testing {

/// Memory, where there is some: it is about the order of steps, not about disks.
void preferMemory() {
    if (access("/dev/shm", W_OK) == 0)
        setenv("TMPDIR", "/dev/shm", 1);  // NOLINT(concurrency-mt-unsafe)
}

struct Contention : ::testing::Test {
    static void SetUpTestSuite() { preferMemory(); }

    TempDir temp;
    SharedArena arena;
    std::mt19937 random{4711};
    int killed = 0, failed = 0;

    /// A lease whose holder is dead: this very process, but for its start time.
    void leaveStale() {
        const auto here = thisMachine();
        const auto name = leaseNameOf("/app");
        Lease lease{.repository = name, .token = ++arena->token, .host = here.host};
        lease.boot_id = here.boot_id;
        lease.holder = {here.self.pid, here.self.start - 1};
        lease.ttl = 10min;
        lease.acquired = lease.renewed = here.now();
        ensureFolder(temp / "merge");
        replaceFile(temp / "merge" / (name + ".lease"), writeLease(lease), Sync::kNo);
    }
    void waitFor(std::chrono::microseconds span) {
        const auto until = std::chrono::steady_clock::now() + span;
        while (std::chrono::steady_clock::now() < until) sched_yield();
    }
    /// Kills some of them at random moments, collects all.
    void end(std::list<Child>& contenders) {
        for (auto& contender : contenders) {
            if (random() % 3 != 0) continue;
            waitFor(std::chrono::microseconds{random() % 10000});
            kill(contender.pid(), SIGKILL);
        }
        for (auto& contender : contenders) {
            const int code = contender.exitCode();
            if (code == -1)
                ++killed;
            else if (code != 0)
                ++failed;
        }
    }
    void round() {
        leaveStale();
        arena->open = false;
        for (auto& place : arena->places) place.inside = 0;
        std::list<Child> contenders;
        for (int place = 0; place < kContenders; ++place) {
            const auto seed = static_cast<unsigned>(random());
            contenders.emplace_back(
                [this, place, seed] { return contend(*arena, temp / "merge", place, seed); });
        }
        arena->open = true;
        end(contenders);
    }
};

// proves L1, L2: M-1 and M-7 with real processes; 8 x 1,000 with ORCH_LONG_TESTS
TEST_F(Contention, EightFightForAStaleLeaseAndDieAtRandomMoments) {
    const bool whole = std::getenv("ORCH_LONG_TESTS") != nullptr;  // NOLINT(concurrency-mt-unsafe)
    const int rounds = whole ? 1000 : 30;
    for (int done = 0; done < rounds; ++done) round();
    EXPECT_EQ(arena->overlaps, 0);
    EXPECT_EQ(arena->thefts, 0);
    EXPECT_EQ(failed, 0);
    EXPECT_GE(arena->held, rounds);
    EXPECT_GT(killed, rounds / 2);
    RecordProperty("held", arena->held.load());
    RecordProperty("reclaimed", arena->reclaimed.load());
    RecordProperty("killed", killed);
}

}  // namespace orch::testing
