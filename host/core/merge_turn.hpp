#pragma once

#include <optional>
#include <vector>

#include "core/task.hpp"

namespace orch {

// With retest_on_base_change every landing makes the checks of all others void. Nobody may lose
// that race for ever, however slow its check is.

/// A task of the same project that was tested again because others landed, and is being checked or
/// merged now.
struct Retested {
    TaskId task{};
    int retests = 0;
};

/// So often others may land before a task; from then on they wait for it.
inline constexpr int kMostOvertaken = 3;

/// Who has to land before `asking` may; nothing: it may now. The one that was overtaken most often
/// goes first, then the older one.
[[nodiscard]] std::optional<Retested> landsBefore(const Task& asking,
                                                  const std::vector<Retested>& others);

/// The priority of a task's checks and merges: who was overtaken more often is served first.
[[nodiscard]] int turnPriority(const Task& task);

}  // namespace orch
