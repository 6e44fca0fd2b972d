#pragma once

#include <optional>
#include <string>

#include "core/forge.hpp"

namespace orch {

// Landing is observe, decide, swap, observe, decide. These are the decisions, the same for every
// forge; the interleaving checker in tests/model runs them too.

/// How a task's head came onto the base branch.
struct OnBase {
    std::string commit;                      ///< on the base's first-parent line
    std::optional<std::string> reverted_by;  ///< set: the content is not there any more
};

/// The base branch as the remote showed it just now.
struct BaseSeen {
    std::string name, tip;
    std::optional<OnBase> found;  ///< the request's task and head
};

/// The answers that need no merge: on the base already, taken back, or judged on another base.
[[nodiscard]] std::optional<Landed> withoutMerging(const LandRequest& request,
                                                   const BaseSeen& base);

/// How a conditional push ended, as far as its own answer tells.
struct PushAnswer {
    enum class Kind {
        kDone,
        kRefused,  ///< the repository said no; `reason` is its
        kBusy,     ///< somebody else was writing there, or it was no longer where it was expected
        kUnknown,  ///< no answer: it may have happened
    };
    Kind kind{};
    std::string reason;
};

/// Whatever the push said, the repository was asked again: `merge_is_on_base` and `base` are its
/// answers. Nothing: the same may be tried once more. Throws RemoteError (retryable) when nobody
/// knows yet what happened.
[[nodiscard]] std::optional<Landed> afterPush(const LandRequest& request,
                                              const std::string& merge,
                                              bool merge_is_on_base,
                                              const BaseSeen& base,
                                              const PushAnswer& answer);

}  // namespace orch
