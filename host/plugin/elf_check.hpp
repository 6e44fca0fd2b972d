#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace orch {

/// Why the bytes of a file must not be loaded as a plugin: sentences without a subject, each with
/// what is found, what it would lead to and the cure; empty when nothing speaks against it. No code
/// of the file runs. Any bytes may be asked about. Why each rule: docs/adr/0013.
[[nodiscard]] std::vector<std::string> elfFindings(std::string_view file);

}  // namespace orch
