#include "plugin/services/change.hpp"

#include <orch/plugin.h>

#include "base/digest.hpp"
#include "base/text.hpp"
#include "plugin/services/refusal.hpp"

namespace orch {
namespace {

constexpr int kTellAfter = 5;
constexpr std::size_t kMostFailing = 256;

std::string keyOf(const Call& call, const Deed& deed) {
    return sha256(std::string(call.method.name) + "\n" + deed.identity).substr(0, 32);
}

Json observe(const Call& call, const Deed& deed) {
    auto& observed = call.memory.of(call.caller.plugin).observed;
    const auto key = keyOf(call, deed);
    if (!observed.insert(key)) return answer("observed");
    try {
        auto entry = entryOf(call, deed);
        commit(call.caller, call.world.store, [entry = std::move(entry)](Tx& tx) {
            return writeJournal(tx, entry);
        });
    } catch (...) {
        observed.erase(key);
        throw;
    }
    return answer("observed");
}

Json hold(const Call& call) {
    auto& budget = call.caller.budget;
    const auto sentence = call.caller.plugin + " has used up its " + std::to_string(budget.most()) +
                          " actions an hour: further ones wait (plugins." + call.caller.plugin +
                          ".max_actions_per_hour)";
    if (!budget.alertIsDue()) return answer("held", sentence);
    try {
        tellPeople(call, "held", sentence);
    } catch (...) {
        budget.alertFailed();
        throw;
    }
    return answer("held", sentence);
}

/// INCIDENTS ID15: said once, not at every tick.
void noteFailure(const Call& call, const Deed& deed, const std::string& words) {
    auto& failing = failingOf(call, deed);
    if (++failing.times < kTellAfter || failing.told) return;
    tellPeople(call,
               "keeps_failing",
               std::string(call.method.name) + " of " + deed.subject + " has failed " +
                   std::to_string(failing.times) + " times: " + shorten(words, 1000));
    failing.told = true;
}

/// Called while handling what went wrong. The plugin hears of that, not of what follows here.
void noteFailureQuietly(const Call& call, const Deed& deed, const std::string& words) {
    try {
        noteFailure(call, deed, words);
    } catch (const Error&) {  // NOLINT(bugprone-empty-catch): tried again at the next failure
    }
}

bool isFailure(const CallRefused& refused) {
    return refused.status() == ORCH_UNAVAILABLE || refused.status() == ORCH_FAILED;
}

Json actNotingFailures(const Call& call, const Deed& deed, const std::function<Json()>& act) {
    try {
        auto reply = act();
        call.memory.of(call.caller.plugin).failing.erase(keyOf(call, deed));
        return reply;
    } catch (const CallRefused& refused) {
        if (isFailure(refused)) noteFailureQuietly(call, deed, refused.what());
        throw;
    } catch (const Error& error) {
        noteFailureQuietly(call, deed, error.what());
        throw;
    }
}

}  // namespace

Json answer(const char* result, const std::string& detail) {
    Json reply{{"result", result}};
    if (!detail.empty()) reply["detail"] = detail;
    return reply;
}

Failing& failingOf(const Call& call, const Deed& deed) {
    auto& failing = call.memory.of(call.caller.plugin).failing;
    const auto key = keyOf(call, deed);
    // Any of them: one that goes on failing comes back.
    if (failing.size() >= kMostFailing && !failing.contains(key)) failing.erase(failing.begin());
    return failing[key];
}

JournalEntry entryOf(const Call& call, const Deed& deed) {
    JournalEntry entry{.actor = actorOf(call.caller),
                       .subject = deed.subject,
                       .rule = deed.why.rule,
                       .decision = deed.why.decision,
                       .evidence = deed.why.evidence};
    if (call.caller.mode == PluginMode::kObserve) entry.mode = "observe";
    return entry;
}

Json change(const Call& call, const Deed& deed, const std::function<Json()>& act) {
    if (call.caller.mode == PluginMode::kObserve) return observe(call, deed);
    auto& budget = call.caller.budget;
    if (!budget.take(std::chrono::steady_clock::now())) return hold(call);
    try {
        auto reply = actNotingFailures(call, deed, act);
        if (reply["result"] != "done") budget.giveBack();
        return reply;
    } catch (...) {
        budget.giveBack();
        throw;
    }
}

void tellPeople(const Call& call, const std::string& rule, const std::string& sentence) {
    const auto& plugin = call.caller.plugin;
    JournalEntry entry{.actor = actorOf(call.caller),
                       .subject = "plugin " + plugin,
                       .rule = rule,
                       .decision = sentence};
    commit(call.caller, call.world.store, [plugin, rule, entry = std::move(entry)](Tx& tx) {
        const auto row = writeJournal(tx, entry);
        writeOutbox(tx,
                    {.kind = "notify",
                     .subject = entry.subject,
                     .text = entry.decision,
                     .key = "plugin:" + plugin + ":" + rule + ":" + std::to_string(row)});
    });
    call.world.told();
}

}  // namespace orch
