#pragma once

#include <sys/types.h>

#include <filesystem>
#include <optional>
#include <string>

#include "config/config.hpp"

namespace orch {

/// Overwrites, in this process's memory, the values of the variables it was started with, but for
/// those that are no secret and that git and programs like it need (PATH, HOME, LANG …), and takes
/// them out of its environment: what /proc/<pid>/environ shows of a running orchd, and what the
/// programs it starts inherit, holds no secret. Variables that a value of the configuration or a
/// pass_env names are always overwritten. Call it before there are other threads.
void forgetSecrets(const Config& config);

/// Makes what this process and the git it runs create nobody else's to write (umask(2)); answers
/// the umask before, which agents get. Files of its own have their modes beside that.
unsigned keepWritesOwn();

/// The state folder, made when it is not there: orchd's user's own, and closed to everybody else
/// but for `group`, whose members may pass through. Modes that were too open are set right; a
/// sentence that says so, or nothing. Throws ConfigError when the folder is another user's,
/// whatever its mode.
[[nodiscard]] std::optional<std::string> closeStateFolder(const std::filesystem::path& state_dir,
                                                          std::optional<gid_t> group);

/// In the state folder: the settings that git is started with.
constexpr const char* kGitSettings = "gitconfig";
constexpr const char* kGitExcludes = "gitignore";  ///< and what is nobody's work for them

/// Lets git see, instead of the user's own settings, a copy of what in them is harmless: agents
/// that run as the same user can change the original, and git runs what it finds there, or changes
/// files by it. Writes <state_dir>/gitconfig and names it in GIT_CONFIG_GLOBAL. Throws Error.
void useOwnGitSettings(const Config& config);

}  // namespace orch
