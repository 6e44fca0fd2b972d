#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/clock.hpp"

namespace orch {

/// A project is served once its repository answered what a start asks (Forge::prepare).
enum class ProjectState { kOpening, kOpen, kHeld };

/// "opening", "open" or "held".
[[nodiscard]] std::string_view nameOf(ProjectState state);

struct ProjectStatus {
    std::string name;
    ProjectState state = ProjectState::kOpening;
    Instant since{};    ///< of the state; a hold outlives restarts of orchd
    std::string cause;  ///< of a hold: a sentence with what to do, where that is known
    std::optional<Instant> next_look;  ///< of a hold; nothing while it is looked at
};

/// Why nothing of the project is begun, for people; empty when it is open.
[[nodiscard]] std::string whyClosed(const ProjectStatus& project, Instant now);

}  // namespace orch
