#pragma once

#include <string_view>

namespace orch {

/// Ends a diff, as the API gives it out, that is not whole. No line of a diff begins with '#'.
inline constexpr std::string_view kDiffCut =
    "\n# cut here: the change is larger than what is shown\n";

}  // namespace orch
