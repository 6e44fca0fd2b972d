#include "base/text.hpp"

#include <algorithm>
#include <numeric>

namespace orch {

namespace {

constexpr std::string_view kReplacement = "\xEF\xBF\xBD";
constexpr std::string_view kEllipsis = "…";

unsigned byteAt(std::string_view text, std::size_t at) {
    return at < text.size() ? static_cast<unsigned char>(text[at]) : 0U;
}

bool within(unsigned value, unsigned low, unsigned high) {
    return value >= low && value <= high;
}

/// The length of the well-formed character `text` begins with, 0 when none does. The bounds of the
/// second byte (Unicode 15, table 3-7) keep out overlong forms, surrogates and what is past 10FFFF.
std::size_t characterLength(std::string_view text) {
    const auto first = byteAt(text, 0);
    const auto second = byteAt(text, 1);
    const auto continued = [&](std::size_t at) { return within(byteAt(text, at), 0x80, 0xBF); };
    if (first < 0x80) return 1;
    if (within(first, 0xC2, 0xDF)) return continued(1) ? 2 : 0;
    if (within(first, 0xE0, 0xEF)) {
        const bool ok = within(second, first == 0xE0 ? 0xA0 : 0x80, first == 0xED ? 0x9F : 0xBF);
        return ok && continued(2) ? 3 : 0;
    }
    if (within(first, 0xF0, 0xF4)) {
        const bool ok = within(second, first == 0xF0 ? 0x90 : 0x80, first == 0xF4 ? 0x8F : 0xBF);
        return ok && continued(2) && continued(3) ? 4 : 0;
    }
    return 0;
}

/// C0, DEL and C1; `character` is well-formed.
bool isControl(std::string_view character) {
    const auto first = byteAt(character, 0);
    if (first == '\n' || first == '\t') return false;
    return first < 0x20 || first == 0x7F || (first == 0xC2 && byteAt(character, 1) < 0xA0);
}

std::size_t editDistance(std::string_view a, std::string_view b) {
    std::vector<std::size_t> row(b.size() + 1);
    std::iota(row.begin(), row.end(), std::size_t{0});
    for (std::size_t i = 0; i < a.size(); ++i) {
        auto diagonal = std::exchange(row[0], i + 1);
        for (std::size_t j = 0; j < b.size(); ++j) {
            const auto replaced = diagonal + (a[i] == b[j] ? 0 : 1);
            diagonal = row[j + 1];
            row[j + 1] = std::min({replaced, diagonal + 1, row[j] + 1});
        }
    }
    return row[b.size()];
}

/// Moves `at` back to where a character begins; not at all in what is not UTF-8.
std::size_t characterBoundary(std::string_view text, std::size_t at) {
    auto boundary = at;
    while (boundary > 0 && at - boundary < 3 && within(byteAt(text, boundary), 0x80, 0xBF)) {
        --boundary;
    }
    return within(byteAt(text, boundary), 0x80, 0xBF) ? at : boundary;
}

const std::string* valueOf(std::string_view name,
                           const std::vector<std::pair<std::string, std::string>>& values) {
    const auto found = std::find_if(
        values.begin(), values.end(), [&](const auto& value) { return value.first == name; });
    return found == values.end() ? nullptr : &found->second;
}

}  // namespace

std::optional<std::string> nearest(std::string_view word,
                                   const std::vector<std::string>& candidates) {
    const std::string* best = nullptr;
    std::size_t least = SIZE_MAX;
    for (const auto& candidate : candidates) {
        const auto longer = std::max(word.size(), candidate.size());
        const auto least_possible = longer - std::min(word.size(), candidate.size());
        if (least_possible * 3 > longer) continue;  // a word may be a megabyte of a stranger's
        const auto distance = editDistance(word, candidate);
        if (distance >= least || distance * 3 > longer) continue;
        best = &candidate;
        least = distance;
    }
    return best ? std::optional{*best} : std::nullopt;
}

std::string cleanUtf8(std::string_view text) {
    std::string clean;
    clean.reserve(text.size());
    while (!text.empty()) {
        const auto length = characterLength(text);
        const auto character = text.substr(0, std::max<std::size_t>(length, 1));
        clean += length == 0 || isControl(character) ? kReplacement : character;
        text.remove_prefix(character.size());
    }
    return clean;
}

std::string shorten(std::string_view text, std::size_t limit) {
    if (text.size() <= limit) return std::string{text};
    const auto mark = limit < kEllipsis.size() ? std::string_view{} : kEllipsis;
    std::string shorter{text.substr(0, characterBoundary(text, limit - mark.size()))};
    return shorter += mark;
}

std::string join(const std::vector<std::string>& parts, std::string_view separator) {
    std::string joined;
    for (const auto& part : parts) {
        if (&part != &parts.front()) joined += separator;
        joined += part;
    }
    return joined;
}

std::string shellWord(const std::string& text) {
    constexpr auto kPlain = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-./:";
    if (!text.empty() && text.find_first_not_of(kPlain) == std::string::npos) return text;
    std::string quoted = "'";
    for (const char c : text) quoted += c == '\'' ? std::string{"'\\''"} : std::string{c};
    return quoted + "'";
}

std::string expand(std::string_view pattern,
                   const std::vector<std::pair<std::string, std::string>>& values) {
    std::string expanded;
    while (!pattern.empty()) {
        // A name holds no brace, so "{a{b}" is "{a" and the name "b".
        const auto end = pattern.find_first_of("{}", 1);
        const bool named = pattern.front() == '{' && end != pattern.npos && pattern[end] == '}';
        const auto* value = named ? valueOf(pattern.substr(1, end - 1), values) : nullptr;
        const auto taken = value ? end + 1 : std::min(end, pattern.size());
        expanded += value ? std::string_view{*value} : pattern.substr(0, taken);
        pattern.remove_prefix(taken);
    }
    return expanded;
}

bool isVariableName(std::string_view name) {
    constexpr auto kLetters = "_ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
    return !name.empty() && name.find_first_not_of(kLetters) == std::string_view::npos &&
           !within(byteAt(name, 0), '0', '9');
}

std::string shortSha(const std::string& sha) {
    return sha.substr(0, 7);
}

}  // namespace orch
