#pragma once

#include <string>

namespace orch::testing {

/// How many processes of the machine have this word in their command line. For what a script
/// started: the number it tells is one of its own process table.
[[nodiscard]] int processesWith(const std::string& word);

}  // namespace orch::testing
