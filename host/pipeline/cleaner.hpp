#pragma once

#include <filesystem>
#include <optional>
#include <string>

#include "pipeline/alarm.hpp"
#include "pipeline/setup.hpp"
#include "store/store.hpp"

namespace orch {

/// Gives back the disk space of tasks that are done: their worktrees go; branches, artefacts and
/// logs stay. The worktree of a cancelled task stays too: it may hold work that is nowhere else.
class Cleaner {
public:
    Cleaner(Store& store, const Setup& setup, const Repositories& repositories, Alarm& alarm);

    /// Looks soon, on a lane, for what tasks that are done left. Never blocks, never throws.
    void wake();

private:
    void look();
    /// Whose worktree this is, when its task is done.
    [[nodiscard]] std::optional<std::string> projectOfDone(const std::filesystem::path& folder);
    void close(const std::string& project, const std::filesystem::path& folder);
    void again(const std::string& what, const std::string& why);

    Store& store_;
    const Setup& setup_;
    const Repositories& repositories_;
    Alarm& alarm_;
};

}  // namespace orch
