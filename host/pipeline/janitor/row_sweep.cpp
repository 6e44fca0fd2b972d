#include "pipeline/janitor/row_sweep.hpp"

#include "base/text.hpp"
#include "store/prune.hpp"

namespace orch {

namespace {

constexpr std::chrono::seconds kAfterBusy{5};
constexpr int kRowsAtOnce = 500;

}  // namespace

RowSweep::RowSweep(Store& store, const Setup& setup, CleanUp& clean_up, JanitorRounds& rounds)
    : store_(store), setup_(setup), clean_up_(clean_up), rounds_(rounds) {}

void RowSweep::sweep() {
    const auto& keep = setup_.retention;
    const auto before = clean_up_.report();
    const bool more = prune(&JanitorReport::jobs, keep.jobs, pruneJobs) ||
                      prune(&JanitorReport::messages, keep.messages, pruneMessages);
    const auto after = clean_up_.report();
    tell(after.jobs - before.jobs, after.messages - before.messages);
    if (more) return rounds_.dueAt(store_.clock().now().at + kAfterBusy);
    rounds_.dueAfter(store_.read(oldestPrunableJob), keep.jobs);
    rounds_.dueAfter(store_.read(oldestPrunableMessage), keep.messages);
}

bool RowSweep::prune(JanitorLedger::Count what,
                     Milliseconds keep,
                     const std::function<int(Tx&, Instant, int)>& some) {
    if (keep.count() == 0) return false;
    const auto before = store_.clock().now().at - keep;
    while (true) {
        const int removed = store_.write([&](Tx& tx) { return some(tx, before, kRowsAtOnce); });
        clean_up_.ledger().removed(what, removed);
        if (removed < kRowsAtOnce) return false;
        if (!store_.idle()) return true;
    }
}

void RowSweep::tell(std::int64_t jobs, std::int64_t messages) {
    if (jobs + messages == 0) return;
    const auto& keep = setup_.retention;
    clean_up_.journal(
        "janitor",
        "removed " + std::to_string(jobs) + " rows of finished jobs and " +
            std::to_string(messages) + " messages",
        {{"jobs", spokenDuration(keep.jobs)}, {"messages", spokenDuration(keep.messages)}});
}

}  // namespace orch
