#pragma once

#include <functional>
#include <map>
#include <mutex>
#include <set>

#include "core/launcher.hpp"

namespace orch::testing {

/// A Launcher without processes: what is started runs until the test ends it. The world of running
/// attempts (and their exit records) outlives this object when it is handed on, as real shims
/// outlive orchd. Thread-safe.
class FakeLauncher final : public Launcher {
public:
    /// What is on disk and alive, whatever orchd does.
    struct World {
        std::mutex mutex;
        std::set<AttemptKey> alive;     ///< lock held
        std::set<AttemptKey> shimless;  ///< shim killed, agent alive
        std::map<AttemptKey, ExitRecord> exits;
        std::set<AttemptKey> damaged;             ///< exit records that cannot be read
        ProcessIdentity agent{2, 2};              ///< whoever is started is this process
        std::vector<ProcessIdentity> ended;       ///< by endProcess()
        std::map<AttemptKey, StartSpec> started;  ///< folders: every attempt ever started
        int most_alive_at_once = 0;               ///< of one task
    };

    FakeLauncher(World& world, AttemptListener& listener, std::filesystem::path jobs = "/jobs");

    // -- What the test makes happen ---------------------------------------------------------------
    /// The agent ends with this code; the listener hears of it if the attempt is watched.
    void exit(AttemptKey key, int code);
    void dieBySignal(AttemptKey key, int signal);
    /// The shim is killed: no exit record. With `agent_too` false the agent lives on.
    void loseShim(AttemptKey key, bool agent_too = true);
    /// Nobody hears of its end any more: the completion event will be lost.
    void unwatch(AttemptKey key);
    /// It ends and leaves an exit record cut in the middle.
    void exitDamaged(AttemptKey key);
    /// cancel() is not obeyed, as by a shim that is stopped.
    void ignoreCancel(bool ignore = true);
    /// The next start() throws LaunchError with this sentence.
    void refuseNextStart(const std::string& sentence);
    [[nodiscard]] std::vector<AttemptKey> alive() const;
    [[nodiscard]] StartSpec specOf(AttemptKey key) const;
    /// Attempts that were told to end, in order.
    [[nodiscard]] std::vector<AttemptKey> cancelled() const;

    // -- Launcher
    // -----------------------------------------------------------------------------------
    [[nodiscard]] std::filesystem::path folderOf(AttemptKey key) const override;
    void start(const StartSpec& spec) override;
    [[nodiscard]] AttemptObservation look(AttemptKey key) const override;
    [[nodiscard]] Glance glance(AttemptKey key) const override;
    std::filesystem::path keepDamagedExit(AttemptKey key) override;
    void watch(AttemptKey key) override;
    void cancel(AttemptKey key) override;
    [[nodiscard]] bool endOrphans(AttemptKey key) override;
    [[nodiscard]] bool endProcess(const ProcessIdentity& agent, int signal) override;
    [[nodiscard]] std::vector<AttemptKey> folders() const override;
    bool removeFolder(AttemptKey key) override;
    [[nodiscard]] bool watches(AttemptKey key) const override;
    [[nodiscard]] std::size_t watched() const override;

private:
    void end(AttemptKey key, const std::optional<ExitRecord>& record);
    [[nodiscard]] AttemptObservation lookLocked(AttemptKey key) const;

    World& world_;
    AttemptListener& listener_;
    std::filesystem::path jobs_;
    std::set<AttemptKey> watched_;
    std::vector<AttemptKey> cancelled_;
    std::string refusal_;
    bool ignores_cancel_ = false;
};

}  // namespace orch::testing
