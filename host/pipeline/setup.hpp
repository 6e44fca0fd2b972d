#pragma once

#include <filesystem>
#include <functional>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "base/mask.hpp"
#include "core/confinement.hpp"
#include "core/pipeline.hpp"
#include "core/project.hpp"
#include "core/retention.hpp"
#include "store/jobs.hpp"

namespace orch {

/// A user that agents or checks run as.
struct AgentUser {
    UserIds ids;
    std::filesystem::path home;
};

using PromptValues = std::vector<std::pair<std::string, std::string>>;

/// What the operator decided, checked at load; it does not change while orchd runs.
struct Setup {
    std::filesystem::path state_dir;  ///< absolute
    PipelineDef pipeline;
    std::map<std::string, AgentDef> agents;
    std::map<std::string, ProjectDef> projects;
    RetryPolicy retry;
    ClaimLimits limits;
    Retention retention;
    std::uint64_t min_free = 0;  ///< bytes of disk without which no process begins; 0: any
    std::map<std::string, std::string> environment;  ///< orchd's own, for what agents may inherit
    Confine confine_checks = Confine::kAuto;
    std::string run_checks_as;                     ///< empty: orchd's own user
    std::map<std::string, AgentUser> users;        ///< by name: every run_as
    std::vector<std::filesystem::path> read_only;  ///< for whoever is confined; absolute
    unsigned umask = 022;             ///< what agents, checks and deploys are started with
    Mask mask;                        ///< for what is written for people
    std::string api_url, read_token;  ///< for agents that may read the API
    /// The stage's prompt with its placeholders replaced.
    std::function<std::string(const std::string& stage, const PromptValues&)> render_prompt;

    [[nodiscard]] std::filesystem::path taskFolder(TaskId task) const {
        return state_dir / "tasks" / name(task);
    }
    /// Copies of artefacts as they were judged; out of agents' reach.
    [[nodiscard]] std::filesystem::path snapshots(TaskId task) const {
        return state_dir / "snapshots" / name(task);
    }
    [[nodiscard]] std::filesystem::path worktree(TaskId task, const char* suffix = "") const {
        return state_dir / "worktrees" / (name(task) + suffix);
    }
};

}  // namespace orch
