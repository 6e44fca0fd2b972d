#include "http/target.hpp"

#include <algorithm>
#include <charconv>
#include <string_view>

#include "base/text.hpp"
#include "http/problem.hpp"
#include "http/text_rules.hpp"

namespace orch {
namespace {

std::string decoded(std::string_view text) {
    auto plain = decodePercent(text);
    if (!plain) throw Rejected(400, "the address has a broken percent escape");
    if (const auto wrong = textProblem(*plain, 1000, Lines::kOne)) {
        throw Rejected(400, "the address " + *wrong);
    }
    return *plain;
}

void requireAllowed(const std::string& name, const std::vector<std::string>& allowed) {
    if (std::find(allowed.begin(), allowed.end(), name) != allowed.end()) return;
    throw Rejected(
        400,
        "unknown parameter \"" + shorten(name, 100) + "\" in the address" +
            (allowed.empty() ? "; this takes none" : "; this takes: " + join(allowed, ", ")));
}

std::optional<std::int64_t> parseNumber(const std::string& text) {
    std::int64_t value = 0;
    const auto end = text.data() + text.size();
    const auto [stop, error] = std::from_chars(text.data(), end, value);
    if (text.empty() || error != std::errc{} || stop != end) return std::nullopt;
    return value;
}

}  // namespace

Target splitTarget(const std::string& uri) {
    const auto mark = uri.find('?');
    if (mark == std::string::npos) return {uri, ""};
    return {uri.substr(0, mark), uri.substr(mark + 1)};
}

std::map<std::string, std::string> readQuery(const std::string& query,
                                             const std::vector<std::string>& allowed) {
    std::map<std::string, std::string> values;
    std::string_view rest = query;
    while (!rest.empty()) {
        const auto part = rest.substr(0, rest.find('&'));
        rest.remove_prefix(std::min(rest.size(), part.size() + 1));
        if (part.empty()) continue;
        const auto equals = part.find('=');
        const auto name = decoded(part.substr(0, equals));
        requireAllowed(name, allowed);
        const auto value = equals == std::string_view::npos ? "" : part.substr(equals + 1);
        if (!values.emplace(name, decoded(value)).second) {
            throw Rejected(400, "the parameter " + name + " comes twice in the address");
        }
    }
    return values;
}

std::string readIdempotencyKey(const Head& head) {
    auto key = head.one("Idempotency-Key");
    const bool printable =
        std::all_of(key.begin(), key.end(), [](char c) { return c >= ' ' && c < '\x7f'; });
    if (printable && key.size() <= 200) return key;
    throw Rejected(400, "Idempotency-Key takes at most 200 printable ASCII characters");
}

std::string textIn(const Request& request, const std::string& name) {
    const auto found = request.query.find(name);
    return found == request.query.end() ? "" : found->second;
}

std::int64_t numberIn(const Request& request, const std::string& name, const NumberRule& rule) {
    if (!request.query.contains(name)) return rule.otherwise;
    const auto value = parseNumber(textIn(request, name));
    if (value && *value >= rule.least && *value <= rule.most) return *value;
    throw Rejected(400,
                   name + " takes a whole number from " + std::to_string(rule.least) + " to " +
                       std::to_string(rule.most));
}

bool flagIn(const Request& request, const std::string& name) {
    if (!request.query.contains(name)) return false;
    const auto value = textIn(request, name);
    if (value == "1" || value == "true" || value.empty()) return true;
    if (value == "0" || value == "false") return false;
    throw Rejected(400, name + " takes 1 or 0");
}

}  // namespace orch
