#pragma once

#include <array>
#include <atomic>
#include <filesystem>
#include <random>

#include "base/process.hpp"

namespace orch::testing {

inline constexpr int kContenders = 8;

/// What the contenders of one round tell each other, in shared memory.
struct Arena {
    struct Place {
        std::atomic<std::int64_t> inside;  ///< the token while between acquire and release
        std::atomic<pid_t> pid;
        std::atomic<std::uint64_t> start;
    };
    std::array<Place, kContenders> places;
    std::atomic<bool> open;           ///< the round has begun
    std::atomic<std::int64_t> token;  ///< the database's
    std::atomic<int> held;            ///< how often the lease was had
    std::atomic<int> reclaimed;       ///< how often an observer deleted a stale one
    std::atomic<int> overlaps;        ///< M-1: two inside
    std::atomic<int> thefts;          ///< M-7: the lease gone under its holder
};

/// An Arena that children made by fork() share.
class SharedArena {
public:
    SharedArena();
    SharedArena(const SharedArena&) = delete;
    SharedArena& operator=(const SharedArena&) = delete;
    ~SharedArena();
    [[nodiscard]] Arena& operator*() const { return *arena_; }
    [[nodiscard]] Arena* operator->() const { return arena_; }

private:
    Arena* arena_;
};

/// In the child: has the lease of `folder` once, however often it has to ask; some reclaim what
/// they see as well. Returns the exit code.
int contend(Arena& arena, const std::filesystem::path& folder, int place, unsigned seed);

}  // namespace orch::testing
