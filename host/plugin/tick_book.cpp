#include "plugin/tick_book.hpp"

#include <algorithm>
#include <utility>

#include "base/text.hpp"

namespace orch {

namespace {

std::chrono::microseconds span(AwakeTime from, AwakeTime to) {
    if (to <= from) return {};
    return std::chrono::duration_cast<std::chrono::microseconds>(to - from);
}

Milliseconds floorMilliseconds(AwakeTime::duration span) {
    return std::chrono::floor<Milliseconds>(span);
}

std::string inARow(std::int64_t failures) {
    return std::to_string(failures) + " failures in a row";
}

}  // namespace

std::string QuarantineNote::sentence() const {
    if (kind == Kind::kOver) return "plugin " + plugin + " works again after " + inARow(failures);
    return "plugin " + plugin + " is left alone for " + spokenDuration(wait) + " after " +
           inARow(failures) + "; the last: " + error;
}

bool TickBook::Work::empty() const {
    return ticks.empty() && cancelled.empty() && notes.empty();
}

TickedId TickBook::add(const std::string& plugin, TickRhythm rhythm) {
    const TickedId id{++last_id_};
    auto& it = all_[id];
    it.plugin = plugin;
    it.rhythm = rhythm;
    return id;
}

void TickBook::remove(TickedId id) {
    auto* it = find(id);
    if (it == nullptr) return;
    if (it->queued) queue_.erase({*it->queued, id});
    all_.erase(id);
}

void TickBook::retune(TickedId id, TickRhythm rhythm, const Now& now) {
    auto* it = find(id);
    if (it == nullptr) return;
    it->rhythm = rhythm;
    if (!it->grid) return;
    it->grid.emplace(now.awake, rhythm.interval);
    if (!it->handed) it->due = it->grid->after(now.awake);
    requeue(id, *it);
}

void TickBook::setOn(TickedId id, bool on, const Now& now) {
    auto* it = find(id);
    if (it == nullptr || it->on == on) return;
    it->on = on;
    if (!it->grid && on) {
        it->grid.emplace(now.awake, it->rhythm.interval);
        it->due = now.awake;
    } else if (!it->handed && on) {
        it->due = it->grid->after(now.awake);
    }
    requeue(id, *it);
}

void TickBook::tickBegan(TickedId id, const Now& now) {
    auto* it = find(id);
    if (it == nullptr || !it->handed) return;
    it->late.add(span(it->due, now.awake));
    it->counts.last_tick = now.at;
    if (!it->counts.since) it->counts.since = now.at;
    it->busy = Busy{"tick", now, it->rhythm.timeout, Busy::Kind::kTick};
    requeue(id, *it);
}

void TickBook::tickDropped(TickedId id, const std::string& error, const Now& now) {
    auto* it = find(id);
    if (it == nullptr || !it->handed) return;
    it->handed = false;
    it->due = it->grid->after(now.awake);
    if (it->busy && it->busy->kind == Busy::Kind::kHandedTick) it->busy.reset();
    if (!error.empty()) failed(*it, error, now);
    requeue(id, *it);
}

void TickBook::began(TickedId id, const std::string& what, const Now& now) {
    auto* it = find(id);
    if (it == nullptr) return;
    it->busy = Busy{what, now, it->rhythm.timeout, Busy::Kind::kOther};
    requeue(id, *it);
}

void TickBook::ended(TickedId id, const EntryEnd& end, const Now& now) {
    auto* it = find(id);
    if (it == nullptr || !it->busy || it->busy->kind == Busy::Kind::kHandedTick) return;
    const auto entry = *std::exchange(it->busy, std::nullopt);
    if (entry.kind == Busy::Kind::kTick) endTick(*it, entry, now);
    judge(*it, entry, end, now);
    // A tick was handed over while the entry ran: its turn comes now.
    if (it->handed) it->busy = Busy{"tick", now, it->rhythm.timeout, Busy::Kind::kHandedTick};
    requeue(id, *it);
}

void TickBook::endTick(Ticked& it, const Busy& entry, const Now& now) {
    ++it.counts.ticks;
    it.took.add(span(entry.since.awake, now.awake));
    it.counts.missed += it.grid->passedSince(it.due, now.awake);
    it.due = it.grid->after(now.awake);
    it.handed = false;
}

// One that was found past its deadline has been counted then.
void TickBook::judge(Ticked& it, const Busy& entry, const EntryEnd& end, const Now& now) {
    if (entry.is_hung) return;
    if (now.awake >= entry.deadline()) {
        failed(it, entry.sentence(it.plugin, now), now);
    } else if (end.ok) {
        succeeded(it, now);
    } else {
        failed(it, end.error, now);
    }
}

void TickBook::failed(Ticked& it, const std::string& error, const Now& now) {
    ++it.counts.failures;
    it.counts.last_error = error;
    const auto wait = it.backoff.failed(now.awake);
    if (!wait) return;
    const auto failures = it.backoff.failuresInARow();
    const bool is_first = failures == PluginBackoff::kPatience;
    const auto kind = is_first ? QuarantineNote::Kind::kBegun : QuarantineNote::Kind::kLonger;
    notes_.push_back({kind, it.plugin, failures, *wait, error});
}

void TickBook::succeeded(Ticked& it, const Now& now) {
    const auto failures = it.backoff.failuresInARow();
    if (!it.backoff.succeeded()) return;
    const auto kind = QuarantineNote::Kind::kOver;
    notes_.push_back({kind, it.plugin, failures, {}, it.counts.last_error});
    if (it.grid && !it.handed) it.due = it.grid->after(now.awake);
}

TickBook::Work TickBook::take(const Now& now) {
    Work work;
    while (!queue_.empty() && queue_.begin()->first <= now.awake) {
        const auto id = queue_.begin()->second;
        takeOne(id, all_.at(id), now, work);
    }
    work.notes = takeNotes();
    return work;
}

std::vector<QuarantineNote> TickBook::takeNotes() {
    return std::exchange(notes_, {});
}

void TickBook::takeOne(TickedId id, Ticked& it, const Now& now, Work& work) {
    if (it.busy) {
        it.busy->is_hung = true;
        work.cancelled.push_back(id);
        failed(it, it.busy->sentence(it.plugin, now), now);
    } else {
        it.handed = true;
        it.busy = Busy{"tick", now, it.rhythm.timeout, Busy::Kind::kHandedTick};
        work.ticks.push_back(id);
    }
    requeue(id, it);
}

std::optional<AwakeTime> TickBook::next() const {
    if (!notes_.empty()) return AwakeTime::min();
    if (queue_.empty()) return std::nullopt;
    return queue_.begin()->first;
}

TickBook::Ticked* TickBook::find(TickedId id) {
    const auto found = all_.find(id);
    return found == all_.end() ? nullptr : &found->second;
}

void TickBook::requeue(TickedId id, Ticked& it) {
    const auto until = it.backoff.until();
    if (until && it.grid && !it.handed && *until > it.due) {
        it.due = it.grid->after(*until - AwakeTime::duration{1});
    }
    const auto wake = it.wake();
    if (wake == it.queued) return;
    if (it.queued) queue_.erase({*it.queued, id});
    if (wake) queue_.emplace(*wake, id);
    it.queued = wake;
}

std::optional<AwakeTime> TickBook::Ticked::wake() const {
    if (busy && !busy->is_hung) return busy->deadline();
    if (busy || !on) return std::nullopt;
    return due;
}

TickStatus TickBook::status(TickedId id, const Now& now) const {
    const auto found = all_.find(id);
    if (found == all_.end()) return {};
    const auto& it = found->second;
    auto status = it.counts;
    status.failures_in_a_row = it.backoff.failuresInARow();
    status.late_p99 = it.late.percentile(0.99);
    status.tick_p50 = it.took.percentile(0.5);
    if (it.on && !it.busy) {
        status.next_in = std::max(floorMilliseconds(it.due - now.awake), Milliseconds{0});
    }
    status.hung = it.hung(now);
    if (it.backoff.waits(now.awake)) {
        const auto until = now.wall + floorMilliseconds(*it.backoff.until() - now.awake);
        status.quarantine =
            "left alone until " + formatUtc(until) + " after " + inARow(status.failures_in_a_row);
    }
    return status;
}

std::vector<std::string> TickBook::hung(const Now& now) const {
    std::vector<std::string> sentences;
    for (const auto& [id, it] : all_) {
        if (auto sentence = it.hung(now); !sentence.empty()) {
            sentences.push_back(std::move(sentence));
        }
    }
    return sentences;
}

// By the time and not by what take() has seen, so that nothing that holds up the scheduler hides
// it.
std::string TickBook::Ticked::hung(const Now& now) const {
    if (!busy || now.awake < busy->deadline()) return "";
    return busy->sentence(plugin, now);
}

std::string TickBook::Busy::sentence(const std::string& plugin, const Now& now) const {
    const auto runs = floorMilliseconds(now.awake - since.awake);
    const auto* does = kind == Kind::kHandedTick ? " has not begun since " : " runs since ";
    return "plugin " + plugin + ": its " + what + does + formatUtc(since.wall) + ", " +
           spokenDuration(runs) + "; its limit is " + spokenDuration(timeout);
}

}  // namespace orch
