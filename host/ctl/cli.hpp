#pragma once

#include <string>
#include <vector>

#include "ctl/context.hpp"

namespace orch::ctl {

/// The whole of orchctl but its main: understands `arguments` (without the program's name), does
/// it, and says what went wrong on context.err. With --json there is exactly one document on
/// context.out, also on failure.
[[nodiscard]] ExitCode run(const std::vector<std::string>& arguments, Context& context);

}  // namespace orch::ctl
