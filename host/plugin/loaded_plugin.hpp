#pragma once

#include <atomic>
#include <functional>
#include <memory>
#include <string>

#include "plugin/action_budget.hpp"
#include "plugin/candidate.hpp"
#include "plugin/generation.hpp"
#include "plugin/scheduler.hpp"
#include "plugin/services.hpp"
#include "plugin/switchboard.hpp"

namespace orch {

/// What a generation works with; outlives it.
struct PluginSurroundings {
    Switchboard& board;
    Scheduler& scheduler;
    Services& services;
    const Clock& clock;
    Alarm& alarm;
};

/// One generation at work: its library, its gate, its place in the scheduler. Thread-safe unless
/// said otherwise.
class LoadedPlugin {
public:
    LoadedPlugin(Candidate candidate, std::int64_t number, PluginSurroundings around);
    /// As retire(), with its patience.
    ~LoadedPlugin();
    LoadedPlugin(const LoadedPlugin&) = delete;
    LoadedPlugin& operator=(const LoadedPlugin&) = delete;

    /// Has it made, then ticked as its switch says. `done` is told, on its thread, how that went;
    /// once.
    void create(std::function<void(const EntryOutcome&)> done);
    /// Runs a reserved job of one of table().agents.
    void run(std::string job, Generation::Answered answered);
    /// Its switch may have changed: what runs is cancelled when it is off.
    void follow();
    /// The entry that lasts should return soon.
    void cancel() { generation_->cancel(); }

    /// Takes it off the board and the scheduler, ends it and unloads its library: table() and
    /// status() are gone then, all else does nothing. A sentence when something of it had to stay
    /// in the process, else empty. Once, by its owner alone.
    [[nodiscard]] std::string retire(Milliseconds patience);

    [[nodiscard]] const PluginDef& def() const { return candidate_.def; }
    [[nodiscard]] const PluginTable& table() const { return candidate_.table(); }
    [[nodiscard]] std::int64_t number() const { return number_; }
    [[nodiscard]] PluginStatus status() const;
    /// It is made and its switch is on.
    [[nodiscard]] bool on() const;
    [[nodiscard]] const std::shared_ptr<CommitGate>& gate() const { return gate_; }
    /// What its next entry may do; while it is off, nothing.
    [[nodiscard]] Permit permit() const { return gate_->permit().value_or(Permit{}); }
    [[nodiscard]] Now now() const { return around_.clock.now(); }

private:
    [[nodiscard]] CallResult serve(const Entry& entry,
                                   std::string_view method,
                                   std::string_view request);
    [[nodiscard]] Generation::Surroundings surroundings();
    void orderTick();
    void tellBegin(const std::string& what);
    void tellEnd(const EntryOutcome& outcome);
    void addState(PluginStatus& status, const TickStatus& ticks) const;

    Candidate candidate_;
    const std::int64_t number_;
    PluginSurroundings around_;
    const std::shared_ptr<CommitGate> gate_;
    mutable ActionBudget budget_;  ///< to count is to forget what is older than an hour
    std::atomic<bool> created_ = false;
    bool retired_ = false;  ///< its owner's
    TickedId ticked_{};
    std::int64_t missed_told_ = 0;  ///< the scheduler's thread alone
    std::unique_ptr<Generation> generation_;
};

}  // namespace orch
