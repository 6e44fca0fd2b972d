#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace orch {

// What is wrong with a name somebody chose, as a sentence; empty when nothing is.

/// Of projects, agents and stages, which become folders, branches and parts of addresses:
/// [a-z0-9][a-z0-9_-]{0,62}.
[[nodiscard]] std::string problemOfName(std::string_view name);
/// Of a file in a task's artefact folder: one plain file name.
[[nodiscard]] std::string problemOfFileName(std::string_view name);
/// Of a branch (git-check-ref-format(1)).
[[nodiscard]] std::string problemOfBranch(std::string_view name);
/// Of a person: any text of one line, 1 to 100 bytes.
[[nodiscard]] std::string problemOfPerson(std::string_view name);

/// Of an argument with {placeholders}: one that is nearly, but not quite, one of `known`. Other
/// braces are left alone: programs have a use for them.
[[nodiscard]] std::string problemOfPlaceholders(std::string_view text,
                                                const std::vector<std::string>& known);

}  // namespace orch
