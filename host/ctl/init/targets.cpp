#include "ctl/init/targets.hpp"

#include <algorithm>
#include <iterator>
#include <sstream>
#include <string_view>

namespace orch::ctl {

namespace {

constexpr auto kBlank = " \t\r";
constexpr std::size_t kMostIncludes = 16;

/// Does `judge` accept one of the lines?
template <class Judge>
bool anyLine(const std::string& text, Judge&& judge) {
    std::istringstream lines{text};
    for (std::string line; std::getline(lines, line);) {
        if (judge(std::string_view{line})) return true;
    }
    return false;
}

std::vector<std::string> wordsOf(std::string_view text) {
    std::istringstream words{std::string{text}};
    std::vector<std::string> found;
    for (std::string word; words >> word;) found.push_back(word);
    return found;
}

/// Neither a variable nor a pattern, and harmless wherever it is shown.
bool isPlain(const std::string& name) {
    constexpr auto kPlain = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-./";
    return name.find_first_not_of(kPlain) == std::string::npos;
}

/// The text with the blanks at its beginning taken away.
std::string_view unindented(std::string_view text) {
    return text.substr(std::min(text.find_first_not_of(kBlank), text.size()));
}

/// What stands before the colon of "a b: c"; nothing when "a := b" or no rule at all is said.
std::string_view targetsIn(std::string_view line) {
    const auto colon = line.find(':');
    if (colon == line.npos || line.find('=') < colon) return {};
    const auto after = line.find_first_not_of(':', colon);
    return after != line.npos && line[after] == '=' ? std::string_view{} : line.substr(0, colon);
}

/// What stands in the parentheses when the line calls `command`, whose letters may be of any case.
std::string argumentsOf(std::string_view command, std::string_view line) {
    std::string call;  // without blanks, in small letters
    for (const char c : line.substr(0, line.find('#'))) {
        const bool upper = c >= 'A' && c <= 'Z';
        if (c != ' ' && c != '\t') call += upper ? static_cast<char>(c - 'A' + 'a') : c;
    }
    const auto begin = std::string{command} + "(";
    const auto end = call.find(')');
    if (!call.starts_with(begin) || end == std::string::npos) return "?";
    return call.substr(begin.size(), end - begin.size());
}

}  // namespace

bool makeHasTarget(const std::string& text, const std::string& name) {
    return anyLine(text, [&](std::string_view line) {
        if (line.starts_with('\t')) return false;
        const auto targets = wordsOf(targetsIn(line.substr(0, line.find('#'))));
        return std::ranges::find(targets, name) != targets.end();
    });
}

std::vector<std::string> makeIncludes(const std::string& text) {
    std::vector<std::string> files;
    (void)anyLine(text, [&](std::string_view line) {
        const auto words = wordsOf(line.substr(0, line.find('#')));
        const bool includes = !words.empty() && !line.starts_with('\t') &&
                              (words[0] == "include" || words[0] == "-include");
        if (includes)
            std::copy_if(words.begin() + 1, words.end(), std::back_inserter(files), isPlain);
        return files.size() >= kMostIncludes;
    });
    return files;
}

bool justHasRecipe(const std::string& text, const std::string& name) {
    return anyLine(text, [&](std::string_view line) {
        if (line.starts_with('@')) line.remove_prefix(1);
        if (!line.starts_with(name)) return false;
        const auto rest = line.substr(name.size());
        const auto colon = rest.find(':');
        if (colon == rest.npos || (rest[0] != ':' && rest[0] != ' ')) return false;
        return !unindented(rest).starts_with(":=");
    });
}

bool cmakeEnablesTests(const std::string& text) {
    return anyLine(text, [](std::string_view line) {
        return argumentsOf("enable_testing", line).empty() ||
               argumentsOf("include", line) == "ctest";
    });
}

}  // namespace orch::ctl
