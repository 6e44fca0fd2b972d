#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "core/confinement.hpp"
#include "core/deploy.hpp"
#include "core/job.hpp"
#include "core/plugin_status.hpp"
#include "core/task.hpp"
#include "core/verdict.hpp"

namespace orch {

// What enum values are called in rows, API and YAML: "running", "timed_out", "host_rebooted", …

[[nodiscard]] std::string_view nameOf(JobStatus status);
[[nodiscard]] std::string_view nameOf(Outcome outcome);
[[nodiscard]] std::string_view nameOf(Lane lane);
[[nodiscard]] std::string_view nameOf(WorkKind kind);
[[nodiscard]] std::string_view nameOf(DeployState state);
[[nodiscard]] std::string_view nameOf(TaskState state);
[[nodiscard]] std::string_view nameOf(Colour colour);
[[nodiscard]] std::string_view nameOf(Confine confine);
[[nodiscard]] std::string_view nameOf(PathAccess access);
[[nodiscard]] std::string_view nameOf(PluginMode mode);
/// "?" for kByPlace, which is what the configuration leaves out.
[[nodiscard]] std::string_view nameOf(Isolation isolation);
[[nodiscard]] std::string_view nameOf(PluginState state);
template <class E>
[[nodiscard]] std::optional<E> fromName(std::string_view name);

}  // namespace orch
