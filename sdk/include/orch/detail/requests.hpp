#pragma once

#include "orch/detail/json.hpp"
#include "orch/detail/words.hpp"
#include "orch/types.hpp"

// What orchd is asked, as sdk/docs/services.md writes it.

namespace orch {
inline namespace sdk {
namespace detail {

[[nodiscard]] inline Json objectOf(const std::vector<std::pair<std::string, std::string>>& pairs) {
    auto object = Json::object();
    for (const auto& [name, text] : pairs) object[name] = text;
    return object;
}

[[nodiscard]] inline Json toJson(const Why& why) {
    return {{"rule", why.rule}, {"decision", why.decision}, {"evidence", objectOf(why.evidence)}};
}

template <class Number>
void setIfThere(Json& object, const char* name, const std::optional<Number>& value) {
    if (value) object[name] = *value;
}

inline void setIfThere(Json& object, const char* name, const std::string& value) {
    if (!value.empty()) object[name] = value;
}

[[nodiscard]] inline Json toJson(const FinishOrder& order) {
    Json request{{"job", order.job},
                 {"attempt", order.attempt},
                 {"cause", wordOf(kCauses, order.cause)},
                 {"why", toJson(order.why)}};
    setIfThere(request, "pid", order.pid);
    setIfThere(request, "pid_start", order.pid_start);
    return request;
}

[[nodiscard]] inline Json toJson(const TaskFilter& filter) {
    Json request{{"limit", filter.limit}};
    setIfThere(request, "project", filter.project);
    setIfThere(request, "stage", filter.stage);
    setIfThere(request, "state", filter.state);
    return request;
}

[[nodiscard]] inline Json toJson(const Notice& notice) {
    Json request{{"subject", notice.subject}, {"text", notice.text}};
    setIfThere(request, "cause", notice.cause);
    return request;
}

[[nodiscard]] inline Json toJson(const HttpProbe& probe) {
    return {{"url", probe.url},
            {"timeout_ms", probe.timeout.count()},
            {"headers", objectOf(probe.headers)},
            {"body_limit", probe.body_limit}};
}

[[nodiscard]] inline Json toJson(const ExecOrder& order) {
    return {{"command", order.command},
            {"timeout_ms", order.timeout.count()},
            {"key", order.key},
            {"why", toJson(order.why)}};
}

[[nodiscard]] inline Json toJson(const JobAnswer& answer) {
    Json json{{"result", wordOf(kResults, answer.result)}};
    if (answer.result == JobAnswer::Result::kFailed) json["reason"] = answer.reason;
    if (answer.result == JobAnswer::Result::kAgain) json["in_ms"] = answer.after.count();
    return json;
}

}  // namespace detail
}  // namespace sdk
}  // namespace orch
