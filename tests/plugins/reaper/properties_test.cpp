#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>
#include <chrono>

#include "plugins/reaper/play.hpp"

// Properties over random histories; their ids stand in the design of the reaper.

namespace orch::reaper {

using namespace std::chrono_literals;

/// What may be seen of a running attempt, long before any time limit.
enum class Look { kHeld, kAlive, kGone, kZombie, kReused, kUnreadable, kLockUnknown, kElsewhere };
constexpr auto kLooks = {Look::kHeld,
                         Look::kAlive,
                         Look::kGone,
                         Look::kZombie,
                         Look::kReused,
                         Look::kUnreadable,
                         Look::kLockUnknown,
                         Look::kElsewhere};

RunningJob seen(Look look) {
    auto job = gone(look == Look::kZombie   ? "zombie"
                    : look == Look::kReused ? "pid_reused"
                                            : "gone");
    if (look == Look::kHeld) job.lock = Lock::kHeld;
    if (look == Look::kAlive) job.process = Life::kAlive;
    if (look == Look::kUnreadable) job.process = Life::kUnknown;
    if (look == Look::kLockUnknown) job.lock = Lock::kUnknown;
    if (look == Look::kElsewhere) job.same_host = false;
    return job;
}

struct Tick {
    Milliseconds at{};
    Look look{};
};
using History = std::vector<Tick>;

void showValue(const History& history, std::ostream& out) {
    for (const auto& tick : history) {
        out << tick.at.count() << "ms:" << static_cast<int>(tick.look) << " ";
    }
}

rc::Gen<Milliseconds> gaps() {
    return rc::gen::map(rc::gen::element(1, 100, 14'999, 15'000, 20'000, 30'000, 90'000),
                        [](int ms) { return Milliseconds{ms}; });
}

History historyOf(const rc::Gen<Look>& looks) {
    History history;
    Milliseconds at{};
    for (const auto look : *rc::gen::container<std::vector<Look>>(looks)) {
        history.push_back({at += *gaps(), look});
    }
    return history;
}

/// When the attempt is flipped for the first time; nothing when it never is.
std::optional<Milliseconds> flipped(const History& history, const Policy& policy) {
    Memory memory;
    for (const auto& tick : history) {
        auto decided =
            decide({Life::kAlive, {seen(tick.look)}}, policy, {tick.at, kInterval}, memory);
        if (!decided.orders.empty()) return tick.at;
        memory = std::move(decided.memory);
    }
    return {};
}

Policy anyPolicy() {
    return {.dead_ticks = *rc::gen::inRange(1, 6)};
}

// UNKNOWN only → no flip
RC_GTEST_PROP(ReaperPropertyTest, WhoeverIsNeverSeenDeadIsNeverFlipped, ()) {
    const auto history = historyOf(rc::gen::element(
        Look::kUnreadable, Look::kLockUnknown, Look::kElsewhere, Look::kHeld, Look::kAlive));
    RC_ASSERT(!flipped(history, anyPolicy()));
}

// inserting an ALIVE into a history never adds an action, nor hastens one
RC_GTEST_PROP(ReaperPropertyTest, ASignOfLifeNeverHastens, ()) {
    const auto policy = anyPolicy();
    const auto history = historyOf(rc::gen::elementOf(std::vector<Look>(kLooks)));
    const auto last = history.empty() ? Milliseconds{1} : history.back().at;
    const Tick alive{Milliseconds{*rc::gen::inRange<std::int64_t>(0, last.count() + 1)},
                     *rc::gen::element(Look::kHeld, Look::kAlive)};
    auto longer = history;
    const auto later = [](const Tick& a, const Tick& b) { return a.at < b.at; };
    longer.insert(std::upper_bound(longer.begin(), longer.end(), alive, later), alive);
    const auto with = flipped(longer, policy);
    const auto without = flipped(history, policy);
    // In a bool of its own: RC_ASSERT would evaluate both sides of an || in any case.
    const bool hastened = with && (!without || *with < *without);
    RC_ASSERT(!hastened);
}

/// A history in which the attempt is dead for ever from some tick on, ticks as the scheduler makes
/// them (late, but no two within half an interval).
RC_GTEST_PROP(ReaperPropertyTest, DeadForEverIsFlippedWithinNPlusTwoTicks, ()) {
    const auto policy = anyPolicy();
    History history = historyOf(rc::gen::elementOf(std::vector<Look>(kLooks)));
    const auto dead = *rc::gen::element(Look::kGone, Look::kZombie, Look::kReused);
    auto at = history.empty() ? Milliseconds{} : history.back().at;
    for (int i = 0; i < policy.dead_ticks + 2; ++i) {
        history.push_back({at += Milliseconds{*rc::gen::inRange(15'000, 45'000)}, dead});
    }
    RC_ASSERT(flipped(history, policy));
}

/// Also when everything dies at once and the mass guard delays it.
RC_GTEST_PROP(ReaperPropertyTest, AMassOfDeadIsFlippedWithinNPlusTwoTicks, ()) {
    const auto policy = anyPolicy();
    const auto count = *rc::gen::inRange(1, 40);
    Play play(policy);
    (void)play.tick(many(count, alive()));
    std::size_t flips = 0;
    for (int i = 0; i < policy.dead_ticks + 2 && flips == 0; ++i) {
        flips = play.tick(many(count, gone())).orders.size();
    }
    RC_ASSERT(flips == static_cast<std::size_t>(count));
}

// A streak: nothing is flipped by its process unless it was seen dead N times, half an interval
// apart, without a sign of life between.
RC_GTEST_PROP(ReaperPropertyTest, EveryFlipHasItsStreak, ()) {
    const auto policy = anyPolicy();
    const auto history = historyOf(rc::gen::elementOf(std::vector<Look>(kLooks)));
    const auto when = flipped(history, policy);
    if (!when) return;
    int streak = 0;
    Milliseconds counted{};
    for (const auto& tick : history) {
        if (tick.at > *when) break;
        if (tick.look == Look::kHeld || tick.look == Look::kAlive) streak = 0;
        const bool dead =
            tick.look == Look::kGone || tick.look == Look::kZombie || tick.look == Look::kReused;
        if (!dead || (streak > 0 && tick.at - counted < kInterval / 2)) continue;
        ++streak;
        counted = tick.at;
    }
    RC_ASSERT(streak >= policy.dead_ticks);
}

RunningJob anyJob(std::int64_t id) {
    auto job = numbered(id, seen(*rc::gen::elementOf(std::vector<Look>(kLooks))));
    job.exit = *rc::gen::element(ExitRecord::kNone,
                                 ExitRecord::kNone,
                                 ExitRecord::kValid,
                                 ExitRecord::kDamaged,
                                 ExitRecord::kForeign);
    job.same_boot = *rc::gen::weightedElement<bool>({{9, true}, {1, false}});
    job.running = *rc::gen::element<Milliseconds>(1min, 1h, 3h);
    if (*rc::gen::weightedElement<bool>({{4, false}, {1, true}})) job.pid.reset();
    return job;
}

std::vector<RunningJob> anyJobs() {
    std::vector<RunningJob> jobs;
    const auto count = *rc::gen::inRange(0, 12);
    for (int id = 1; id <= count; ++id) jobs.push_back(anyJob(id));
    return jobs;
}

// R-1 (this side of it): at most one order an attempt and tick, and only for attempts that run
RC_GTEST_PROP(ReaperPropertyTest, AnAttemptIsOrderedToEndAtMostOnceATick, ()) {
    Play play(anyPolicy());
    for (int i = 0; i < 6; ++i) {
        std::set<std::int64_t> ordered;
        for (const auto& order : play.tick(anyJobs()).orders) {
            RC_ASSERT(ordered.insert(order.job).second);
        }
    }
}

// R-3 (this side of it): an exit record that is there wins over every inference
RC_GTEST_PROP(ReaperPropertyTest, AnExitRecordWins, ()) {
    Play play(anyPolicy());
    for (int i = 0; i < 6; ++i) {
        const auto jobs = anyJobs();
        const auto flips = play.tick(jobs).orders;
        for (const auto& job : jobs) {
            if (job.exit != ExitRecord::kValid) continue;
            const auto flip = std::find_if(
                flips.begin(), flips.end(), [&](const auto& it) { return it.job == job.id; });
            RC_ASSERT(flip != flips.end());
            RC_ASSERT(flip->cause == Cause::kExitRecord);
        }
    }
}

std::string shown(const Decided& decided) {
    std::string text;
    for (const auto& order : decided.orders) {
        text += std::to_string(order.job) + order.why.decision + "\n";
    }
    for (const auto& remark : decided.remarks) text += remark.why.decision + "\n";
    return text;
}

// the same trace gives the same decisions; decide does not know whether they are carried out
RC_GTEST_PROP(ReaperPropertyTest, TheSameTraceIsDecidedAlike, ()) {
    const auto policy = anyPolicy();
    Play live(policy);
    Play observe(policy);
    for (int i = 0; i < 6; ++i) {
        const auto jobs = anyJobs();
        RC_ASSERT(shown(live.tick(jobs)) == shown(observe.tick(jobs)));
    }
}

RC_GTEST_PROP(ReaperPropertyTest, WithoutSelfConfidenceNothingIsFlipped, ()) {
    Play play(anyPolicy());
    for (int i = 0; i < 6; ++i) {
        const auto self = *rc::gen::element(Life::kDead, Life::kUnknown);
        RC_ASSERT(play.tick(Running{self, anyJobs()}).orders.empty());
    }
}

}  // namespace orch::reaper
