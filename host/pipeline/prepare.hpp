#pragma once

#include "core/task.hpp"
#include "pipeline/repositories.hpp"
#include "pipeline/setup.hpp"
#include "store/store.hpp"

namespace orch {

/// Turns a claimed job into what its shim needs: the worktree, the prompt, the environment.
class Preparer {
public:
    Preparer(Store& store, const Setup& setup, const Repositories& repositories);

    /// For agents, checks, deploys and jobs without a task; on the project's lane. Throws
    /// RemoteError or Error with the reason why the attempt cannot start, Refused when it must not.
    [[nodiscard]] StartSpec specFor(const Job& job) const;

private:
    struct OpenedWorktree {
        std::filesystem::path folder;
        std::string head;
    };
    [[nodiscard]] OpenedWorktree openForAgent(const Task& task, const StageDef& stage) const;
    [[nodiscard]] StartSpec specOfItsKind(const Job& job) const;
    [[nodiscard]] StartSpec agentSpec(const Job& job, const Task& task) const;
    [[nodiscard]] Payload openForCheck(const Job& job,
                                       const Task& task,
                                       const std::filesystem::path& folder) const;
    [[nodiscard]] StartSpec checkSpec(const Job& job, const Task& task) const;
    [[nodiscard]] StartSpec deploySpec(const Job& job, const Task& task) const;
    [[nodiscard]] StartSpec plainSpec(const Job& job) const;
    [[nodiscard]] StartSpec commandSpec(const Job& job) const;
    [[nodiscard]] std::vector<std::string> environmentFor(
        const std::vector<std::string>& pass,
        const std::vector<std::pair<std::string, std::string>>& own) const;

    Store& store_;
    const Setup& setup_;
    const Repositories& repositories_;
};

}  // namespace orch
