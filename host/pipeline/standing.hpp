#pragma once

#include <vector>

#include "core/gates.hpp"
#include "pipeline/operator.hpp"
#include "store/tasks.hpp"

namespace orch {

// What a task stands at that a person may answer to.

/// By what was judged just now.
[[nodiscard]] std::vector<Standing> standingOf(const Facts& facts,
                                               const std::vector<Verdict>& verdicts);
/// By the newest recorded verdict of each gate in the task's present visit. `stage`: its
/// definition.
[[nodiscard]] std::vector<Standing> standingOf(const Task& task,
                                               const StageDef& stage,
                                               const std::vector<VerdictRow>& newest_first);

/// "--shown 0123456789abcdef": the words of a command that name what it is about. Sixteen digits
/// are more than anybody finds a second commit for.
[[nodiscard]] std::string shownOption(const Standing& standing);

/// Does what somebody was shown name this? The whole of it, or its first kLeastShown digits or
/// more.
[[nodiscard]] bool names(const std::string& shown, const Standing& standing);
inline constexpr std::size_t kLeastShown = 12;

/// The one of those with this verb that `shown` names. Throws NotAsShown when nothing was shown or
/// it is none of them or more than one; nothing when there is none with this verb at all.
[[nodiscard]] std::optional<Standing> chosenOf(const std::vector<Standing>& standing,
                                               TaskId task,
                                               const std::string& verb,
                                               const std::string& shown);

}  // namespace orch
