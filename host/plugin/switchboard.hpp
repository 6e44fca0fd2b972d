#pragma once

#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>

#include "core/plugin_status.hpp"
#include "plugin/commit_gate.hpp"
#include "plugin/plugin_switch.hpp"
#include "store/store.hpp"

namespace orch {

/// The switches of all plugins: the votes of environment, configuration and people, and each
/// plugin's gate, which follows them. Thread-safe.
class Switchboard {
public:
    /// Told that a plugin's effective state may have changed: read it with on(). Runs on the thread
    /// that switched, without a lock, and must not block or switch.
    using Listener = std::function<void(const std::string& plugin)>;
    /// The variables of orchd's environment when it started.
    using Environment = std::map<std::string, std::string>;

    /// Reads the votes of people from the database. `store` outlives the board.
    Switchboard(Store& store, Environment environment, Listener listener);
    Switchboard(const Switchboard&) = delete;
    Switchboard& operator=(const Switchboard&) = delete;

    /// A plugin comes in; `variable` is its kill switch. Its gate is open if every vote allows.
    /// Shared, because closures that wait for the writer hold it too. Throws std::invalid_argument
    /// if it is here already.
    std::shared_ptr<CommitGate> add(const std::string& plugin,
                                    const std::string& variable,
                                    std::optional<bool> configuration);
    /// It goes: its gate is shut for ever. Its row stays. False when an act of it still runs or the
    /// database has not answered after 10 s: what was begun before may still follow.
    bool remove(const std::string& plugin);

    /// The vote of `by`. Off: the gate is shut first, then row and journal row are written, and
    /// once this has answered nothing of the plugin follows; if they cannot be written it is off
    /// all the same and the sentence says so. On: the gate opens after the commit and only if all
    /// allow. Throws Refused for a plugin that is not here and when an act of the plugin does not
    /// end, and StoreError when the database does not answer, each within 10 s: nothing is
    /// acknowledged then, but a gate that was shut stays shut.
    SwitchAnswer order(const std::string& plugin, bool on, const std::string& by);
    /// The configuration's vote changed; the same promise. Writes nothing.
    SwitchAnswer configure(const std::string& plugin, std::optional<bool> vote);
    /// Every permit given so far is void, and nothing begun under one follows: the plugin's
    /// generation is replaced or it is to be unloaded. Its switch stays as it is.
    void revoke(const std::string& plugin);

    [[nodiscard]] bool on(const std::string& plugin) const;
    /// "on", "off (configuration)".
    [[nodiscard]] std::string text(const std::string& plugin) const;
    [[nodiscard]] std::shared_ptr<CommitGate> gate(const std::string& plugin) const;

private:
    struct Entry {
        PluginSwitch votes;
        std::shared_ptr<CommitGate> gate = std::make_shared<CommitGate>();
        bool gone = false;  ///< an order may still be under way
        bool follow() { return orch::follow(*gate, votes, gone); }
    };
    /// Throws Refused without one. Under the lock.
    [[nodiscard]] std::shared_ptr<Entry> entry(const std::string& plugin) const;
    /// For when a plugin that went comes again.
    void keepVote(const std::string& plugin, const Entry& entry);
    [[nodiscard]] SwitchAnswer end(const std::string& plugin,
                                   Entry& entry,
                                   const PluginSwitch::Order& order,
                                   const std::string& trouble);

    Store& store_;
    const Environment environment_;
    const Listener listener_;
    mutable std::mutex mutex_;
    std::map<std::string, RuntimeVote> people_;              ///< of plugins that are not here
    std::map<std::string, std::shared_ptr<Entry>> entries_;  ///< shared with orders under way
};

}  // namespace orch
