#include <orch/plugin.h>

#include "base/text.hpp"
#include "core/names.hpp"
#include "pipeline/commands.hpp"
#include "pipeline/setup.hpp"
#include "plugin/services/change.hpp"
#include "plugin/services/refusal.hpp"

namespace orch {
namespace {

constexpr std::size_t kMostWords = 100;
constexpr std::size_t kWordBytes = 4096;
constexpr std::size_t kKeyBytes = 200;
constexpr Milliseconds kShortest{std::chrono::seconds{1}};
constexpr Milliseconds kLongest{std::chrono::hours{24}};
constexpr Milliseconds kUsual{std::chrono::minutes{5}};

CommandOrder orderOf(const Call& call) {
    const auto& request = call.request;
    CommandOrder order{call.caller.plugin,
                       request.texts("command", kMostWords, kWordBytes),
                       request.span("timeout_ms", kShortest, kLongest, kUsual),
                       request.text("key", kKeyBytes)};
    if (order.command.front().empty()) request.refuse("command must begin with a program");
    return order;
}

/// The row and why it is there change together; a live job of the same key stays the only one.
Json start(const Call& call, const Deed& deed, const CommandOrder& order) {
    const auto started =
        commit(call.caller,
               call.world.store,
               [job = commandJob(order, call.world.setup.mask),
                entry = entryOf(call, deed)](Tx& tx) mutable {
                   const auto enqueued = enqueueJob(tx, job);
                   if (!enqueued.created) return enqueued;
                   entry.evidence.emplace_back("job", std::to_string(raw(enqueued.id)));
                   writeJournal(tx, entry);
                   return enqueued;
               });
    auto reply =
        started.created ? answer("done") : answer("nothing", "a job of this key is not over yet");
    reply["job"] = raw(started.id);
    return reply;
}

}  // namespace

Json startCommandFor(const Call& call) {
    const auto order = orderOf(call);
    const Deed deed{order.key + "\n" + join(order.command, "\n"),
                    "plugin " + call.caller.plugin,
                    call.request.why()};
    return change(call, deed, [&] { return start(call, deed, order); });
}

Json showCommandFor(const Call& call) {
    const JobId job{call.request.whole("job", 1, INT64_MAX)};
    const auto result =
        commandResult(call.world.store, call.world.launcher, call.caller.plugin, job);
    if (!result) {
        call.request.refuse("job " + std::to_string(raw(job)) + " is none that " +
                            call.caller.plugin + " started");
    }
    Json reply{{"status", nameOf(result->status)}};
    if (result->exit_code) reply["exit_code"] = *result->exit_code;
    reply["output"] = result->output;
    return reply;
}

}  // namespace orch
