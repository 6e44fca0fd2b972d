#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>

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

/// The whole number that a parsed value is. Throws std::invalid_argument for any other value and
/// for a number that the type cannot hold: the parser's own conversions cut those off, and what
/// they make of 1e91 is undefined.
template <class Number, class Json>
[[nodiscard]] Number wholeNumber(const Json& value) {
    const auto within = [](auto number) {
        if (std::in_range<Number>(number)) return static_cast<Number>(number);
        throw std::invalid_argument("a number is out of range");
    };
    if (value.is_number_unsigned()) return within(value.template get<std::uint64_t>());
    if (value.is_number_integer()) return within(value.template get<std::int64_t>());
    throw std::invalid_argument("a value is no whole number");
}

}  // namespace orch
