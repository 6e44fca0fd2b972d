#pragma once

#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace orch {

enum class TaskId : std::int64_t {};
enum class JobId : std::int64_t {};

/// One execution of a job. `attempt` starts at 1, grows by one a claim and is the fence that every
/// later write names.
struct AttemptKey {
    JobId job{};
    int attempt{};
    auto operator<=>(const AttemptKey&) const = default;
};

[[nodiscard]] constexpr std::int64_t raw(TaskId id) {
    return static_cast<std::int64_t>(id);
}
[[nodiscard]] constexpr std::int64_t raw(JobId id) {
    return static_cast<std::int64_t>(id);
}

/// "T-3", as people and branches name a task.
[[nodiscard]] inline std::string name(TaskId id) {
    return "T-" + std::to_string(raw(id));
}
/// "7.2": job 7, attempt 2; also the name of the attempt's folder.
[[nodiscard]] inline std::string name(AttemptKey key) {
    return std::to_string(raw(key.job)) + "." + std::to_string(key.attempt);
}
/// The reverse of name(TaskId); nothing unless `text` is exactly "T-" and a number from 1.
[[nodiscard]] std::optional<TaskId> parseTaskId(std::string_view text);
/// The reverse of name(AttemptKey).
[[nodiscard]] std::optional<AttemptKey> parseAttemptKey(std::string_view text);

}  // namespace orch
