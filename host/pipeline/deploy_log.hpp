#pragma once

#include <string>
#include <vector>

#include "pipeline/setup.hpp"
#include "store/deploys.hpp"

namespace orch {

/// What the deploy stage leaves in the task's artefact folder (S7).
constexpr const char* kDeployLog = "06-deploy-log.md";

/// What is told of a deploy whose command ended.
struct DeployReport {
    Deploy deploy;  ///< as it was before
    DeployEnd end;
    std::string log_tail;         ///< of its command
    std::vector<Deploy> earlier;  ///< of this task, newest first
};

/// How a deploy's state is told to people.
[[nodiscard]] std::string spoken(DeployState state);

/// The artefact's text. `now` turns stored moments into wall time.
[[nodiscard]] std::string deployLog(const DeployReport& report, const Now& now);

}  // namespace orch
