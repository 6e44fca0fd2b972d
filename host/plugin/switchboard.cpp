#include "plugin/switchboard.hpp"

#include <stdexcept>

#include "base/error.hpp"
#include "base/text.hpp"
#include "store/journal.hpp"
#include "store/plugin_switches.hpp"

namespace orch {

namespace {

constexpr std::chrono::seconds kPatience{10};

void recordOrder(Tx& tx,
                 const std::string& plugin,
                 const RuntimeVote& vote,
                 const SwitchVotes& others) {
    writePluginSwitch(tx, plugin, vote.on, vote.by);
    const std::string word = vote.on ? "on" : "off";
    const auto configuration = others.configuration
                                   ? std::string(*others.configuration ? "on" : "off")
                                   : std::string("silent");
    writeJournal(tx,
                 {.actor = "operator:" + vote.by,
                  .subject = "plugin " + plugin,
                  .rule = "switch",
                  .decision = plugin + " is switched " + word + " by " + vote.by,
                  .evidence = {{"vote", word},
                               {"environment", others.environment.value_or("silent")},
                               {"configuration", configuration}}});
}

/// Nothing begun before the gate was shut runs any more.
void settleActs(const std::string& plugin, CommitGate& gate) {
    if (gate.settle(kPatience)) return;
    throw Refused(Refused::Why::kConflict,
                  plugin +
                      " begins nothing any more, but one of its actions still runs after 10 s: "
                      "ask again whether it has ended");
}

/// Why it was not written; empty when it was. Throws when neither is known in time.
std::string troubleOf(std::future<void>& written) {
    if (written.wait_for(kPatience) != std::future_status::ready) {
        throw StoreError("the database did not answer within 10 s: look again what holds");
    }
    try {
        written.get();
    } catch (const Error& error) {
        return error.what();
    }
    return "";
}

/// Whatever passed the gate before it was shut has happened, or never will.
void nothingFollows(Store& store, const std::string& plugin, CommitGate& gate) {
    auto passed = store.post([](Tx&) {});
    settleActs(plugin, gate);
    (void)troubleOf(passed);  // passes are serial: a failed one has ended those before it as well
}

std::string sentenceOf(const std::string& plugin,
                       bool ordered,
                       const SwitchDecision& now,
                       const std::string& trouble) {
    const std::string holds = plugin + (trouble.empty() ? " is " : " stays ") + now.text;
    if (trouble.empty()) return holds;
    if (!ordered) return plugin + " is " + now.text + "; a restart forgets it: order it again";
    return holds + ": the order could not be recorded: " + trouble;
}

SwitchVotes votesOf(const std::string& variable,
                    const std::map<std::string, std::string>& environment,
                    std::optional<bool> configuration) {
    SwitchVotes votes{variable, std::nullopt, configuration, std::nullopt};
    if (const auto found = environment.find(variable); found != environment.end()) {
        votes.environment = found->second;
    }
    return votes;
}

}  // namespace

Switchboard::Switchboard(Store& store, Environment environment, Listener listener)
    : store_(store), environment_(std::move(environment)), listener_(std::move(listener)) {
    const auto now = store_.clock().now();
    for (const auto& [plugin, row] : store_.read(readPluginSwitches)) {
        people_[plugin] = {row.on, row.by, formatUtc(wallTimeOf(row.at, now)), ""};
    }
}

std::shared_ptr<CommitGate> Switchboard::add(const std::string& plugin,
                                             const std::string& variable,
                                             std::optional<bool> configuration) {
    auto votes = votesOf(variable, environment_, configuration);
    const std::lock_guard lock(mutex_);
    if (const auto found = people_.find(plugin); found != people_.end()) {
        votes.runtime = found->second;
    }
    const auto [place, is_new] = entries_.try_emplace(plugin);
    if (!is_new) throw std::invalid_argument("plugin " + plugin + " is on the switchboard already");
    place->second = std::make_shared<Entry>(Entry{PluginSwitch(std::move(votes))});
    (void)place->second->follow();  // nobody listens to a plugin that is only coming in
    return place->second->gate;
}

bool Switchboard::remove(const std::string& plugin) {
    std::unique_lock lock(mutex_);
    const auto leaving = entry(plugin);
    entries_.erase(plugin);
    leaving->gone = true;
    (void)leaving->follow();
    keepVote(plugin, *leaving);
    lock.unlock();
    try {
        nothingFollows(store_, plugin, *leaving->gate);
    } catch (const Error&) {
        return false;
    }
    return true;
}

void Switchboard::keepVote(const std::string& plugin, const Entry& entry) {
    const auto& vote = entry.votes.votes().runtime;
    if (entry.gone && vote) people_[plugin] = *vote;
}

std::shared_ptr<Switchboard::Entry> Switchboard::entry(const std::string& plugin) const {
    const auto found = entries_.find(plugin);
    if (found != entries_.end()) return found->second;
    std::vector<std::string> names;
    for (const auto& [name, unused] : entries_) names.push_back(name);
    const auto near = nearest(plugin, names);
    throw Refused(Refused::Why::kNotFound,
                  "there is no plugin " + plugin + (near ? ": did you mean " + *near + "?" : ""));
}

// The row is posted under the lock, so rows are written in the order in which orders began; and the
// gate is shut before, so whatever the writer runs after the row finds it shut.
SwitchAnswer Switchboard::order(const std::string& plugin, bool on, const std::string& by) {
    const RuntimeVote vote{on, by, formatUtc(store_.clock().now().wall), ""};
    std::unique_lock lock(mutex_);
    const auto it = entry(plugin);
    const auto order = it->votes.begin(vote);
    const bool is_changed = it->follow();
    auto written = store_.post([plugin, vote, votes = it->votes.votes()](Tx& tx) {
        recordOrder(tx, plugin, vote, votes);
    });
    lock.unlock();
    if (is_changed) listener_(plugin);
    if (!on) settleActs(plugin, *it->gate);
    return end(plugin, *it, order, troubleOf(written));
}

SwitchAnswer Switchboard::end(const std::string& plugin,
                              Entry& entry,
                              const PluginSwitch::Order& order,
                              const std::string& trouble) {
    std::unique_lock lock(mutex_);
    entry.votes.end(order, trouble);
    const bool is_changed = entry.follow();
    keepVote(plugin, entry);
    const auto decision = entry.votes.decide();
    lock.unlock();
    if (is_changed) listener_(plugin);
    return {decision.on, sentenceOf(plugin, order.vote.on, decision, trouble)};
}

SwitchAnswer Switchboard::configure(const std::string& plugin, std::optional<bool> vote) {
    std::unique_lock lock(mutex_);
    const auto it = entry(plugin);
    it->votes.configure(vote);
    const bool is_changed = it->follow();
    const auto decision = it->votes.decide();
    lock.unlock();
    if (is_changed) listener_(plugin);
    if (!decision.on) nothingFollows(store_, plugin, *it->gate);
    return {decision.on, plugin + " is " + decision.text};
}

void Switchboard::revoke(const std::string& plugin) {
    const auto its = gate(plugin);
    its->revoke();
    nothingFollows(store_, plugin, *its);
}

bool Switchboard::on(const std::string& plugin) const {
    return gate(plugin)->isOpen();
}

std::string Switchboard::text(const std::string& plugin) const {
    const std::lock_guard lock(mutex_);
    return entry(plugin)->votes.decide().text;
}

std::shared_ptr<CommitGate> Switchboard::gate(const std::string& plugin) const {
    const std::lock_guard lock(mutex_);
    return entry(plugin)->gate;
}

}  // namespace orch
