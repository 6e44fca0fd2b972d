#pragma once

#include <optional>
#include <string>
#include <vector>

#include "ctl/init/repository.hpp"

namespace orch::ctl {

/// How a project judges itself.
struct CheckCommand {
    std::vector<std::string> command;
    std::string from;  ///< where that is from: "Makefile has the target check"
};

/// Guesses it from what the base branch holds; the author's own choice (a Makefile) goes before
/// what is usual in a language. Nothing when nothing is known: a check that always passes would be
/// a lie.
[[nodiscard]] std::optional<CheckCommand> findCheck(const BaseTree& tree);

}  // namespace orch::ctl
