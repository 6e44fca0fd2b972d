#include "base/ids.hpp"

#include <charconv>

namespace orch {

namespace {

std::optional<std::int64_t> positive(std::string_view digits) {
    std::int64_t value{};
    const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), value);
    if (error != std::errc{} || end != digits.data() + digits.size() || value < 1) return {};
    return value;
}

}  // namespace

std::optional<TaskId> parseTaskId(std::string_view text) {
    if (!text.starts_with("T-")) return {};
    const auto value = positive(text.substr(2));
    return value ? std::optional{TaskId{*value}} : std::nullopt;
}

std::optional<AttemptKey> parseAttemptKey(std::string_view text) {
    const auto dot = text.find('.');
    if (dot == std::string_view::npos) return {};
    const auto job = positive(text.substr(0, dot));
    const auto attempt = positive(text.substr(dot + 1));
    if (!job || !attempt || *attempt > INT32_MAX) return {};
    return AttemptKey{JobId{*job}, static_cast<int>(*attempt)};
}

}  // namespace orch
