#pragma once

#include "core/launcher.hpp"
#include "launch/attempt_folder.hpp"
#include "launch/supervisor.hpp"

namespace orch {

/// The Launcher on real processes: one orch-shim an attempt, which owns the agent and outlives this
/// object and this process. The listener hears from one supervisor thread, which ends with this
/// object.
class ShimLauncher final : public Launcher {
public:
    /// `jobs` is made when it is missing; `shim` is the program orch-shim. Throws LaunchError when
    /// that cannot be run, Error when the folder cannot be made.
    ShimLauncher(std::filesystem::path jobs, std::filesystem::path shim, AttemptListener& listener);

    [[nodiscard]] std::filesystem::path folderOf(AttemptKey key) const override;
    void start(const StartSpec& spec) override;
    [[nodiscard]] AttemptObservation look(AttemptKey key) const override;
    [[nodiscard]] Glance glance(AttemptKey key) const override;
    std::filesystem::path keepDamagedExit(AttemptKey key) override;
    void watch(AttemptKey key) override;
    void cancel(AttemptKey key) override;
    /// Ends a shim that still lives as well.
    [[nodiscard]] bool endOrphans(AttemptKey key) override;
    [[nodiscard]] bool endProcess(const ProcessIdentity& agent, int signal) override;
    [[nodiscard]] std::vector<AttemptKey> folders() const override;
    bool removeFolder(AttemptKey key) override;
    [[nodiscard]] bool watches(AttemptKey key) const override;
    [[nodiscard]] std::size_t watched() const override;

private:
    [[nodiscard]] AttemptFolder folder(AttemptKey key) const { return {jobs_, key}; }
    void fillAndSpawn(const AttemptFolder& folder, const StartSpec& spec);

    std::filesystem::path jobs_, shim_;
    Supervisor supervisor_;
};

}  // namespace orch
