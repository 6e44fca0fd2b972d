#include "core/project_status.hpp"

#include <algorithm>

#include "base/text.hpp"

namespace orch {

std::string_view nameOf(ProjectState state) {
    switch (state) {
        case ProjectState::kOpening:
            return "opening";
        case ProjectState::kOpen:
            return "open";
        case ProjectState::kHeld:
            return "held";
    }
    return "unknown";
}

std::string whyClosed(const ProjectStatus& project, Instant now) {
    const auto who = "project " + project.name + " is ";
    switch (project.state) {
        case ProjectState::kOpen:
            return {};
        case ProjectState::kOpening:
            return who + "being opened: orchd looks at its repository for the first time";
        case ProjectState::kHeld:
            break;
    }
    const auto left = [&] { return std::max(Milliseconds{0}, *project.next_look - now); };
    return who + "held since " + spokenDuration(std::max(Milliseconds{0}, now - project.since)) +
           ": " + project.cause +
           (project.next_look ? "; next look in " + spokenDuration(left())
                              : "; it is being looked at again");
}

}  // namespace orch
