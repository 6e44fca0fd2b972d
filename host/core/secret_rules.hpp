#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace orch {

/// A secret in a line.
struct SecretMatch {
    std::string_view rule;
    std::string_view secret;
    std::size_t shown{};  ///< how much of its beginning is the same for all of its kind
};

/// Every secret in the line (NULs are as if they were not there), by the rules of its table. Each
/// step looks at a bounded number of bytes, so it is linear in the line's length.
void findSecrets(std::string_view line, const std::function<void(const SecretMatch&)>& found);

/// The names of all rules, sorted.
[[nodiscard]] const std::vector<std::string>& secretRuleNames();

}  // namespace orch
