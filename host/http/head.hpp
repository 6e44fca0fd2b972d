#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace orch {

/// The request line and header fields as they came, before anything is believed.
struct Head {
    std::string method, uri, version;
    std::vector<std::pair<std::string, std::string>> fields;

    /// All values of a field, its name compared without regard to case.
    [[nodiscard]] std::vector<std::string> all(std::string_view name) const;
    /// The only value of a field; empty without one. Repeated fields that matter are refused by
    /// framingProblem().
    [[nodiscard]] std::string one(std::string_view name) const;
    /// How many bytes of body follow; asked only after framingProblem() found nothing.
    [[nodiscard]] std::size_t bodyLength() const;
};

[[nodiscard]] bool equalIgnoringCase(std::string_view a, std::string_view b);

}  // namespace orch
