#pragma once

#include "orch/settings.hpp"
#include "reaper/decide.hpp"

namespace orch::reaper {

/// What ORCH_PLUGIN publishes and policyFrom reads.
inline constexpr const char* kSettingsSchema = R"({
  "type": "object",
  "additionalProperties": false,
  "properties": {
    "dead_ticks": {
      "type": "integer", "minimum": 1, "maximum": 100, "default": 3,
      "environment": "ORCH_REAPER_DEAD_TICKS",
      "description": "ticks in a row that have to see a process dead"
    },
    "max_running": {
      "type": "string", "format": "duration", "minimum": "1s",
      "environment": "ORCH_REAPER_MAX_RUNNING_S",
      "description": "longest an attempt may run; not given: 2h, but not before its own time limit and 5m"
    },
    "max_running_by_stage": {
      "type": "array", "items": {"type": "string"},
      "description": "the same for single stages, such as deploy=4h"
    },
    "spawn_grace": {
      "type": "string", "format": "duration", "default": "30s",
      "description": "how long an attempt may be without a process after it was claimed"
    }
  }
})";

/// Throws SettingsError, which names the setting.
[[nodiscard]] Policy policyFrom(const Settings& settings);

}  // namespace orch::reaper
