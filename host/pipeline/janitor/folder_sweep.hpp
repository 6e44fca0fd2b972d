#pragma once

#include <filesystem>
#include <vector>

#include "core/launcher.hpp"
#include "pipeline/janitor/clean_up.hpp"
#include "pipeline/janitor/rounds.hpp"
#include "pipeline/setup.hpp"

namespace orch {

/// Removes the folders of attempts below jobs/ that nobody needs and whose job was finished more
/// than retention.logs ago. What is no folder of an attempt is left alone. One thread at a time;
/// what it is given must outlive it.
class FolderSweep {
public:
    FolderSweep(Store& store, const Setup& setup, CleanUp& clean_up, JanitorRounds& rounds);

    /// A folder that cannot be removed is told by itself; throws StoreError, filesystem_error or
    /// LaunchError when they cannot be looked at.
    void sweep(Launcher& launcher);

private:
    void nameForeign();
    /// Those to be removed now; tells when the next one is due.
    [[nodiscard]] std::vector<AttemptKey> old(const Launcher& launcher);
    void remove(Launcher& launcher, const std::vector<AttemptKey>& keys);
    void remove(Launcher& launcher, AttemptKey key);

    Store& store_;
    const Setup& setup_;
    CleanUp& clean_up_;
    JanitorRounds& rounds_;
};

}  // namespace orch
