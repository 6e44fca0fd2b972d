#include "plugin/job_text.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "base/error.hpp"
#include "base/json_check.hpp"
#include "base/text.hpp"

namespace orch {

namespace {

using Json = nlohmann::json;
using Kind = HandlerAnswer::Kind;

/// As a tick's: each time is a claim and a finish in the database.
constexpr std::int64_t kShortestWait = 100;
constexpr std::int64_t kLongestWait =
    std::chrono::milliseconds(std::chrono::hours{24 * 30}).count();

[[noreturn]] void refuse(std::string_view text, const std::string& wanted) {
    throw PluginError("it answered " + shorten(cleanUtf8(text), 200) + " where " + wanted);
}

std::int64_t waitOf(const Json& answer, std::string_view text) {
    const auto wait = answer.find("in_ms");
    const bool whole = wait != answer.end() && wait->is_number_integer();
    if (whole && *wait >= 0 && *wait <= kLongestWait) {
        return std::max(wait->get<std::int64_t>(), kShortestWait);
    }
    refuse(text, "in_ms must be a whole number of milliseconds, up to 30 days");
}

}  // namespace

std::string jobText(const Job& job) {
    const Json object{{"id", raw(job.id)},
                      {"attempt", job.attempt},
                      {"task", job.task ? name(*job.task) : ""},
                      {"project", job.project},
                      {"stage", job.stage},
                      {"agent", job.agent}};
    return object.dump(-1, ' ', false, Json::error_handler_t::replace);
}

HandlerAnswer readAnswer(std::string_view text, Instant now) {
    if (const auto trouble = jsonTrouble(text))
        refuse(text, "a JSON object is expected (" + *trouble + ")");
    const auto answer = Json::parse(text, nullptr, false);
    if (!answer.is_object()) refuse(text, "a JSON object is expected");
    const auto result = answer.value("result", Json());
    const auto reason = answer.value("reason", Json());
    const auto words =
        reason.is_string() ? cleanUtf8(shorten(reason.get<std::string>(), 2'000)) : "";
    if (result == "done") return {Kind::kDone, words};
    if (result == "failed") return {Kind::kFailed, words.empty() ? "without a reason" : words};
    if (result == "again") return {Kind::kAgain, words, now + Milliseconds{waitOf(answer, text)}};
    refuse(text, "\"result\" must be done, failed or again");
}

}  // namespace orch
