#pragma once

#include <string>
#include <vector>

#include "config/section.hpp"

namespace orch {

/// The ORCH_* variables that may stand for a key: "queue.max_concurrency" has
/// ORCH_QUEUE_MAX_CONCURRENCY and ORCH_MAX_CONCURRENCY.
[[nodiscard]] std::vector<std::string> overlayNamesOf(const std::string& key);

/// Variables that are nearly, but not quite, one that `reading` asked for. Kill switches
/// (*_ENABLED), settings of `plugins` and what the file refers to by ${NAME} are left alone.
[[nodiscard]] std::vector<std::string> overlayWarnings(const Reading& reading,
                                                       const std::vector<std::string>& plugins);

}  // namespace orch
