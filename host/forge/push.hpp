#pragma once

#include <string>

#include "forge/git_mirror.hpp"

namespace orch {

/// How a conditional push ended, as far as its own answer tells.
struct PushAnswer {
    enum class Kind {
        kDone,
        kRefused,  ///< the repository said no; `reason` is its
        kBusy,     ///< somebody else was writing there, or it was no longer at `expected`
        kUnknown,  ///< no answer: it may have happened
    };
    Kind kind{};
    std::string reason;
};

/// Moves the remote's base branch from `expected` to `commit`, or does nothing. Where the base is
/// checked out there, a clean checkout follows and a changed one makes the repository refuse.
[[nodiscard]] PushAnswer pushBase(const GitMirror& mirror,
                                  const std::string& commit,
                                  const std::string& expected);

}  // namespace orch
