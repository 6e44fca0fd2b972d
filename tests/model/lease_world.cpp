#include "model/lease_world.hpp"

namespace orch::testing {

namespace {

/// Collects a key; every part ends with a mark.
struct Key {
    std::string text;

    void add(std::int64_t part) { text += std::to_string(part) + ','; }
    void add(Milliseconds at) { add(at.count()); }
    void add(std::monostate) { text += '-'; }
    template <typename T>
    void add(const std::optional<T>& part) {
        if (part)
            add(*part);
        else
            text += '/';
    }
    void add(const Lease& lease) {
        add(lease.token);
        add(lease.holder.pid);
        add(lease.renewed);
    }
    void add(const LeaseObservation& seen) {
        add(seen.lease);
        add(static_cast<int>(seen.holder) * 8 + static_cast<int>(seen.hold));
        add(seen.unchanged_for);
    }
    void add(const Thread& thread) {
        add(static_cast<int>(thread.act));
        add(thread.mine);
        add(thread.early);
        for (const auto& answer : thread.log) {
            std::visit([this](const auto& part) { add(part); }, answer);
        }
        text += ';';
    }
    void add(const Actor& actor) {
        add(actor.alive + 2 * actor.done + 4 * actor.saw_own + 8 * actor.refused +
            16 * actor.hold_open + 32 * actor.orphan + 64 * actor.unlinks);
        add(actor.worker);
        add(actor.renewer);
        add(actor.lease);
        add(actor.working_since);
        add(actor.named);
        text += actor.sighting;
        add(actor.sighted);
        text += '\n';
    }
};

}  // namespace

bool LeaseWorldState::locked(int who) const {
    if (who < 0) return false;
    const auto& actor = actors.at(static_cast<std::size_t>(who));
    return (actor.alive && actor.hold_open) || actor.orphan;
}

bool LeaseWorldState::active(const Actor& actor) const {
    if (!actor.lease) return false;
    // A child of a dead holder has nobody who stops it; the TTL is what it gets.
    if (actor.orphan) return now < actor.lease->renewed + actor.lease->ttl;
    if (!actor.alive) return false;
    if (actor.working_since) return true;
    return actor.worker.act != Act::kRelease && now < deadlineOf(*actor.lease);
}

std::string LeaseWorldState::key() const {
    Key key;
    key.add(now);
    key.add(file);
    for (const int number : {guard, hold, deaths, deletions}) key.add(number);
    key.add(database_token);
    for (const auto& actor : actors) key.add(actor);
    return key.text;
}

void LeaseWorldState::object(const std::string& what) {
    if (violation.empty()) violation = what;
}

}  // namespace orch::testing
