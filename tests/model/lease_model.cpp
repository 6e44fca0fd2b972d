#include "model/lease_model.hpp"

#include <array>
#include <deque>
#include <unordered_set>

namespace orch::testing {

namespace {

Actor& actorAt(LeaseWorldState& world, int who) {
    return world.actors[static_cast<std::size_t>(who)];
}
const Actor& actorAt(const LeaseWorldState& world, int who) {
    return world.actors[static_cast<std::size_t>(who)];
}

Lease leaseOf(int who, Milliseconds at) {
    return {.repository = "r",
            .token = 1,
            .host = "h",
            .boot_id = "b",
            .holder = {who + 1, 1},
            .task = "T",
            .acquired = at,
            .renewed = at,
            .ttl = LeaseModel::kTtl};
}

/// Everything ends with a process but a child that it started.
void die(Actor& actor, bool child_lives) {
    actor.alive = false;
    actor.orphan = child_lives;
    actor.worker = actor.renewer = {};
    actor.hold_open = false;
    actor.working_since.reset();
    if (!child_lives) actor.lease.reset();
}

void letGo(Actor& actor) {
    actor.done = true;
    actor.lease.reset();
    actor.hold_open = false;
}

}  // namespace

/// p0 died with the lease in its hands; the last one only observes.
LeaseWorldState LeaseModel::initial() const {
    LeaseWorldState world;
    world.actors.resize(static_cast<std::size_t>(options_.contenders + 1 + options_.observer));
    world.actors[0].alive = false;
    world.file = leaseOf(0, Milliseconds{0});
    return world;
}

/// Begins and makes the first step; without a second look under the guard that is the only look.
void LeaseModel::begin(LeaseWorldState& world, int who, Thread Actor::*thread, Act act) const {
    auto& actor = actorAt(world, who);
    auto& begun = actor.*thread;
    begun = {.act = act, .mine = actor.lease};
    if (act != Act::kTake || options_.drop != Drop::kRejudge) return step(world, who, thread);
    begun.early = ReplayedFiles(world, who, begun, options_.drop, options_.two_hosts).observe();
}

void LeaseModel::step(LeaseWorldState& world, int who, Thread Actor::*thread) const {
    auto& running = actorAt(world, who).*thread;
    ReplayedFiles files(world, who, running, options_.drop, options_.two_hosts);
    try {
        run(world, who, running, files);
    } catch (const Paused&) {
        return;
    } catch (const Error&) {
        if (running.act == Act::kTake) actorAt(world, who).hold_open = false;
        if (running.act == Act::kRequire) actorAt(world, who).refused = true;
        if (running.act == Act::kRelease) letGo(actorAt(world, who));
    }
    if (!files.paused()) running = {};
}

/// The procedure, from its beginning to its next step; what its end means when it gets there.
void LeaseModel::run(LeaseWorldState& world, int who, Thread& thread, ReplayedFiles& files) const {
    auto& actor = actorAt(world, who);
    const Machine here{.host = "h",
                       .boot_id = "b",
                       .self = {who + 1, 1},
                       .now = [&] { return files.now(); },
                       .observe = {}};
    const auto ends = [&] { return !files.paused(); };
    if (thread.act == Act::kTake) {
        const MergeLeases::Request request{"r", "T", {}, [&] { return files.nextToken(); }};
        auto taken = takeLease(files, here, "r", kTtl, request);
        const auto* lease = std::get_if<TakenLease>(&taken);
        if (ends() && lease != nullptr) actor.lease = lease->lease;
    } else if (thread.act == Act::kRequire) {
        requireLease(files, here, *thread.mine);
        actor.working_since = world.now;
        if (!actor.saw_own) world.object("L3: a merge went on without its lease");
    } else if (thread.act == Act::kRenew) {
        const auto renewed = renewLease(files, here, *thread.mine);
        if (ends() && renewed) actor.lease = renewed;
        if (ends() && !renewed) actor.refused = true;
    } else if (thread.act == Act::kRelease) {
        (void)releaseLease(files, thread.mine->token);
        if (ends()) letGo(actor);
    } else {
        (void)reclaimLease(files, here, kTtl, *actor.named);
        if (ends()) actor.named.reset();
    }
}

void LeaseModel::check(LeaseWorldState& world) {
    int active = 0;
    for (const auto& actor : world.actors) active += world.active(actor) ? 1 : 0;
    if (active > 1) world.object("M-1: two hold the lease at once");
}

/// The next step of what a process is in the middle of; at the guard it may have to wait.
void LeaseModel::addSteps(const LeaseWorldState& world, int who, Moves& moves) const {
    for (const auto thread : {&Actor::worker, &Actor::renewer}) {
        const auto& running = actorAt(world, who).*thread;
        if (running.act == Act::kNone) continue;
        if (running.log.empty() && world.guard >= 0) continue;
        static constexpr std::array kNames{"", "take", "require", "renew", "release", "reclaim"};
        moves.push_back({"p" + std::to_string(who) + " " +
                             kNames.at(static_cast<std::size_t>(running.act)) + " " +
                             std::to_string(running.log.size() + 1),
                         [=, this](LeaseWorldState& next) { step(next, who, thread); }});
    }
}

/// All but require() begin with the guard, or with a look before it.
bool LeaseModel::mayEnter(const LeaseWorldState& world, Act act) const {
    const bool looks_first = act == Act::kTake && options_.drop == Drop::kRejudge;
    return act == Act::kRequire || looks_first || world.guard < 0;
}

/// What a process may begin with.
void LeaseModel::addWork(const LeaseWorldState& world, int who, Moves& moves) const {
    const auto& actor = actorAt(world, who);
    const auto add = [&](const char* what, Thread Actor::*thread, Act act) {
        if (!mayEnter(world, act)) return;
        moves.push_back({"p" + std::to_string(who) + " begins to " + what,
                         [=, this](LeaseWorldState& next) { begin(next, who, thread, act); }});
    };
    if (actor.working_since) {
        moves.push_back({"p" + std::to_string(who) + "'s effect ends",
                         [=](LeaseWorldState& next) { actorAt(next, who).working_since.reset(); }});
    }
    const bool idle = actor.worker.act == Act::kNone && !actor.working_since;
    if (!actor.lease) {
        if (idle && !actor.done) add("take", &Actor::worker, Act::kTake);
        return;
    }
    const bool renewing = actor.renewer.act != Act::kNone;
    const bool due = world.now > Milliseconds{actor.lease->renewed.count() % 3'600'000};
    if (idle && !actor.refused) add("require", &Actor::worker, Act::kRequire);
    if (idle && !renewing) add("release", &Actor::worker, Act::kRelease);
    if (!renewing && due && actor.worker.act != Act::kRelease && !actor.refused) {
        add("renew", &Actor::renewer, Act::kRenew);
    }
}

/// The observer sees a lease, and reclaims what it saw whenever it gets to it, stale or not.
void LeaseModel::addObservation(const LeaseWorldState& world, int who, Moves& moves) const {
    const auto& actor = actorAt(world, who);
    if (actor.worker.act != Act::kNone) return;
    if (actor.named && mayEnter(world, Act::kReclaim)) {
        moves.push_back({"the observer begins to reclaim", [=, this](LeaseWorldState& next) {
                             actorAt(next, who).unlinks = 0;
                             begin(next, who, &Actor::worker, Act::kReclaim);
                         }});
    }
    if (!world.file || actor.named == world.file->token) return;
    moves.push_back({"the observer sees token " + std::to_string(world.file->token),
                     [=](LeaseWorldState& next) { actorAt(next, who).named = next.file->token; }});
}

void LeaseModel::addFate(const LeaseWorldState& world, int who, Moves& moves) const {
    const auto& actor = actorAt(world, who);
    const auto name = "p" + std::to_string(who);
    const auto kill = [=](bool child_lives) {
        return [=](LeaseWorldState& next) {
            ++next.deaths;
            if (next.guard == who) next.guard = -1;
            die(actorAt(next, who), child_lives);
        };
    };
    if (actor.orphan) {
        moves.push_back({name + "'s child ends", [=](LeaseWorldState& next) {
                             actorAt(next, who).orphan = false;
                             actorAt(next, who).lease.reset();
                         }});
    }
    if (!actor.alive || actor.done || world.deaths >= options_.deaths) return;
    moves.push_back({name + " is killed", kill(false)});
    if (actor.working_since) moves.push_back({name + " is killed, its child lives", kill(true)});
}

/// A call of a merge ends within its limit, a quarter of the TTL.
bool LeaseModel::mayTick(const LeaseWorldState& world) const {
    if (world.now >= options_.ticks * kTick) return false;
    for (const auto& actor : world.actors) {
        const bool long_enough = actor.working_since && world.now - *actor.working_since >= kTick;
        if (long_enough && options_.drop != Drop::kCallLimit) return false;
    }
    return true;
}

LeaseModel::Moves LeaseModel::moves(const LeaseWorldState& world) const {
    Moves all;
    for (int who = 1; who < static_cast<int>(world.actors.size()); ++who) {
        if (actorAt(world, who).alive) addSteps(world, who, all);
        if (who > options_.contenders) {
            addObservation(world, who, all);
            continue;
        }
        if (actorAt(world, who).alive) addWork(world, who, all);
        addFate(world, who, all);
    }
    if (world.file && world.deletions < options_.deletions) {
        all.push_back({"somebody deletes the lease file", [](LeaseWorldState& next) {
                           ++next.deletions;
                           next.file.reset();
                       }});
    }
    if (mayTick(world)) {
        all.push_back({"time passes", [](LeaseWorldState& next) { next.now += kTick; }});
    }
    return all;
}

LeaseModel::Result LeaseModel::explore() {
    struct Reached {
        std::size_t from;
        std::string by;
    };
    std::vector<Reached> reached{{0, ""}};
    std::deque<std::pair<std::size_t, LeaseWorldState>> waiting;
    waiting.emplace_back(0, initial());
    std::unordered_set<std::string> met{waiting.front().second.key()};
    while (!waiting.empty()) {
        const auto [at, world] = std::move(waiting.front());
        waiting.pop_front();
        for (const auto& move : moves(world)) {
            auto next = world;
            move.apply(next);
            if (options_.deletions == 0) check(next);
            if (!next.violation.empty()) {
                auto way = move.name;
                for (auto back = at; back != 0; back = reached[back].from) {
                    way = reached[back].by + "; " + way;
                }
                return {met.size(), next.violation + " after: " + way};
            }
            if (!met.insert(next.key()).second) continue;
            reached.push_back({at, move.name});
            waiting.emplace_back(reached.size() - 1, std::move(next));
        }
    }
    return {met.size(), ""};
}

}  // namespace orch::testing
