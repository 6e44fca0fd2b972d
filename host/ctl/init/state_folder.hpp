#pragma once

#include <filesystem>
#include <string>

#include "ctl/endpoint.hpp"
#include "ctl/init/repository.hpp"

namespace orch::ctl {

/// Where orchd could keep what it knows of this repository: outside of it, always the same for the
/// same one. $XDG_STATE_HOME/orchd, else /var/lib/orchd where we may write, else
/// ~/.local/state/orchd, and in it <project>-<six digits of the repository's path>. Makes nothing.
/// Throws Error when there is neither a variable nor a home.
[[nodiscard]] std::filesystem::path stateFolderFor(const Repository& repository,
                                                   const std::string& project,
                                                   const Surroundings& around);

}  // namespace orch::ctl
