#include "lease/contention.hpp"

#include <poll.h>
#include <sched.h>
#include <sys/mman.h>
#include <unistd.h>

#include <new>
#include <stdexcept>

#include "lease/lease_world.hpp"

namespace orch::testing {

namespace {

using Steady = std::chrono::steady_clock;

/// Anybody else inside who lives? A killed one that did not come to leave is dead by now: that is
/// why the lease was to be had.
bool alone(Arena& arena, int place) {
    for (int other = 0; other < kContenders; ++other) {
        auto& there = arena.places[static_cast<std::size_t>(other)];
        if (other == place || there.inside == 0) continue;
        if (observe({there.pid, there.start}) == Liveness::kAlive) return false;
    }
    return true;
}

void enter(Arena& arena, int place, std::int64_t token) {
    auto& here = arena.places[static_cast<std::size_t>(place)];
    const auto self = identityOf(getpid()).value();
    here.pid = self.pid;
    here.start = self.start;
    here.inside = token;
    if (!alone(arena, place)) ++arena.overlaps;
}

void work(std::mt19937& random) {
    const auto until = Steady::now() + std::chrono::microseconds{random() % 500};
    while (Steady::now() < until) sched_yield();
}

void reclaimWhatIsSeen(FileLeases& leases, Arena& arena) {
    for (const auto& seen : leases.list()) {
        const auto token = seen.lease ? std::optional{seen.lease->token} : std::nullopt;
        if (leases.reclaim(seen.repository, token)) ++arena.reclaimed;
    }
}

/// True when it had the lease.
bool haveOnce(FileLeases& leases, Arena& arena, int place, std::mt19937& random) {
    auto answer = leases.acquire({"/app", "T-1", {JobId{1}, 1}, [&] { return ++arena.token; }});
    if (!busy(answer).empty()) {
        poll(nullptr, 0, 1);  // leaves the processors to those who have something to do
        return false;
    }
    const auto held = proof(std::move(answer));
    enter(arena, place, held.token());
    work(random);
    if (!refusal(held).empty()) ++arena.thefts;
    if (!alone(arena, place)) ++arena.overlaps;
    ++arena.held;
    arena.places[static_cast<std::size_t>(place)].inside = 0;
    return true;
}

}  // namespace

SharedArena::SharedArena() {
    void* memory =
        mmap(nullptr, sizeof(Arena), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (memory == MAP_FAILED) throw std::runtime_error("no shared memory");
    arena_ = new (memory) Arena{};
}

SharedArena::~SharedArena() {
    munmap(arena_, sizeof(Arena));
}

int contend(Arena& arena, const std::filesystem::path& folder, int place, unsigned seed) {
    std::mt19937 random(seed);
    FileLeases leases(folder);
    while (!arena.open) sched_yield();
    do {
        if (place % 4 == 3) reclaimWhatIsSeen(leases, arena);
    } while (!haveOnce(leases, arena, place, random));
    return 0;
}

}  // namespace orch::testing
