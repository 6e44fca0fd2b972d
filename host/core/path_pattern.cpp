#include "core/path_pattern.hpp"

#include <algorithm>
#include <string>
#include <vector>

namespace orch {

namespace {

using Parts = std::vector<std::string_view>;

Parts partsOf(std::string_view path) {
    Parts parts;
    while (true) {
        const auto end = path.find('/');
        parts.push_back(path.substr(0, end));
        if (end == std::string_view::npos) return parts;
        path.remove_prefix(end + 1);
    }
}

/// Wildcard matching over any sequence: after a mismatch only the last star needs to take more.
template <class Pattern, class Text, class IsStar, class Same>
bool matchesSequence(const Pattern& pattern, const Text& text, IsStar isStar, Same same) {
    constexpr auto kNone = static_cast<std::size_t>(-1);
    std::size_t at = 0;
    std::size_t star = kNone;
    std::size_t taken = 0;
    for (std::size_t i = 0; i < text.size();) {
        if (at < pattern.size() && isStar(pattern[at])) {
            star = at++;
            taken = i;
        } else if (at < pattern.size() && same(pattern[at], text[i])) {
            ++at;
            ++i;
        } else if (star != kNone) {
            at = star + 1;
            i = ++taken;
        } else {
            return false;
        }
    }
    while (at < pattern.size() && isStar(pattern[at])) ++at;
    return at == pattern.size();
}

bool matchesPart(std::string_view pattern, std::string_view part) {
    return matchesSequence(
        pattern,
        part,
        [](char c) { return c == '*'; },
        [](char wanted, char c) { return wanted == '?' || wanted == c; });
}

bool isAnyDepth(std::string_view part) {
    return part == "**";
}

std::string lower(std::string_view text) {
    std::string result{text};
    std::ranges::transform(result, result.begin(), [](char c) {
        return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    });
    return result;
}

bool matchesParts(const Parts& pattern, const Parts& path) {
    return matchesSequence(pattern, path, isAnyDepth, matchesPart);
}

/// Is the path one of the folders that the pattern leads through?
bool isOnTheWay(const Parts& pattern, const Parts& path) {
    if (path.size() >= pattern.size()) return false;
    for (std::size_t i = 0; i < path.size(); ++i) {
        if (isAnyDepth(pattern[i]) || !matchesPart(pattern[i], path[i])) return false;
    }
    return true;
}

}  // namespace

bool matchesPattern(std::string_view pattern, std::string_view path) {
    return matchesParts(partsOf(pattern), partsOf(path));
}

bool touchesPattern(std::string_view pattern, std::string_view path) {
    const auto folded_pattern = lower(pattern);
    const auto folded_path = lower(path);
    const auto wanted = partsOf(folded_pattern);
    const auto parts = partsOf(folded_path);
    return matchesParts(wanted, parts) || isOnTheWay(wanted, parts);
}

}  // namespace orch
