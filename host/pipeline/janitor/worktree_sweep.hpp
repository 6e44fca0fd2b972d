#pragma once

#include <filesystem>
#include <string>

#include "core/task.hpp"
#include "pipeline/janitor/clean_up.hpp"
#include "pipeline/repositories.hpp"
#include "pipeline/setup.hpp"

namespace orch {

/// Gives back the worktrees below worktrees/ of tasks that are over, when all of their work is on
/// the base. What belongs to no known task or project is left alone. One
/// thread at a time; what it is given must outlive it and the lanes' work.
class WorktreeSweep {
public:
    WorktreeSweep(Store& store,
                  const Setup& setup,
                  const Repositories& repositories,
                  CleanUp& clean_up);

    /// Decides here and closes on the repositories' lanes. Never throws.
    void sweep();

private:
    void consider(const std::filesystem::path& folder);
    void close(const Task& task, const std::filesystem::path& folder);
    [[nodiscard]] bool mayGo(const Task& task, const std::filesystem::path& folder);
    [[nodiscard]] bool holdsWork(const Task& task, const std::filesystem::path& folder) const;

    Store& store_;
    const Setup& setup_;
    const Repositories& repositories_;
    CleanUp& clean_up_;
};

}  // namespace orch
