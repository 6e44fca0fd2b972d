#pragma once

#include <optional>

#include "core/task.hpp"
#include "store/store.hpp"

namespace orch {

/// The task when it is done or cancelled and nothing of it is at work, or waits, any more. Throws
/// Error when there is no such task, StoreError when it cannot be read.
[[nodiscard]] std::optional<Task> endedTask(Store& store, TaskId id);

}  // namespace orch
