#pragma once

#include <functional>
#include <optional>
#include <string>

#include "core/forge.hpp"
#include "pipeline/setup.hpp"

namespace orch {

// The database's part of a merge: before and after the forge's.

/// Throws Refused when somebody asked for the job to be cancelled: it must not land anything now.
void requireWanted(const std::optional<Job>& job);

/// The token for a lease that is about to be taken. Makes durable what the attempt is about, so
/// that whoever comes after a failure can ask whether it landed. Throws LeaseLost when the attempt
/// is not running any more, Refused when it was cancelled.
[[nodiscard]] std::int64_t beginMerge(Tx& tx,
                                      const Job& job,
                                      const LandRequest& request,
                                      const std::string& repository);

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

/// The end of a merge job that was cancelled. `found`: the commit through which it is on the base
/// all the same, which is then recorded: that was observed, and needs no lease.
std::optional<TaskId> finishCancelledMerge(Tx& tx,
                                           const Setup& setup,
                                           AttemptKey key,
                                           const std::optional<std::string>& found,
                                           const std::string& why);

/// The end of a merge attempt whose head does not hold at a gate that was passed.
[[nodiscard]] Ended mergeVoid(const std::string& reason);
/// The end of a merge attempt that is tried again in a while, uncharged.
[[nodiscard]] Ended mergeLater(const std::string& reason);

}  // namespace orch
