#include "pipeline/admission.hpp"

#include <exception>
#include <iostream>

#include "base/error.hpp"
#include "base/text.hpp"
#include "store/journal.hpp"
#include "store/meta.hpp"

namespace orch {

namespace {

constexpr std::chrono::milliseconds kAnswers{250};  // a disk that works; a person waits no longer

bool notedShort(Store& store) {
    return store.read([](Connection& db) { return readMeta(db, meta_key::kDiskShort) == "1"; });
}

void writeChange(Tx& tx, bool is_short, const std::string& words, const Evidence& evidence) {
    writeMeta(tx.db(), meta_key::kDiskShort, is_short ? "1" : "0");
    const auto seq = writeJournal(tx,
                                  {.actor = "worker",
                                   .subject = "queue",
                                   .rule = is_short ? "disk_short" : "disk_free",
                                   .decision = words,
                                   .evidence = evidence});
    writeOutbox(
        tx,
        {.kind = "notify", .subject = "disk", .text = words, .key = "disk:" + std::to_string(seq)});
}

}  // namespace

Admission::Admission(Store& store,
                     const Setup& setup,
                     Lanes& lanes,
                     Alarm& alarm,
                     FreeBytes free_bytes,
                     std::function<void()> told,
                     DiskPace pace)
    : store_(store),
      setup_(setup),
      lanes_(lanes),
      alarm_(alarm),
      free_bytes_(std::move(free_bytes)),
      told_(std::move(told)),
      pace_(pace),
      noted_short_(notedShort(store)) {}

// Under the lock.
bool Admission::known(AwakeTime now) const {
    if (!seen_) return false;
    const bool new_and_good = !seen_->used && seen_->reason.empty();
    return new_and_good || now - seen_->at < pace_.counts;
}

bool Admission::open(AwakeTime now, const std::function<bool()>& waiting) {
    if (setup_.min_free == 0) return true;
    {
        const std::lock_guard lock(mutex_);
        if (known(now)) {
            seen_->used = true;
            return seen_->reason.empty();
        }
    }
    if (waiting()) ask(now);
    return false;
}

void Admission::ask(AwakeTime now) {
    {
        const std::lock_guard lock(mutex_);
        if (asked_) return;
        asked_ = now;
    }
    lanes_.post("disk", [this] { look(); });
}

Admission::Seen Admission::see() const {
    const std::string needs =
        "; jobs begin again when " + formatBytes(setup_.min_free) + " are free (disk.min_free)";
    try {
        const auto free = free_bytes_();
        if (free >= setup_.min_free) return {AwakeTime::clock::now(), free, ""};
        return {AwakeTime::clock::now(),
                free,
                "the disk of " + setup_.state_dir.string() + " has only " + spokenBytes(free) +
                    " left" + needs};
    } catch (const Error& error) {
        return {AwakeTime::clock::now(), std::nullopt, error.what() + needs};
    }
}

void Admission::look() {
    const auto seen = see();
    {
        const std::lock_guard lock(mutex_);
        seen_ = seen;
        asked_.reset();
    }
    answered_.notify_all();
    if (!seen.reason.empty()) lookAgain();
    try {
        note(seen);
    } catch (const std::exception& error) {
        // It is in force all the same; the next look writes it down.
        std::cerr << "orchd: cannot note what the disk has left: " << error.what() << "\n";
    }
    if (seen.reason.empty()) store_.kick();
}

// The pass finds out whether anybody still waits; if not, nobody wakes up again.
void Admission::lookAgain() {
    alarm_.set("disk", AwakeTime::clock::now() + pace_.again, [this] { store_.kick(); });
}

void Admission::note(const Seen& seen) {
    const bool is_short = !seen.reason.empty();
    if (is_short == noted_short_) return;
    const auto words = is_short ? "no job begins: " + seen.reason
                                : "jobs begin again: the disk of " + setup_.state_dir.string() +
                                      " has " + spokenBytes(*seen.free) + " left";
    const Evidence evidence{{"free", seen.free ? std::to_string(*seen.free) : "unknown"},
                            {"min_free", std::to_string(setup_.min_free)}};
    store_.write([&](Tx& tx) { writeChange(tx, is_short, words, evidence); });
    noted_short_ = is_short;
    told_();
}

DiskReport Admission::report() {
    DiskReport report{.min_free = setup_.min_free};
    if (setup_.min_free == 0) return report;
    const auto now = AwakeTime::clock::now();
    std::unique_lock lock(mutex_);
    if (!seen_ || now - seen_->at >= pace_.counts) {
        lock.unlock();
        ask(now);
        lock.lock();
        answered_.wait_for(lock, kAnswers, [this] { return !asked_; });
    }
    if (seen_) {
        report.free = seen_->free;
        report.reason = seen_->reason;
    }
    if (asked_ && now - *asked_ >= pace_.counts) {
        report.free.reset();
        report.reason = "the disk of " + setup_.state_dir.string() + " has not said for " +
                        spokenDuration(std::chrono::duration_cast<Milliseconds>(now - *asked_)) +
                        " how much is free";
    }
    return report;
}

}  // namespace orch
