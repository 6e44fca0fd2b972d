#pragma once

#include <condition_variable>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "core/plugin_status.hpp"
#include "pipeline/worker.hpp"
#include "plugin/plugin_jobs.hpp"

namespace orch {

/// The plugins of a running orchd: loads what the configuration lists, has it ticked, switches it,
/// hands it the jobs of its reserved agents. One that cannot be loaded is refused with a sentence,
/// and the others go on. Thread-safe but for start() and stop().
class PluginHost {
public:
    struct World {
        Store& store;
        Worker& worker;
        Services& services;
        Lanes& lanes;
        Alarm& alarm;
        std::filesystem::path state_dir;
        PluginPlaces places;
        std::function<void()> told;  ///< a message waits in the outbox; must not block
    };
    PluginHost(World world, std::vector<PluginDef> defs);
    /// As stop().
    ~PluginHost();
    PluginHost(const PluginHost&) = delete;
    PluginHost& operator=(const PluginHost&) = delete;

    /// Loads and makes them all; does not wait for one whose constructor takes long. Once.
    void start();
    /// No entry begins from now on; what runs is cancelled and waited for, three seconds in all.
    void stop();

    /// In the order of the configuration.
    [[nodiscard]] std::vector<PluginStatus> list() const;
    /// A person's vote. Throws Refused for a plugin that is not here, StoreError.
    SwitchAnswer order(const std::string& name, bool on, const std::string& by);
    /// A sentence for each plugin that hangs; empty: none.
    [[nodiscard]] std::string hung() const;

private:
    struct Slot {
        PluginDef def;
        std::string refusal;                   ///< why it is not loaded; a line each
        std::shared_ptr<LoadedPlugin> plugin;  ///< nothing: refused, or on its way out
        std::shared_ptr<PluginJobs> jobs;      ///< with `plugin`
    };
    void load(Slot& slot);
    void create(Slot& slot);
    void created(Slot& slot, const EntryOutcome& outcome);
    void refuse(Slot& slot, const std::string& sentence);
    void refuseUnmade();
    /// Takes the plugin out of its slot and ends it; what could not be ended, as a sentence.
    [[nodiscard]] std::string retire(Slot& slot, Milliseconds patience);
    /// Whether somebody has what only one may have. Throws PluginError.
    void requireUnique(const Candidate& candidate) const;
    void note(const QuarantineNote& note);
    void follow(const std::string& name);
    /// Under the lock; null without one.
    [[nodiscard]] Slot* find(const std::string& name);
    [[nodiscard]] static PluginStatus statusOf(const Slot& slot);

    World world_;
    std::optional<LibraryLoader>
        loader_;  ///< nothing until start(), and where that is not possible
    Scheduler scheduler_;
    Switchboard board_;
    mutable std::mutex mutex_;  ///< over slots_ and what stands in them
    std::condition_variable made_;
    std::vector<Slot> slots_;
    int making_ = 0;                                     ///< whose constructor has not returned
    std::vector<std::pair<Slot*, std::string>> unmade_;  ///< whose constructor refused
    std::int64_t generations_ = 0;
};

}  // namespace orch
