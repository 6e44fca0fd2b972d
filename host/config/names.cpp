#include "config/names.hpp"

#include <algorithm>

#include "base/text.hpp"

namespace orch {

namespace {

bool isLower(char c) {
    return c >= 'a' && c <= 'z';
}
bool isUpper(char c) {
    return c >= 'A' && c <= 'Z';
}
bool isDigit(char c) {
    return c >= '0' && c <= '9';
}
bool isWord(char c) {
    return isLower(c) || isUpper(c) || isDigit(c);
}
bool isControl(char c) {
    return static_cast<unsigned char>(c) < 0x20 || c == 0x7F;
}

std::string quoted(std::string_view name) {
    return '"' + cleanUtf8(shorten(name, 40)) + '"';
}

bool contains(std::string_view text, std::string_view part) {
    return text.find(part) != std::string_view::npos;
}

}  // namespace

std::string problemOfName(std::string_view name) {
    const bool letters = std::all_of(name.begin(), name.end(), [](char c) {
        return isLower(c) || isDigit(c) || c == '_' || c == '-';
    });
    if (!name.empty() && letters && (isLower(name[0]) || isDigit(name[0])) && name.size() <= 63) {
        return {};
    }
    const auto why = name.size() > 63 ? " has " + std::to_string(name.size()) + " letters" : "";
    return quoted(name) + why + (why.empty() ? " is" : "; that is") +
           " not a name: take 1 to 63 of a-z, 0-9, _ and -, beginning with a letter or digit";
}

std::string problemOfFileName(std::string_view name) {
    const bool letters = std::all_of(name.begin(), name.end(), [](char c) {
        return isWord(c) || c == '_' || c == '-' || c == '.';
    });
    if (!name.empty() && letters && isWord(name[0]) && name.size() <= 100) return {};
    return quoted(name) +
           " is not a plain file name: take 1 to 100 letters, digits, _, - and ., beginning with "
           "a letter or digit";
}

std::string problemOfBranch(std::string_view name) {
    const bool bad_letter = std::any_of(name.begin(), name.end(), [](char c) {
        return isControl(c) || contains(" ~^:?*[\\", std::string_view(&c, 1));
    });
    const bool bad = name.empty() || name.size() > 200 || bad_letter || name.front() == '-' ||
                     name.front() == '/' || name.front() == '.' || name.back() == '/' ||
                     name.back() == '.' || contains(name, "..") || contains(name, "//") ||
                     contains(name, "/.") || contains(name, "@{") || contains(name, ".lock/") ||
                     name == "@" || name.substr(0, 5) == "refs/" ||
                     (name.size() >= 5 && name.substr(name.size() - 5) == ".lock");
    if (!bad) return {};
    return quoted(name) + " is not a branch name git accepts: write it as in git switch, as main";
}

std::string problemOfPerson(std::string_view name) {
    if (!name.empty() && name.size() <= 100 && std::none_of(name.begin(), name.end(), isControl)) {
        return {};
    }
    return quoted(name) + " is not a person's name: take one line of 1 to 100 bytes";
}

std::string problemOfPlaceholders(std::string_view text, const std::vector<std::string>& known) {
    for (auto begin = text.find('{'); begin != std::string_view::npos;
         begin = text.find('{', begin + 1)) {
        const auto end = text.find('}', begin);
        if (end == std::string_view::npos) break;
        const std::string name(text.substr(begin + 1, end - begin - 1));
        if (!isVariableName(name) || std::ranges::find(known, name) != known.end()) continue;
        const auto near = nearest(name, known);
        if (near) return "unknown placeholder {" + name + "}, did you mean {" + *near + "}?";
    }
    return {};
}

}  // namespace orch
