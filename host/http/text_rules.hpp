#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace orch {

enum class Lines { kOne, kMany };

/// What is wrong with a text from outside, as a clause ("has a control character"), if anything:
/// at most `max_characters`, valid UTF-8, no control characters; line breaks and tabs only where
/// there may be many lines.
[[nodiscard]] std::optional<std::string> textProblem(std::string_view text,
                                                     std::size_t max_characters,
                                                     Lines lines);

/// "%54-3" to "T-3", '+' to ' '. Nothing when an escape is broken.
[[nodiscard]] std::optional<std::string> decodePercent(std::string_view text);

}  // namespace orch
