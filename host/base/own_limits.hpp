#pragma once

#include <string>
#include <vector>

namespace orch {

/// What is left of the limits (getrlimit(2)) that this process was started with, a sentence each.
struct OwnLimits {
    std::vector<std::string> fatal;   ///< would end it without a word, sooner or later
    std::vector<std::string> narrow;  ///< it lives with them: they show as errors
};

/// Lifts the limits that would end or hinder this process as far as the kernel lets it, and ignores
/// SIGXFSZ for good: writing past a limit is an error like a full disk (EFBIG).
[[nodiscard]] OwnLimits liftOwnLimits();

}  // namespace orch
