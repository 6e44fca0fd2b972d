#include <orch/plugin.h>

#include "store/journal.hpp"

#include "plugin/services/commit.hpp"
#include "plugin/services/method.hpp"
#include "plugin/services/refusal.hpp"

namespace orch {
namespace {

constexpr std::size_t kMostAnHour = 60;
constexpr std::size_t kSubjectBytes = 200;

void requireRoom(std::deque<AwakeTime>& rows, AwakeTime now) {
    while (!rows.empty() && now - rows.front() >= std::chrono::hours{1}) rows.pop_front();
    if (rows.size() < kMostAnHour) return;
    throw CallRefused(ORCH_UNAVAILABLE,
                      "journal.write: the plugin has written its " + std::to_string(kMostAnHour) +
                          " rows of this hour; nothing was written");
}

JournalEntry rowOf(const Call& call) {
    auto why = call.request.ownWhy();
    JournalEntry row{.actor = actorOf(call.caller),
                     .subject = call.request.maybeText("subject", kSubjectBytes),
                     .rule = std::move(why.rule),
                     .decision = std::move(why.decision),
                     .evidence = std::move(why.evidence)};
    if (row.subject.empty()) row.subject = "plugin " + call.caller.plugin;
    if (call.caller.mode == PluginMode::kObserve) row.mode = "observe";
    return row;
}

}  // namespace

Json writeJournalFor(const Call& call) {
    auto row = rowOf(call);
    auto& written = call.memory.of(call.caller.plugin).journalled;
    const auto now = std::chrono::steady_clock::now();
    requireRoom(written, now);
    const auto seq = commit(call.caller, call.world.store, [row = std::move(row)](Tx& tx) {
        return writeJournal(tx, row);
    });
    written.push_back(now);
    return {{"seq", seq}};
}

}  // namespace orch
