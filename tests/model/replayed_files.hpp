#pragma once

#include "model/lease_world.hpp"

namespace orch::testing {

/// Thrown through a procedure that has had its one step.
struct Paused {};

/// The lease's files as one thread of one actor uses them. The first calls are answered out of the
/// thread's log; the next one is done for real, on the world; the one after it pauses the
/// procedure. So a procedure as it is in production stops at each step it makes.
class ReplayedFiles final : public LeaseFiles {
public:
    ReplayedFiles(LeaseWorldState& world, int who, Thread& thread, Drop drop, bool two_hosts)
        : world_(world), who_(who), thread_(thread), drop_(drop), two_hosts_(two_hosts) {}

    void lock() override;
    void unlock() noexcept override;
    [[nodiscard]] LeaseObservation look() const override;
    [[nodiscard]] std::optional<Lease> read() const override;
    void remove() override;
    [[nodiscard]] UniqueFd makeHold() override;
    void place(const Lease& lease) override;
    void replace(const Lease& lease) override;

    // The other two things a procedure learns step by step.
    [[nodiscard]] Milliseconds now() const;
    [[nodiscard]] std::int64_t nextToken();

    /// What the actor's own clock shows: two hosts have two.
    [[nodiscard]] Milliseconds clock() const;
    [[nodiscard]] bool paused() const { return paused_; }
    /// What look() would see now.
    [[nodiscard]] LeaseObservation observe() const;

private:
    template <typename Effect>
    Answer step(Effect effect) const;
    [[nodiscard]] Actor& actor() const { return world_.actors[static_cast<std::size_t>(who_)]; }
    void objectToLossOf(const Lease& victim) const;

    LeaseWorldState& world_;
    int who_;
    Thread& thread_;
    Drop drop_;
    bool two_hosts_;
    mutable std::size_t answered_ = 0;
    mutable bool stepped_ = false, paused_ = false;
};

}  // namespace orch::testing
