#pragma once

#include <cstddef>
#include <map>
#include <span>
#include <string>

#include "http/text_rules.hpp"

namespace orch {

enum class Need { kRequired, kOptional };

/// One text field that a body may have.
struct FieldRule {
    const char* name;
    Need need;
    std::size_t max_characters;
    Lines lines = Lines::kOne;
};

/// The texts of a JSON object, by name; an optional field that is absent or null is absent. An
/// empty body is an empty object. Throws Rejected: 400 with line and column when it is not JSON,
/// 422 with a sentence for an unknown, missing, repeated, wrongly typed or badly written field.
[[nodiscard]] std::map<std::string, std::string> readFields(const std::string& body,
                                                            std::span<const FieldRule> rules);

/// The value of `name`, or `otherwise`.
[[nodiscard]] std::string valueOr(const std::map<std::string, std::string>& fields,
                                  const std::string& name,
                                  const std::string& otherwise);

}  // namespace orch
