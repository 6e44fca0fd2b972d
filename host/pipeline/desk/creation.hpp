#pragma once

#include <string>

#include "pipeline/operator.hpp"
#include "pipeline/setup.hpp"
#include "store/store.hpp"

namespace orch {

/// Creates a task in the pipeline's first stage, with the stage's first work and a journal row in
/// one transaction; an idempotency key that is known answers its task. Throws Refused for a project
/// that is not configured. `setup` must outlive the store's writer.
[[nodiscard]] CreatedTask createFrom(const WorkItem& item,
                                     const std::string& by,
                                     Store& store,
                                     const Setup& setup);

}  // namespace orch
