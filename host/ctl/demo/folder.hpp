#pragma once

#include <filesystem>

#include "base/files.hpp"

namespace orch::ctl {

/// Where everything of one demo lies.
struct DemoFolder {
    std::filesystem::path root;  ///< absolute

    [[nodiscard]] std::filesystem::path marker() const { return root / ".orch-demo"; }
    [[nodiscard]] std::filesystem::path greeter() const { return root / "greeter"; }
    [[nodiscard]] std::filesystem::path config() const { return root / "orch.yaml"; }
    [[nodiscard]] std::filesystem::path prompts() const { return root / "prompts"; }
    [[nodiscard]] std::filesystem::path agents() const { return root / "agents"; }
    [[nodiscard]] std::filesystem::path state() const { return root / "state"; }
    [[nodiscard]] std::filesystem::path daemonLog() const { return root / "orchd.log"; }
    /// Who ran when, written by the agents themselves, out of orchd's reach.
    [[nodiscard]] std::filesystem::path ledger() const { return root / "runs" / "ledger"; }
    /// The first development waits until this file is there…
    [[nodiscard]] std::filesystem::path go() const { return root / "runs" / "go"; }
    /// …or gives up when this one is.
    [[nodiscard]] std::filesystem::path stop() const { return root / "runs" / "stop"; }
    [[nodiscard]] std::filesystem::path production() const { return root / "production"; }
    [[nodiscard]] std::filesystem::path clone() const { return root / "clone"; }
};

/// Makes the folder, empty but for its marker, and keeps other demos out as long as the result
/// lives. A folder that has something in it and no marker is refused: it is not the demo's. An
/// orchd that an earlier demo left running there is stopped first. Throws Error.
[[nodiscard]] UniqueFd claimDemoFolder(const DemoFolder& folder);

}  // namespace orch::ctl
