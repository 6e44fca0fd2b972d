#include "core/merge_turn.hpp"

#include <algorithm>

#include "core/job.hpp"

namespace orch {

namespace {

bool goesBefore(const Retested& one, const Retested& other) {
    if (one.retests != other.retests) return one.retests > other.retests;
    return one.task < other.task;
}

}  // namespace

std::optional<Retested> landsBefore(const Task& asking, const std::vector<Retested>& others) {
    const Retested mine{asking.id, asking.progress.retests};
    std::optional<Retested> first;
    for (const auto& other : others) {
        if (other.retests < kMostOvertaken || !goesBefore(other, mine)) continue;
        if (!first || goesBefore(other, *first)) first = other;
    }
    return first;
}

int turnPriority(const Task& task) {
    return NewJob{}.priority - std::min(task.progress.retests, 50);
}

}  // namespace orch
