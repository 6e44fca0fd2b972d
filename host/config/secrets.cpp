#include "config/secrets.hpp"

#include <algorithm>
#include <array>
#include <string_view>

namespace orch {

namespace {

using namespace std::string_view_literals;

bool isNamedAsSecret(const std::string& name) {
    constexpr std::array kSigns{
        "TOKEN"sv, "SECRET"sv, "KEY"sv, "PASSWORD"sv, "PASSWD"sv, "CREDENTIAL"sv};
    return std::ranges::any_of(
        kSigns, [&](std::string_view sign) { return name.find(sign) != std::string::npos; });
}

/// Where and as whom a program runs; masked, every path would be unreadable.
bool isOfTheSurroundings(const std::string& name) {
    constexpr std::array kNames{"HOME"sv,
                                "HOSTNAME"sv,
                                "LANG"sv,
                                "LOGNAME"sv,
                                "PATH"sv,
                                "PWD"sv,
                                "SHELL"sv,
                                "TERM"sv,
                                "TMPDIR"sv,
                                "TZ"sv,
                                "USER"sv};
    return std::ranges::find(kNames, name) != kNames.end() || name.starts_with("XDG_");
}

/// Puts the names in a text's references into `names`; "$${" is none.
void collectReferences(std::string_view text, std::set<std::string>& names) {
    for (auto at = text.find("${"); at != text.npos; at = text.find("${", at + 2)) {
        const bool is_plain = at > 0 && text[at - 1] == '$';
        const auto end = text.find('}', at);
        if (end == text.npos) return;
        if (!is_plain) names.emplace(text.substr(at + 2, end - at - 2));
    }
}

}  // namespace

std::set<std::string> referredVariables(const Config& config) {
    std::set<std::string> names;
    for (const auto& [key, text] : config.references) collectReferences(text, names);
    return names;
}

std::vector<NamedSecret> secretsOf(const Config& config, const Environment& environment) {
    const auto referred = referredVariables(config);
    std::vector<NamedSecret> secrets;
    for (const auto& [name, value] : environment) {
        const bool is_secret = referred.contains(name) || isNamedAsSecret(name);
        if (is_secret && !isOfTheSurroundings(name)) secrets.push_back({name, Secret{value}});
    }
    return secrets;
}

std::vector<std::string> unmaskedReferences(const Config& config, const Environment& environment) {
    std::vector<std::string> sentences;
    for (const auto& name : referredVariables(config)) {
        const auto found = environment.find(name);
        if (found == environment.end() || isOfTheSurroundings(name)) continue;
        const auto why = whyNotMasked(found->second);
        if (!why) continue;
        sentences.push_back("the value of ${" + name + "} is not hidden where a program prints " +
                            "it: " + *why);
    }
    return sentences;
}

}  // namespace orch
