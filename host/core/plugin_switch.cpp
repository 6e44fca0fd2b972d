#include "core/plugin_switch.hpp"

#include <algorithm>
#include <array>
#include <vector>

#include "base/text.hpp"

namespace orch {

namespace {

bool isOneOf(std::string_view word, const std::array<std::string_view, 4>& words) {
    return std::ranges::find(words, word) != words.end();
}

char lower(char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

std::string environmentOff(const SwitchVotes& votes) {
    if (!votes.environment) return "";
    const auto vote = parseVote(*votes.environment);
    if (vote.value_or(false)) return "";
    const auto shown = votes.variable + "=" + shorten(cleanUtf8(*votes.environment), 40);
    return "environment: " + shown + (vote ? "" : ", which is neither on nor off");
}

std::string runtimeOff(const RuntimeVote& vote) {
    std::string text = "operator " + vote.by;
    if (!vote.when.empty()) text += ", " + vote.when;
    if (!vote.not_recorded.empty()) text += ", not recorded: " + vote.not_recorded;
    return text;
}

}  // namespace

std::optional<bool> parseVote(std::string_view text) {
    std::string word{text};
    std::ranges::transform(word, word.begin(), lower);
    if (isOneOf(word, {"true", "on", "1", "yes"})) return true;
    if (isOneOf(word, {"false", "off", "0", "no"})) return false;
    return std::nullopt;
}

SwitchDecision decideSwitch(const SwitchVotes& votes) {
    std::vector<std::string> off;
    if (const auto said = environmentOff(votes); !said.empty()) off.push_back(said);
    if (!votes.configuration.value_or(true)) off.emplace_back("configuration");
    if (votes.runtime && !votes.runtime->on) off.push_back(runtimeOff(*votes.runtime));
    if (off.empty()) return {true, "on"};
    return {false, "off (" + join(off, "; ") + ")"};
}

}  // namespace orch
