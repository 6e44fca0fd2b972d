#include "ctl/init/state_folder.hpp"

#include <unistd.h>

#include "base/digest.hpp"
#include "base/error.hpp"

namespace orch::ctl {

namespace fs = std::filesystem;

namespace {

/// Agents that are confined cannot make new files beside the folders above the state folder; in a
/// home they have a use for that, in /var/lib they do not.
bool mayUse(const fs::path& machine_wide) {
    std::error_code error;
    const auto asked = fs::exists(machine_wide, error) ? machine_wide : machine_wide.parent_path();
    return access(asked.c_str(), W_OK | X_OK) == 0;
}

fs::path parentFor(const Surroundings& around) {
    const fs::path machine_wide = "/var/lib/orchd";
    // The XDG base directory specification: a relative path is to be ignored.
    const fs::path named = around.variable("XDG_STATE_HOME").value_or("");
    if (named.is_absolute()) return named / "orchd";
    if (mayUse(machine_wide)) return machine_wide;
    const fs::path home = around.variable("HOME").value_or("");
    if (home.is_absolute()) return home / ".local" / "state" / "orchd";
    throw Error("there is no folder for orchd's state: set HOME or XDG_STATE_HOME");
}

}  // namespace

fs::path stateFolderFor(const Repository& repository,
                        const std::string& project,
                        const Surroundings& around) {
    const auto digits = sha256(repository.folder.string()).substr(0, 6);
    return parentFor(around).lexically_normal() / (project + "-" + digits);
}

}  // namespace orch::ctl
