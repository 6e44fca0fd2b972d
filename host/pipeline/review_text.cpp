#include "pipeline/review_text.hpp"

#include <nlohmann/json.hpp>

#include "base/error.hpp"
#include "base/json_check.hpp"
#include "base/text.hpp"

namespace orch {

namespace {

constexpr std::size_t kFindingLimit = 2'000;
constexpr std::size_t kFindings = 50;
constexpr std::size_t kHeadLimit = 64;

/// Without the fence that models like to put around JSON.
std::string_view unfenced(std::string_view text) {
    constexpr std::string_view kFence = "```";
    constexpr std::string_view kSpace = " \t\r\n";
    const auto begin = text.find_first_not_of(kSpace);
    const auto end = text.find_last_not_of(kSpace);
    if (begin == std::string_view::npos) return text;
    const auto inner = text.substr(begin, end - begin + 1);
    const auto line = inner.find('\n');
    const bool fenced = inner.starts_with(kFence) && inner.ends_with(kFence) &&
                        line != std::string_view::npos && line < inner.size() - kFence.size();
    if (!fenced) return text;
    return inner.substr(line + 1, inner.size() - kFence.size() - line - 1);
}

const std::string& textIn(const nlohmann::json& json, const char* name) {
    const auto member = json.find(name);
    if (member == json.end()) throw Error(std::string{"it has no \""} + name + "\"");
    if (!member->is_string()) throw Error(std::string{"its \""} + name + "\" is no text");
    return member->get_ref<const std::string&>();
}

std::vector<std::string> findingsIn(const nlohmann::json& json) {
    std::vector<std::string> findings;
    const auto member = json.find("findings");
    if (member == json.end()) return findings;
    if (!member->is_array()) throw Error("its \"findings\" are no list");
    for (const auto& finding : *member) {
        if (!finding.is_string()) throw Error("one of its \"findings\" is no text");
        if (findings.size() == kFindings) break;
        findings.push_back(shorten(finding.get_ref<const std::string&>(), kFindingLimit));
    }
    return findings;
}

Review reviewFrom(std::string_view text) {
    if (const auto trouble = jsonTrouble(text)) throw Error("it is not JSON (" + *trouble + ")");
    const auto json = nlohmann::json::parse(text);
    if (!json.is_object()) throw Error("it is no JSON object");
    const auto& verdict = textIn(json, "verdict");
    if (verdict != "approve" && verdict != "reject") {
        throw Error("verdict is \"" + cleanUtf8(shorten(verdict, 40)) +
                    "\", it must be \"approve\" or \"reject\"");
    }
    return {.approve = verdict == "approve",
            .head = cleanUtf8(shorten(textIn(json, "head"), kHeadLimit)),
            .findings = findingsIn(json)};
}

}  // namespace

Observed<Review> parseReview(const std::string& content) {
    try {
        return {reviewFrom(unfenced(content)), {}};
    } catch (const Error& error) {
        return {{}, error.what()};
    }
}

}  // namespace orch
