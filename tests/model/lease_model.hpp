#pragma once

#include <functional>

#include "model/replayed_files.hpp"

namespace orch::testing {

/// Every interleaving of taking, requiring, renewing, releasing and reclaiming one lease, step by
/// step through the procedures of lease/steps.hpp, with deaths at every point, children that
/// survive their parents, and time that passes. A breadth-first search from a lease whose holder is
/// dead; the objection it ends with is reached by the shortest way there is.
class LeaseModel {
public:
    static constexpr Milliseconds kTtl{4000}, kTick = kTtl / 4;

    struct Options {
        int contenders = 2;
        int ticks = 5;           ///< how many quarters of the TTL may pass
        int deaths = 1;          ///< of contenders
        bool observer = true;    ///< somebody reclaims what it saw, whenever that was
        int deletions = 0;       ///< of the lease file, by hand
        bool two_hosts = false;  ///< nobody can see whether another lives; clocks differ
        Drop drop = Drop::kNothing;
    };
    struct Result {
        std::size_t states = 0;
        std::string violation;  ///< empty: M-1, M-6 and M-7 held in every state
    };

    explicit LeaseModel(Options options) : options_(options) {}
    [[nodiscard]] Result explore();

private:
    struct Move {
        std::string name;
        std::function<void(LeaseWorldState&)> apply;
    };
    using Moves = std::vector<Move>;

    [[nodiscard]] LeaseWorldState initial() const;
    [[nodiscard]] Moves moves(const LeaseWorldState& world) const;
    void addSteps(const LeaseWorldState& world, int who, Moves& moves) const;
    void addWork(const LeaseWorldState& world, int who, Moves& moves) const;
    void addObservation(const LeaseWorldState& world, int who, Moves& moves) const;
    void addFate(const LeaseWorldState& world, int who, Moves& moves) const;
    [[nodiscard]] bool mayEnter(const LeaseWorldState& world, Act act) const;
    [[nodiscard]] bool mayTick(const LeaseWorldState& world) const;
    void begin(LeaseWorldState& world, int who, Thread Actor::*thread, Act act) const;
    void step(LeaseWorldState& world, int who, Thread Actor::*thread) const;
    void run(LeaseWorldState& world, int who, Thread& thread, ReplayedFiles& files) const;
    static void check(LeaseWorldState& world);

    Options options_;
};

}  // namespace orch::testing
