#include "reaper/reaper.hpp"

#include <algorithm>

#include "common/words.hpp"
#include "reaper/why.hpp"

namespace orch::reaper {

namespace {
/// What a snapshot shows one by one; the rest is a number.
constexpr std::int64_t kMostShown = 50;
}  // namespace

Reaper::Reaper(Host host, const Settings& settings)
    : host_(host), policy_(policyFrom(settings)), teller_(host) {}

std::optional<Running> Reaper::look() {
    try {
        return host_.jobs().running(policy_.shortestLimit());
    } catch (const CallFailed& failure) {
        if (!failure.later()) throw;
        if (failures_.failed("the list of running jobs", failure.what())) {
            host_.log(Level::kWarning, failure.what());
        }
        return {};
    }
}

void Reaper::tick(const Tick& tick) {
    const Moment now{tick.awake(), pace_.at(tick.awake(), tick.missed())};
    if (const auto running = look()) {
        auto decided = decide(*running, policy_, now, memory_);
        memory_ = std::move(decided.memory);
        for (auto& remark : decided.remarks) teller_.add(std::move(remark));
        for (auto& notice : decided.notices) teller_.add(std::move(notice));
        for (const auto& order : decided.orders) carryOut(order, tick);
    }
    tellOfFailures();
    teller_.say();
}

/// One attempt that cannot be ended now is tried again at the next tick and harms no other (X2).
void Reaper::carryOut(const FinishOrder& order, const Tick& tick) {
    const Attempt attempt{order.job, order.attempt};
    try {
        if (host_.jobs().finish(order).effect != Effect::kDone) return;
    } catch (const Cancelled&) {
        throw;
    } catch (const CallFailed& failure) {
        if (failures_.failed("job " + name(attempt), failure.what())) {
            host_.log(Level::kWarning, failure.what());
        }
        return;
    }
    ++reaped_;
    last_ = Reaped{order.job, wordOf(order.cause), common::utc(tick.wall())};
    memory_.attempts.erase(attempt);
}

void Reaper::tellOfFailures() {
    const auto report = failures_.endTick();
    if (!report) return;
    const auto others =
        report->things > 1 ? " (and " + std::to_string(report->things - 1) + " more)" : "";
    teller_.add(Notice{"reaper",
                       "The reaper has failed " + std::to_string(failures_.kTellAfter) +
                           " times in a row with " + report->key + others + ": " +
                           report->sentence + ". It goes on trying and does not say it again.",
                       "keeps_failing"});
}

JsonArray Reaper::suspects() const {
    JsonArray suspects;
    std::int64_t shown = 0;
    for (const auto& [attempt, suspicion] : memory_.attempts) {
        if (suspicion.streak == 0 || ++shown > kMostShown) continue;
        suspects.add(JsonObject{}
                         .set("job", attempt.job)
                         .set("attempt", attempt.number)
                         .set("streak", suspicion.streak)
                         .set("why", suspicion.sight.why));
    }
    return suspects;
}

JsonObject Reaper::snapshot() const {
    const auto count = [&](const auto& which) {
        return std::count_if(memory_.attempts.begin(), memory_.attempts.end(), which);
    };
    JsonObject snapshot;
    snapshot.set("suspects", suspects())
        .set("suspected", count([](const auto& it) { return it.second.streak > 0; }))
        .set("unknown",
             count([](const auto& it) { return it.second.sight.state == State::kUnknown; }))
        .set("reaped", reaped_)
        .set("failing", failures_.failing())
        .set("second_look", memory_.guard.delays())
        .set("self_seen", !memory_.blind)
        .setNull("last");
    if (last_) {
        snapshot.set(
            "last",
            JsonObject{}.set("job", last_->job).set("reason", last_->reason).set("at", last_->at));
    }
    return snapshot;
}

}  // namespace orch::reaper
