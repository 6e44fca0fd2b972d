#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "http/exchange.hpp"
#include "http/head.hpp"

namespace orch {

/// "/api/v1/tasks?stage=review" in its two parts.
struct Target {
    std::string path, query;
};
[[nodiscard]] Target splitTarget(const std::string& uri);

/// The query's parameters, decoded. Throws Rejected (400) for a name that is not `allowed`, that
/// comes twice, or for text that is badly escaped or has control characters.
[[nodiscard]] std::map<std::string, std::string> readQuery(const std::string& query,
                                                           const std::vector<std::string>& allowed);

/// The field's value: at most 200 printable ASCII characters; empty without one. Throws Rejected.
[[nodiscard]] std::string readIdempotencyKey(const Head& head);

/// A parameter as a whole number in [least, most], or `otherwise` when it is absent. Throws
/// Rejected (400).
struct NumberRule {
    std::int64_t least, most, otherwise;
};
[[nodiscard]] std::int64_t numberIn(const Request& request,
                                    const std::string& name,
                                    const NumberRule& rule);

/// "follow=1": 1, true or 0, false; absent is false. Throws Rejected (400).
[[nodiscard]] bool flagIn(const Request& request, const std::string& name);
[[nodiscard]] std::string textIn(const Request& request, const std::string& name);

}  // namespace orch
