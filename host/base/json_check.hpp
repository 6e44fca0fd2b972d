#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace orch {

/// How much a JSON text from outside may hold. What a parser makes of a text within them may be
/// copied and destroyed by recursion.
struct JsonLimits {
    std::size_t depth = 64;        ///< lists and objects in one another
    std::size_t values = 100'000;  ///< all of them, the members' names too
};

/// Why the text is not JSON (RFC 8259) or beyond the limits, as a clause for people that gives the
/// place and quotes nothing: "line 3, column 1: a value is expected". Nothing when it is good.
/// Takes memory for the nesting alone and does not recurse.
[[nodiscard]] std::optional<std::string> jsonTrouble(std::string_view text,
                                                     const JsonLimits& limits = {});

}  // namespace orch
