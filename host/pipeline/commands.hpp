#pragma once

#include <optional>
#include <string>
#include <vector>

#include "core/launcher.hpp"
#include "pipeline/setup.hpp"
#include "store/store.hpp"

namespace orch {

// Commands of plugins: exec jobs of no task, each run once, confined like a check, in the plugin's
// own folder. They outlive orchd like any other job.

struct CommandOrder {
    std::string plugin;                ///< its id: letters, digits, '-' and '_'
    std::vector<std::string> command;  ///< argv
    Milliseconds timeout{};            ///< after which its shim ends it; 0: never
    std::string key;                   ///< one live job of the plugin a key; empty: any number
};
/// Its payload has no secret: the words are templates (Mask::asTemplate) until they are started.
[[nodiscard]] NewJob commandJob(const CommandOrder& order, const Mask& mask);
[[nodiscard]] std::vector<std::string> commandOf(const Job& job, const Mask& mask);

/// <state_dir>/plugins/<id> of "plugin:<id>". Throws Error for an agent that is no plugin.
[[nodiscard]] std::filesystem::path commandFolder(const Setup& setup, const std::string& agent);

struct CommandResult {
    JobStatus status{};
    std::optional<int> exit_code, signal;  ///< once it ended so
    std::string reason;
    std::string output;  ///< the last 16 KiB of what it wrote, UTF-8
};
/// Nothing when the plugin has no such job (any more). Throws StoreError, or Error when the output
/// cannot be read.
[[nodiscard]] std::optional<CommandResult> commandResult(Store& store,
                                                         const Launcher& launcher,
                                                         const std::string& plugin,
                                                         JobId job);

}  // namespace orch
