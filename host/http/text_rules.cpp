#include "http/text_rules.hpp"

#include <algorithm>
#include <charconv>

#include "base/text.hpp"

namespace orch {
namespace {

bool isContinuation(char c) {
    return (static_cast<unsigned char>(c) & 0xC0U) == 0x80U;
}

/// C1 controls (U+0080 to U+009F) are C2 80 to C2 9F in UTF-8.
bool hasC1Control(std::string_view text) {
    for (std::size_t i = 0; i + 1 < text.size(); ++i) {
        if (text[i] == '\xC2' && static_cast<unsigned char>(text[i + 1]) < 0xA0U) return true;
    }
    return false;
}

bool isControl(char c, Lines lines) {
    if (lines == Lines::kMany && (c == '\n' || c == '\t')) return false;
    return static_cast<unsigned char>(c) < 0x20U || c == '\x7f';
}

}  // namespace

std::optional<std::string> textProblem(std::string_view text,
                                       std::size_t max_characters,
                                       Lines lines) {
    const bool control =
        std::any_of(text.begin(), text.end(), [lines](char c) { return isControl(c, lines); });
    if (control || hasC1Control(text)) return "has a control character";
    if (cleanUtf8(text) != text) return "is not valid UTF-8";
    const auto characters =
        std::count_if(text.begin(), text.end(), [](char c) { return !isContinuation(c); });
    if (static_cast<std::size_t>(characters) <= max_characters) return std::nullopt;
    return "has " + std::to_string(characters) + " characters, at most " +
           std::to_string(max_characters) + " are allowed";
}

std::optional<std::string> decodePercent(std::string_view text) {
    std::string decoded;
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] != '%') {
            decoded += text[i] == '+' ? ' ' : text[i];
            continue;
        }
        const auto digits = text.substr(i + 1, 2);
        unsigned value = 0;
        const auto end = digits.data() + digits.size();
        const auto [stop, error] = std::from_chars(digits.data(), end, value, 16);
        if (digits.size() != 2 || error != std::errc{} || stop != end) return std::nullopt;
        decoded += static_cast<char>(value);
        i += 2;
    }
    return decoded;
}

}  // namespace orch
