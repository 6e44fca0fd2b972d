#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "pipeline/setup.hpp"

namespace orch {

/// One thing that a hostile agent tried.
struct Tried {
    enum class Kind { kFiles, kProcesses, kKernel, kApi };

    std::string by;    ///< "agents a, b and checks, on project p"
    Kind kind{};       ///< of what it was after
    std::string what;  ///< "read the token", "prlimit of orchd"
    std::string on;    ///< the path or address; empty for others
    bool could = false;
    bool known = false;  ///< confinement does not claim to hold it (docs/security.md)
    std::string answer;  ///< where it could not: what came back
};

/// Where orchd listens.
struct AttackedApi {
    std::string url;         ///< "http://127.0.0.1:8080", an address and no name; empty: nowhere
    bool read_open = false;  ///< reading needs no token, as the operator wants it
};

/// "files", "processes", "kernel" or "api".
[[nodiscard]] std::string nameOf(Tried::Kind kind);

/// Starts orch-attack as every agent and the checks of `setup` would be started, once for each way
/// of being confined and each project, and tells what it could and could not do. What it tries
/// changes nothing where it works; its folders in the state folder, which must be there, are
/// removed again. With `api` ("http://127.0.0.1:8080", an address and no name), where an orchd
/// runs, it asks that as well. Throws Error when it could not be started.
[[nodiscard]] std::vector<Tried> playHostileAgent(const Setup& setup,
                                                  const std::filesystem::path& programs,
                                                  const AttackedApi& api);

/// As one line of JSON: by, kind, what, on, could, known, answer.
[[nodiscard]] std::string asJson(const Tried& tried);

}  // namespace orch
