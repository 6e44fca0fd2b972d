#pragma once

#include <string>
#include <vector>

#include "core/change.hpp"
#include "core/pipeline.hpp"

namespace orch {

/// A protected path that a change touches.
struct ProtectedChange {
    std::string path;
    int added{}, removed{};  ///< lines
    bool at_least = false;   ///< there may be more of them
    bool operator==(const ProtectedChange&) const = default;
};

struct ProtectedChanges {
    std::vector<ProtectedChange> paths;
    bool too_many = false;  ///< the change has more paths than are looked at
};

/// The patterns (core/path_pattern.hpp) of a project that says nothing: what the checks and the
/// deploy execute out of the work as far as their commands tell, and what forges and git read out
/// of it. `deploy`: the project's command; empty: none.
[[nodiscard]] std::vector<std::string> defaultProtected(const PipelineDef& pipeline,
                                                        const std::vector<std::string>& deploy);

/// What the checks and the deploy execute out of the work, as defaultProtected() finds it, and no
/// pattern of a project's own list is about.
[[nodiscard]] std::vector<std::string> leftOpen(const std::vector<std::string>& patterns,
                                                const PipelineDef& pipeline,
                                                const std::vector<std::string>& deploy);

/// What is wrong with a pattern in a configuration; empty: nothing.
[[nodiscard]] std::string problemOfPattern(const std::string& pattern);

/// Those of the changed paths that a pattern is about. Lines are not counted.
[[nodiscard]] ProtectedChanges protectedAmong(const ChangedPaths& changed,
                                              const std::vector<std::string>& patterns);

/// Adds the lines that a diff of them adds and removes. Of a diff that is cut the last path is
/// known in part, and nothing is said of those that it does not reach.
void countLines(ProtectedChanges& changes, const Diff& diff);

}  // namespace orch
