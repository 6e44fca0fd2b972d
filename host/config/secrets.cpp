#include "config/secrets.hpp"

#include <algorithm>
#include <array>
#include <string_view>

#include "base/text.hpp"

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

/// "agents.developer.command[2]", "pipeline.stages[0].check[1]", "projects[0].deploy.command[1]".
bool isArgument(const std::string& key) {
    const auto in = [&](std::string_view section, std::string_view list) {
        return key.starts_with(section) && key.find(list) != std::string::npos;
    };
    return in("agents.", ".command[") || in("pipeline.stages[", ".check[") ||
           in("projects[", ".deploy.command[");
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

std::vector<std::string> referencesInArguments(const Config& config) {
    std::vector<std::string> sentences;
    for (const auto& [key, text] : config.references) {
        std::set<std::string> names;
        collectReferences(text, names);
        std::erase_if(names, isOfTheSurroundings);
        if (names.empty() || !isArgument(key)) continue;
        const std::vector<std::string> list{names.begin(), names.end()};
        const auto command = key.find(".command[");
        const auto cure = key.starts_with("agents.")
                              ? "hand it on by its name: " + key.substr(0, command) +
                                    ".pass_env: [" + join(list, ", ") + "]"
                              : "let the command read it from a file that only its user can read";
        sentences.push_back(key + ": the value of ${" + join(list, "}, ${") +
                            "} is in the process list, for every user of this machine, while the "
                            "command runs; " +
                            cure);
    }
    return sentences;
}

}  // namespace orch
