#pragma once

#include <string>

#include "core/attempt.hpp"
#include "pipeline/confined_paths.hpp"
#include "pipeline/setup.hpp"

namespace orch {

/// What the operator wants for an agent or for checks.
struct WantedConfinement {
    Confine confine{};
    std::string run_as;  ///< empty: orchd's own user
};

/// Puts into `spec` how it is confined, gives the other user what belongs to the attempt and its
/// own HOME, and, where nothing new could be made in the folder for temporary files, a TMPDIR of
/// the task. Throws Error.
void confineAttempt(const Setup& setup,
                    const WantedConfinement& wanted,
                    OwnPaths own,
                    StartSpec& spec);

}  // namespace orch
