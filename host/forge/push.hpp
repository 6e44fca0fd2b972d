#pragma once

#include <string>

#include "core/landing.hpp"
#include "forge/git_mirror.hpp"

namespace orch {

/// Moves the remote's base branch from `expected` to `commit`, or does nothing. Where the base is
/// checked out there, a clean checkout follows and a changed one makes the repository refuse. Asks
/// `proof` first: throws LeaseLost, nothing pushed.
[[nodiscard]] PushAnswer pushBase(const GitMirror& mirror,
                                  const std::string& commit,
                                  const std::string& expected,
                                  const LeaseProof& proof);

}  // namespace orch
