#include "model/replayed_files.hpp"

namespace orch::testing {

template <typename Effect>
Answer ReplayedFiles::step(Effect effect) const {
    if (answered_ < thread_.log.size()) return thread_.log[answered_++];
    if (stepped_) {
        paused_ = true;
        throw Paused{};
    }
    stepped_ = true;
    ++answered_;
    // Logged before it can throw: an error is an answer that ends the procedure.
    thread_.log.emplace_back();
    thread_.log.back() = effect();
    return thread_.log.back();
}

void ReplayedFiles::lock() {
    step([this]() -> Answer {
        if (drop_ != Drop::kGuard) world_.guard = who_;
        return {};
    });
}

/// No step of its own: whoever is about to leave the guard only keeps others waiting.
void ReplayedFiles::unlock() noexcept {
    if (!paused_ && world_.guard == who_) world_.guard = -1;
}

Milliseconds ReplayedFiles::clock() const {
    return two_hosts_ && who_ == 1 ? world_.now + std::chrono::hours{1} : world_.now;
}

Milliseconds ReplayedFiles::now() const {
    const bool forgets = drop_ == Drop::kSelfStop && thread_.act == Act::kRequire;
    return std::get<Milliseconds>(
        step([&]() -> Answer { return forgets ? thread_.mine->renewed : clock(); }));
}

std::int64_t ReplayedFiles::nextToken() {
    return std::get<std::int64_t>(step([this]() -> Answer {
        if (drop_ == Drop::kDatabaseToken) return std::int64_t{world_.file ? 2 : 1};
        return ++world_.database_token;
    }));
}

LeaseObservation ReplayedFiles::observe() const {
    LeaseObservation seen{.repository = "r", .exists = world_.file.has_value()};
    if (!world_.file) return seen;
    seen.lease = world_.file;
    const auto holder = indexOf(*world_.file);
    seen.same_host = seen.same_boot = !two_hosts_ || holder == who_;
    const bool alive = world_.actors[static_cast<std::size_t>(holder)].alive;
    if (seen.same_host) seen.holder = alive ? Liveness::kAlive : Liveness::kDead;
    seen.hold = world_.locked(world_.hold) ? LockState::kHeld : LockState::kFree;
    if (drop_ == Drop::kHoldLock) seen.hold = LockState::kFree;
    if (!two_hosts_) return seen;
    const auto content =
        std::to_string(seen.lease->token) + "." + std::to_string(seen.lease->renewals);
    if (actor().sighting != content) {
        actor().sighting = content;
        actor().sighted = clock();
    }
    seen.unchanged_for = clock() - actor().sighted;
    return seen;
}

LeaseObservation ReplayedFiles::look() const {
    return std::get<LeaseObservation>(step([this]() -> Answer {
        if (thread_.early) return *thread_.early;
        auto seen = observe();
        if (thread_.act != Act::kReclaim || !seen.lease) return seen;
        if (drop_ == Drop::kReclaimToken) seen.lease->token = *actor().named;
        if (drop_ == Drop::kReclaimJudge) {
            seen.holder = Liveness::kDead;
            seen.hold = LockState::kFree;
        }
        return seen;
    }));
}

std::optional<Lease> ReplayedFiles::read() const {
    const bool unasked = (drop_ == Drop::kRequireToken && thread_.act == Act::kRequire) ||
                         (drop_ == Drop::kRenewToken && thread_.act == Act::kRenew) ||
                         (drop_ == Drop::kReleaseToken && thread_.act == Act::kRelease);
    return std::get<std::optional<Lease>>(step([&]() -> Answer {
        if (thread_.act == Act::kRequire) {
            actor().saw_own = world_.file && indexOf(*world_.file) == who_;
        }
        return unasked ? thread_.mine : world_.file;
    }));
}

/// M-7, and M-1 where it begins: who deletes or overwrites what.
void ReplayedFiles::objectToLossOf(const Lease& victim) const {
    const int owner = indexOf(victim);
    const auto whose = "the lease of p" + std::to_string(owner);
    if (thread_.act == Act::kTake || thread_.act == Act::kReclaim) {
        if (world_.active(world_.actors[static_cast<std::size_t>(owner)])) {
            world_.object("M-7: " + whose + " was deleted while it was held");
        }
    } else if (owner != who_) {
        world_.object("M-7: p" + std::to_string(who_) + " took away " + whose);
    }
    if (thread_.act == Act::kReclaim && victim.token != *actor().named) {
        world_.object("M-7: another lease than the one that was seen was reclaimed");
    }
}

void ReplayedFiles::remove() {
    step([this]() -> Answer {
        if (thread_.act == Act::kReclaim && ++actor().unlinks > 1) {
            world_.object("M-6: a reclaim unlinked twice");
        }
        if (!world_.file) throw Error("no such file");
        objectToLossOf(*world_.file);
        world_.file.reset();
        return {};
    });
}

UniqueFd ReplayedFiles::makeHold() {
    step([this]() -> Answer {
        if (thread_.act == Act::kReclaim) world_.object("M-6: a reclaim made a file");
        world_.hold = who_;
        actor().hold_open = true;
        return {};
    });
    return {};
}

void ReplayedFiles::place(const Lease& lease) {
    step([&]() -> Answer {
        if (thread_.act == Act::kReclaim) world_.object("M-6: a reclaim made a file");
        if (world_.file) throw Error("file exists");
        world_.file = lease;
        return {};
    });
}

void ReplayedFiles::replace(const Lease& lease) {
    step([&]() -> Answer {
        if (thread_.act == Act::kReclaim) world_.object("M-6: a reclaim changed a file");
        if (world_.file) objectToLossOf(*world_.file);
        world_.file = lease;
        return {};
    });
}

}  // namespace orch::testing
