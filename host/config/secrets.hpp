#pragma once

#include <set>
#include <string>
#include <vector>

#include "base/mask.hpp"
#include "config/config.hpp"

namespace orch {

/// The variables that the configuration's ${NAME} references name.
[[nodiscard]] std::set<std::string> referredVariables(const Config& config);

/// What must not be shown: the value of every ${NAME}, and of each variable whose name says that it
/// is a secret (it has TOKEN, SECRET, KEY, PASSWORD, PASSWD or CREDENTIAL in it), whoever uses it.
/// Not: HOME, PATH, USER and the like, which stand in every path.
[[nodiscard]] std::vector<NamedSecret> secretsOf(const Config& config,
                                                 const Environment& environment);

/// A sentence for each value of a ${NAME} that cannot be masked because it is too short or plain.
[[nodiscard]] std::vector<std::string> unmaskedReferences(const Config& config,
                                                          const Environment& environment);

/// A sentence for each argument of a command that has the value of a ${NAME} in it: every user of
/// this machine reads it in the process list while the command runs.
[[nodiscard]] std::vector<std::string> referencesInArguments(const Config& config);

}  // namespace orch
