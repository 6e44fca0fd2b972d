#include "plugin/loaded_plugin.hpp"

#include <mutex>
#include <vector>

#include "plugin/settings_json.hpp"

namespace orch {

namespace {

constexpr Milliseconds kPatience{3'000};

std::string speakerOf(const PluginDef& def, std::int64_t number) {
    return "plugin " + def.name + "#" + std::to_string(number);
}

/// A thread may come back into its code at any time, also while orchd ends.
void keepForEver(std::unique_ptr<Library> library) {
    static std::mutex mutex;
    static auto& kept = *new std::vector<std::unique_ptr<Library>>;
    const std::lock_guard lock(mutex);
    kept.push_back(std::move(library));
}

}  // namespace

LoadedPlugin::LoadedPlugin(Candidate candidate, std::int64_t number, PluginSurroundings around)
    : candidate_(std::move(candidate)),
      number_(number),
      around_(around),
      gate_(around.board.add(def().name, table().kill_switch, def().enabled)),
      budget_(def().max_actions_per_hour) {
    generation_ = std::make_unique<Generation>(*table().entries, surroundings());
    ticked_ = around_.scheduler.add(def().name,
                                    {.interval = candidate_.interval, .timeout = def().timeout},
                                    {.tick = [this](TickedId) { orderTick(); },
                                     .cancel = [this] { generation_->cancel(); },
                                     .on = [this] { return on(); }});
}

LoadedPlugin::~LoadedPlugin() {
    if (!retired_) (void)retire(kPatience);
}

Generation::Surroundings LoadedPlugin::surroundings() {
    return {.speaker = speakerOf(def(), number_),
            .timeout = def().timeout,
            .serve = [this](const Entry& entry,
                            std::string_view method,
                            std::string_view request) { return serve(entry, method, request); },
            .permit = [this] { return gate_->permit(); },
            .began = [this](const std::string& what) { tellBegin(what); },
            .ended = [this](const EntryOutcome& outcome) { tellEnd(outcome); },
            .clock = around_.clock,
            .alarm = around_.alarm};
}

bool LoadedPlugin::on() const {
    return created_ && gate_->isOpen();
}

CallResult LoadedPlugin::serve(const Entry& entry,
                               std::string_view method,
                               std::string_view request) {
    const Caller caller{.plugin = def().name,
                        .generation = number_,
                        .mode = def().mode,
                        .grants = candidate_.grants,
                        .gate = *gate_,
                        .permit = entry.permit(),
                        .cancelled = entry.token(),
                        .deadline = entry.deadline(),
                        .budget = budget_};
    return around_.services.call(caller, method, request);
}

void LoadedPlugin::tellBegin(const std::string& what) {
    if (what == "tick") return around_.scheduler.tickBegan(ticked_);
    around_.scheduler.began(ticked_, what);
}

void LoadedPlugin::tellEnd(const EntryOutcome& outcome) {
    const bool failed = outcome.kind == EntryOutcome::Kind::kFailed;
    around_.scheduler.ended(ticked_, {.ok = !failed, .error = outcome.error});
}

void LoadedPlugin::create(std::function<void(const EntryOutcome&)> done) {
    generation_->create(settingsJson(candidate_.settings),
                        [this, done = std::move(done)](const EntryOutcome& outcome) {
                            created_ = outcome.kind == EntryOutcome::Kind::kWell;
                            around_.scheduler.refresh(ticked_);
                            done(outcome);
                        });
}

void LoadedPlugin::orderTick() {
    const auto ticks = around_.scheduler.status(ticked_);
    const TickOrder order{.missed = static_cast<std::uint64_t>(ticks.missed - missed_told_),
                          .observe = def().mode == PluginMode::kObserve,
                          .probation = ticks.ticks == 0 || !ticks.quarantine.empty()};
    missed_told_ = ticks.missed;
    generation_->tick(order, [this](const EntryOutcome& outcome) {
        if (outcome.kind == EntryOutcome::Kind::kDropped) around_.scheduler.tickDropped(ticked_);
    });
}

void LoadedPlugin::run(std::string job, Generation::Answered answered) {
    const TickOrder order{.observe = def().mode == PluginMode::kObserve};
    generation_->run(order, std::move(job), std::move(answered));
}

void LoadedPlugin::follow() {
    if (!gate_->isOpen()) generation_->cancel();
    around_.scheduler.refresh(ticked_);
}

std::string LoadedPlugin::retire(Milliseconds patience) {
    around_.board.remove(def().name);
    around_.scheduler.remove(ticked_);
    retired_ = true;
    if (!generation_->retire(patience)) {
        keepForEver(std::move(candidate_.library));
        return speakerOf(def(), number_) + " did not come back from an entry and was left behind";
    }
    if (candidate_.library->unload() == Library::End::kGone) return "";
    return speakerOf(def(), number_) + ": its library stays in the process though it was closed";
}

void LoadedPlugin::addState(PluginStatus& status, const TickStatus& ticks) const {
    status.switch_text = around_.board.text(def().name);
    status.state = PluginState::kRunning;
    if (!gate_->isOpen()) {
        status.state = PluginState::kOff;
        status.reason = status.switch_text;
    }
    if (!ticks.quarantine.empty()) {
        status.state = PluginState::kQuarantined;
        status.reason = ticks.quarantine + ": " + ticks.last_error;
    }
    if (!ticks.hung.empty()) {
        status.state = PluginState::kHung;
        status.reason = ticks.hung;
    }
}

PluginStatus LoadedPlugin::status() const {
    const auto ticks = around_.scheduler.status(ticked_);
    PluginStatus status{.name = def().name,
                        .version = table().version,
                        .library = candidate_.file,
                        .kill_switch = table().kill_switch,
                        .mode = def().mode,
                        .generation = number_,
                        .interval = candidate_.interval,
                        .ticks = ticks.ticks,
                        .missed = ticks.missed,
                        .failures = ticks.failures,
                        .failures_in_a_row = ticks.failures_in_a_row,
                        .since = ticks.since,
                        .last_tick = ticks.last_tick,
                        .next_in = ticks.next_in,
                        .late_p99 = ticks.late_p99,
                        .tick_p50 = ticks.tick_p50,
                        .last_error = ticks.last_error,
                        .needs = table().needs,
                        .grants = {candidate_.grants.begin(), candidate_.grants.end()},
                        .refused_calls = around_.services.refusedCalls(def().name),
                        .actions_last_hour = budget_.used(around_.clock.now().awake),
                        .max_actions_per_hour = def().max_actions_per_hour,
                        .settings = shownSettingsJson(candidate_.settings),
                        .block = table().block,
                        .snapshot = generation_->snapshot()};
    addState(status, ticks);
    return status;
}

}  // namespace orch
