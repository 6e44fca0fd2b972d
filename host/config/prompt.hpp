#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "config/config.hpp"

namespace orch {

/// What the key `prompts` says for the prompts that are part of the program.
constexpr const char* kBuiltInPrompts = "built-in";

/// The placeholders a prompt template may have, without their braces, sorted.
[[nodiscard]] const std::vector<std::string>& promptPlaceholders();

/// Replaces every {{name}} by its value, once: what a value contains is not looked at again, so a
/// task's text cannot reach other values. Throws ConfigError for a {{name}} without a value.
[[nodiscard]] std::string renderPrompt(std::string_view text,
                                       const std::map<std::string, std::string>& values);

/// The template of each stage that has an agent, by the stage's name, from <prompts>/<stage>.md
/// or from those built in. Throws ConfigError, one line a problem: a missing file, an unknown
/// placeholder ("file:line:column: …").
[[nodiscard]] std::map<std::string, std::string> loadPrompts(const Config& config);

/// What loadPrompts would throw about, a line each.
[[nodiscard]] std::vector<std::string> promptProblems(const Config& config);

}  // namespace orch
