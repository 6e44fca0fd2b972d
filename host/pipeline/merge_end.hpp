#pragma once

#include <functional>
#include <optional>
#include <string>

#include "pipeline/setup.hpp"

namespace orch {

/// What one drive of a merge job found out, under which token.
struct MergeEnd {
    AttemptKey key;
    std::string repository;
    std::int64_t token{};
    Landed landed;
};

/// The bookkeeping of a merge, in one transaction: the attempt's end, the task's merge commit, the
/// journal, and a notice where a person is waited for. Only the owner of the last token records
/// (M-2): anybody else's attempt ends as "later", and the next one finds what happened. Answers the
/// task to look at next, if any.
std::optional<TaskId> finishMerge(Tx& tx, const Setup& setup, const MergeEnd& end);

/// The end of a merge attempt that is tried again in a while, uncharged.
[[nodiscard]] Ended mergeLater(const std::string& reason);

}  // namespace orch
