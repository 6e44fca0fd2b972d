#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <set>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

#include "core/plugin.hpp"
#include "plugin/action_budget.hpp"
#include "plugin/call_result.hpp"
#include "plugin/commit_gate.hpp"

namespace orch {

class Flipper;
class HttpProber;
class Launcher;
class MergeLeases;
class RunningJobs;
class Store;
struct Setup;

/// Who calls: a generation inside one of its entries. Made for the entry and gone with it.
struct Caller {
    std::string plugin;
    std::int64_t generation{};
    PluginMode mode{};
    const std::set<std::string, std::less<>>& grants;
    CommitGate& gate;
    Permit permit;  ///< taken when the entry began
    std::stop_token cancelled;
    AwakeTime deadline{};  ///< of the entry
    ActionBudget& budget;
};
/// "plugin:reaper#3": the actor in the journal.
[[nodiscard]] std::string actorOf(const Caller& caller);

/// What the methods work with; outlives the services.
struct ServiceWorld {
    Store& store;
    const Setup& setup;
    RunningJobs& running;
    Flipper& flipper;
    const Launcher& launcher;
    MergeLeases& leases;
    HttpProber& http;
    std::function<void()> told;  ///< a message waits in the outbox; must not block
};

/// The methods that plugins may call (sdk/docs/services.md). One for all plugins. Thread-safe.
class Services {
public:
    explicit Services(ServiceWorld world);
    ~Services();
    Services(const Services&) = delete;
    Services& operator=(const Services&) = delete;

    /// Serves one call on the caller's thread. Waits for the database, for a probe or a file until
    /// the entry's deadline and no longer than it is not cancelled. Never throws, never enters a
    /// plugin.
    [[nodiscard]] CallResult call(const Caller& caller,
                                  std::string_view method,
                                  std::string_view request) noexcept;

    /// The methods it called without being granted, sorted, since this orchd began.
    [[nodiscard]] std::vector<std::string> refusedCalls(const std::string& plugin) const;

    struct MethodInfo {
        std::string name;
        bool changes{};  ///< has an effect, so that it is limited, observed and switched
    };
    /// Every method there is, sorted by name.
    [[nodiscard]] static std::vector<MethodInfo> methods();

private:
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

}  // namespace orch
