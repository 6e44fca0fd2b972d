#include "plugin/plugin_host.hpp"

#include <algorithm>
#include <iostream>

#include "base/error.hpp"
#include "base/text.hpp"
#include "core/queue_document.hpp"
#include "store/journal.hpp"

namespace orch {

namespace {

constexpr Milliseconds kPatience{3'000};        // to end, for all together
constexpr Milliseconds kMakingPatience{5'000};  // at the start

std::vector<std::string> shared(const std::vector<std::string>& some,
                                const std::vector<std::string>& others) {
    std::vector<std::string> both;
    for (const auto& each : some) {
        if (std::ranges::find(others, each) != others.end()) both.push_back(each);
    }
    return both;
}

/// What both have though only one may; empty: nothing.
std::string clash(const PluginTable& mine, const PluginTable& theirs) {
    if (mine.kill_switch == theirs.kill_switch) return "the kill switch " + mine.kill_switch;
    if (mine.block == theirs.block) return "the key \"" + mine.block + "\" in GET /queue";
    const auto agents = shared(mine.agents, theirs.agents);
    return agents.empty() ? "" : "the jobs of " + join(agents, ", ");
}

std::string inOneLine(std::string text) {
    std::ranges::replace(text, '\n', ' ');
    return text;
}

}  // namespace

PluginHost::PluginHost(World world, std::vector<PluginDef> defs)
    : world_(std::move(world)),
      scheduler_(world_.store.clock(),
                 [this](const QuarantineNote& quarantine) { note(quarantine); }),
      board_(world_.store, world_.places.environment, [this](const std::string& name) {
          follow(name);
      }) {
    for (auto& def : defs) slots_.push_back({.def = std::move(def)});
}

PluginHost::~PluginHost() {
    stop();
}

void PluginHost::start() {
    try {
        loader_.emplace(world_.state_dir / "plugins" / ".loaded");
    } catch (const Error& error) {
        for (auto& slot : slots_) {
            refuse(slot, slot.def.where + ": plugins." + slot.def.name + ": " + error.what());
        }
        return;
    }
    for (auto& slot : slots_) load(slot);
    for (auto& slot : slots_) create(slot);
    std::unique_lock lock(mutex_);
    made_.wait_for(lock, kMakingPatience, [this] { return making_ == 0; });
    lock.unlock();
    refuseUnmade();
}

void PluginHost::load(Slot& slot) {
    try {
        auto candidate = prepareCandidate(slot.def, world_.places, *loader_, ++generations_);
        requireUnique(candidate);
        for (const auto& remark : candidate.remarks)
            std::cerr << "orchd: warning: " << remark << "\n";
        const PluginSurroundings around{
            board_, scheduler_, world_.services, world_.store.clock(), world_.alarm};
        auto plugin = std::make_shared<LoadedPlugin>(std::move(candidate), generations_, around);
        auto jobs = std::make_shared<PluginJobs>(plugin, world_.worker, world_.lanes, world_.alarm);
        const std::lock_guard lock(mutex_);
        slot.plugin = std::move(plugin);
        slot.jobs = std::move(jobs);
    } catch (const Error& error) {
        refuse(slot, error.what());
    }
}

void PluginHost::requireUnique(const Candidate& candidate) const {
    const auto& table = candidate.table();
    std::string taken, by;
    if (isQueueKey(table.block)) {
        taken = "the key \"" + table.block + "\" in GET /queue";
        by = "orchd itself";
    }
    for (const auto& slot : slots_) {
        if (!slot.plugin || !taken.empty()) continue;
        taken = clash(table, slot.plugin->table());
        by = "plugin " + slot.def.name;
    }
    for (const auto& agent : table.agents) {
        if (!taken.empty() || !world_.worker.reserved().serves(agent)) continue;
        taken = "the jobs of " + agent;
        by = "orchd itself";
    }
    if (taken.empty()) return;
    throw PluginError(candidate.def.where + ": plugins." + candidate.def.name + ": it wants " +
                      taken + ", which " + by + " has already; take one of the two out");
}

void PluginHost::refuse(Slot& slot, const std::string& sentence) {
    std::cerr << "orchd: " << sentence << "\n";
    {
        const std::lock_guard lock(mutex_);
        slot.refusal = sentence;
    }
    // The journal is for who asks later; that orchd goes on matters more than the row.
    (void)world_.store.post([name = slot.def.name, sentence](Tx& tx) {
        return writeJournal(tx,
                            {.actor = "plugins",
                             .subject = "plugin " + name,
                             .rule = "refuse",
                             .decision = "not loaded: " + inOneLine(sentence)});
    });
}

void PluginHost::create(Slot& slot) {
    if (!slot.plugin) return;
    {
        const std::lock_guard lock(mutex_);
        ++making_;
    }
    slot.plugin->create([this, &slot](const EntryOutcome& outcome) { created(slot, outcome); });
}

// On the plugin's thread, which cannot end itself: whoever refused is taken away later.
void PluginHost::created(Slot& slot, const EntryOutcome& outcome) {
    const bool well = outcome.kind == EntryOutcome::Kind::kWell;
    if (well) slot.jobs->follow();
    {
        const std::lock_guard lock(mutex_);
        --making_;
        if (!well) unmade_.emplace_back(&slot, outcome.error);
        made_.notify_all();
    }
    if (!well) world_.lanes.post("plugins", [this] { refuseUnmade(); });
}

void PluginHost::refuseUnmade() {
    std::vector<std::pair<Slot*, std::string>> unmade;
    {
        const std::lock_guard lock(mutex_);
        unmade.swap(unmade_);
    }
    for (const auto& [slot, error] : unmade) {
        const auto left = retire(*slot, kPatience);
        refuse(*slot,
               slot->def.where + ": plugins." + slot->def.name +
                   ": it did not start: " + (error.empty() ? "it was cancelled" : error) +
                   (left.empty() ? "" : "; " + left));
    }
}

std::string PluginHost::retire(Slot& slot, Milliseconds patience) {
    std::shared_ptr<LoadedPlugin> plugin;
    std::shared_ptr<PluginJobs> jobs;
    {
        const std::lock_guard lock(mutex_);
        plugin.swap(slot.plugin);
        jobs.swap(slot.jobs);
    }
    if (!plugin) return "";
    auto left = plugin->retire(patience);
    try {
        jobs->close();
    } catch (const StoreError& error) {  // the next start finds them claimed and gives them back
        std::cerr << "orchd: jobs of plugin " << slot.def.name
                  << " could not be given back: " << error.what() << "\n";
    }
    return left;
}

void PluginHost::stop() {
    for (auto& slot : slots_) {
        const std::lock_guard lock(mutex_);
        if (slot.plugin) slot.plugin->cancel();
    }
    const auto until = AwakeTime::clock::now() + kPatience;
    for (auto& slot : slots_) {
        const auto rest = std::chrono::duration_cast<Milliseconds>(until - AwakeTime::clock::now());
        const auto left = retire(slot, std::max(rest, Milliseconds{1}));
        if (!left.empty()) std::cerr << "orchd: " << left << "\n";
    }
    scheduler_.stop();
}

void PluginHost::follow(const std::string& name) {
    const std::lock_guard lock(mutex_);
    auto* slot = find(name);
    if (slot == nullptr || !slot->plugin) return;
    slot->plugin->follow();
    slot->jobs->follow();
}

// A failure to write shows in Store::trouble(); the status tells of the quarantine all the same.
void PluginHost::note(const QuarantineNote& quarantine) {
    (void)world_.store.post([quarantine, told = world_.told](Tx& tx) {
        const auto sentence = quarantine.sentence();
        const auto seq = writeJournal(tx,
                                      {.actor = "plugins",
                                       .subject = "plugin " + quarantine.plugin,
                                       .rule = "quarantine",
                                       .decision = sentence,
                                       .evidence = {{"error", quarantine.error}}});
        if (quarantine.kind == QuarantineNote::Kind::kLonger) return;
        writeOutbox(tx,
                    {.kind = "notify",
                     .subject = "plugin " + quarantine.plugin,
                     .text = sentence,
                     .key = "quarantine:" + std::to_string(seq)});
        told();
    });
}

PluginHost::Slot* PluginHost::find(const std::string& name) {
    const auto found =
        std::ranges::find(slots_, name, [](const Slot& slot) { return slot.def.name; });
    return found == slots_.end() ? nullptr : &*found;
}

SwitchAnswer PluginHost::order(const std::string& name, bool on, const std::string& by) {
    {
        const std::lock_guard lock(mutex_);
        const auto* slot = find(name);
        if (slot != nullptr && !slot->plugin) {
            throw Refused(Refused::Why::kConflict,
                          "plugin " + name +
                              " is not loaded, so there is nothing to switch: " + slot->refusal);
        }
    }
    return board_.order(name, on, by);
}

PluginStatus PluginHost::statusOf(const Slot& slot) {
    if (slot.plugin) return slot.plugin->status();
    return {.name = slot.def.name,
            .library = slot.def.library,
            .state = PluginState::kRefused,
            .reason = slot.refusal,
            .mode = slot.def.mode};
}

std::vector<PluginStatus> PluginHost::list() const {
    const std::lock_guard lock(mutex_);
    std::vector<PluginStatus> all;
    for (const auto& slot : slots_) all.push_back(statusOf(slot));
    return all;
}

std::string PluginHost::hung() const {
    return join(scheduler_.hung(), "; ");
}

}  // namespace orch
