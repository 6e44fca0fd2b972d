#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/process.hpp"
#include "core/confinement.hpp"

namespace orch {

/// What a process may use, and each that it starts; 0: as much as orchd may.
struct ProcessLimits {
    std::uint64_t address_space = 0;  ///< bytes
    std::uint64_t file_size = 0;      ///< bytes, of each file it writes
    std::chrono::seconds cpu{};
    bool operator==(const ProcessLimits&) const = default;
};

/// One program and how it is started.
struct RunOrder {
    std::vector<std::string> command;      ///< argv; argv[0] is searched in `environment`'s PATH
    std::filesystem::path folder;          ///< where it runs; empty: where it is started
    std::vector<std::string> environment;  ///< the whole of it, "NAME=value"
    std::optional<Confinement> confinement;
    ProcessLimits limits;
    std::optional<unsigned> umask = {};  ///< umask(2); nothing: the shim's
    /// When it ends, however it ends, the program and all that it started is killed.
    std::optional<ProcessIdentity> owner = {};
};

/// As `orch-shim --run` reads it. Throws LaunchError where something is not UTF-8.
[[nodiscard]] std::string encodeRunOrder(const RunOrder& order);
/// Throws LaunchError saying what is wrong.
[[nodiscard]] RunOrder decodeRunOrder(std::string_view text);

}  // namespace orch
