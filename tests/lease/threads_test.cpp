#include <atomic>

#include "lease/disk_lease_files.hpp"
#include "lease/holding.hpp"
#include "lease/lease_world.hpp"
#include "support/eventually.hpp"

namespace orch::testing {

struct LeaseThreadsTest : ::testing::Test {
    TempDir temp;
    std::filesystem::path folder = temp / "merge";
    std::string name = leaseNameOf("/app");
    std::atomic<std::int64_t> tokens = 0;

    MergeLeases::Request request() {
        return {"/app", "T-3", {JobId{7}, 2}, [this] { return ++tokens; }};
    }
    std::atomic<int> inside = 0, overlaps = 0, held = 0;

    /// For a thread: has the lease twenty times.
    void haveTwenty(FileLeases& leases) {
        for (int had = 0; had < 20;) {
            const auto answer = leases.acquire(request());
            (void)leases.list();
            const auto* proof = std::get_if<LeaseProof>(&answer);
            if (proof == nullptr) continue;
            if (++inside > 1) ++overlaps;
            proof->require();
            --inside;
            ++held;
            ++had;
        }
    }
};

// proves L1: the lanes of one orchd are as apart as two orchds
TEST_F(LeaseThreadsTest, OfManyThreadsOneHoldsItAtATime) {
    FileLeases leases(folder);
    {
        std::vector<std::jthread> threads;
        for (int number = 0; number < 4; ++number) {
            threads.emplace_back([&] { haveTwenty(leases); });
        }
    }
    EXPECT_EQ(overlaps, 0);
    EXPECT_EQ(held, 80);
}

// proves L3: require() beside the thread that renews
TEST_F(LeaseThreadsTest, AHolderMayAskWhileItIsRenewed) {
    FileLeases leases(folder, 4s);
    auto mine = proof(leases.acquire(request()));
    const auto renewals = [&] { return leases.list().at(0).lease->renewals; };
    EXPECT_TRUE(eventually([&] {
        mine.require();
        return renewals() >= 2;
    }));
}

TEST_F(LeaseThreadsTest, WhyItCouldNotBeRenewedIsToldWhenItIsLost) {
    ensureFolder(folder);
    auto here = thisMachine();
    Milliseconds now = 1h;  // for the renewing thread it stays that
    here.now = [&, self = std::this_thread::get_id()] {
        return std::this_thread::get_id() == self ? now : Milliseconds{1h};
    };
    Sightings sightings;
    auto files = std::make_unique<DiskLeaseFiles>(folder, name, here, sightings, 10ms);
    auto taken = takeLease(*files, here, name, 40ms, request());
    LeaseHolding holding(std::move(files), here, std::get<TakenLease>(std::move(taken)));
    ensureFolder(folder / (name + ".lease.new"));  // no renewal can be written
    now += 40ms;
    holding.start();
    EXPECT_TRUE(eventually(
        [&] { return refusal(holding).find("for 40 ms (cannot replace") != std::string::npos; }));
}

}  // namespace orch::testing
