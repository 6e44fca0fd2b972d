#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>
#include <vector>

#include "ctl/terminal.hpp"

namespace orch::ctl {

// What orchd's documents say, as text for people; a newer or older orchd may leave fields out, so
// nothing here throws.

/// The field as one harmless line (harmlessLine): "-" for null, absent or empty.
[[nodiscard]] std::string textOf(const nlohmann::json& object, const char* field);
/// The field as it was sent, "" for null and absent.
[[nodiscard]] std::string textOr(const nlohmann::json& object, const char* field);
[[nodiscard]] long numberOf(const nlohmann::json& object, const char* field);
[[nodiscard]] bool isSet(const nlohmann::json& object, const char* field);
/// The array; an empty one when it is none.
[[nodiscard]] const nlohmann::json& listOf(const nlohmann::json& object, const char* field);
/// Of an object that will be gone: the array itself.
[[nodiscard]] nlohmann::json listOf(nlohmann::json&& object, const char* field);
/// The object; an empty one when it is none.
[[nodiscard]] const nlohmann::json& objectOf(const nlohmann::json& object, const char* field);

/// What a decision stands on, as "head 3fa9c1e, exit_code 2", out of its field `evidence`.
[[nodiscard]] std::string evidenceOf(const nlohmann::json& object);

/// The colour of a task's or plugin's state, a job's status or a verdict's colour.
[[nodiscard]] Tint tintOf(const std::string& state);

}  // namespace orch::ctl
