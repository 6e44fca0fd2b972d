#pragma once

#include <nlohmann/json_fwd.hpp>

#include "ctl/context.hpp"

namespace orch::ctl {

/// An entry of the journal on a line: when, about what, by whom, by which rule, what was decided.
void printEntry(const Context& context, const nlohmann::json& entry);

}  // namespace orch::ctl
