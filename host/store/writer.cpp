#include "store/writer.hpp"

#include <sqlite3.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>

#include "base/crash_point.hpp"
#include "store/medium_error.hpp"
#include "store/timeline.hpp"

namespace orch {
namespace {

constexpr int kIdlePages = 1024;    // 4 MB: folded in when nothing waits
constexpr int kShrinkPages = 4096;  // 16 MB: the file is cut as well, which makes it slower to fill
constexpr int kMostPages = 16384;   // 64 MB: folded in although somebody waits
constexpr int kBusyMilliseconds = 5000;  // as in connection.cpp
constexpr std::chrono::seconds kFirstAgain{1};
constexpr std::chrono::minutes kLastAgain{5};

std::string whatWas(const std::exception_ptr& error) {
    try {
        std::rethrow_exception(error);
    } catch (const std::exception& known) {
        return known.what();
    } catch (...) {
        return "an exception of unknown type";
    }
}

int rememberPages(void* pages, sqlite3* /*db*/, const char* /*name*/, int count) {
    *static_cast<int*>(pages) = count;
    return SQLITE_OK;
}

// Runs `work` in a savepoint; answers what it threw, and then nothing of it remains. Throws when
// the disk refused or SQLite has rolled back the whole transaction: the pass is lost.
template <class F>
std::exception_ptr guarded(Connection& db, F work) {
    db.prepared("SAVEPOINT one").bind().run();
    std::exception_ptr error;
    try {
        work();
    } catch (const MediumError&) {
        throw;
    } catch (...) {
        error = std::current_exception();
    }
    db.resetStatements();
    if (!db.inTransaction()) {
        throw StoreError("the transaction was rolled back by the database: " + whatWas(error));
    }
    if (error) db.prepared("ROLLBACK TO one").bind().run();
    db.prepared("RELEASE one").bind().run();
    return error;
}

}  // namespace

struct Writer::Pass {
    std::deque<Work> batch;
    std::vector<std::exception_ptr> errors;  ///< per piece of work
    bool empty = false;                      ///< only a checkpoint is owed
    AfterCommit after;
};

Writer::Writer(Connection& db, const Clock& clock) : db_(db), clock_(clock) {
    sqlite3_wal_hook(db_.native(), rememberPages, &wal_pages_);
    thread_ = std::jthread([this](const std::stop_token& stop) { work(stop); });
}

Writer::~Writer() {
    thread_.request_stop();
    thread_.join();
    (void)checkpoint(SQLITE_CHECKPOINT_TRUNCATE);  // what is left is found at the next start
    sqlite3_wal_hook(db_.native(), nullptr, nullptr);
}

void Writer::post(Work work) {
    if (std::this_thread::get_id() == thread_.get_id()) {
        std::fputs("orchd: store: bug: the writer's thread posted to itself\n", stderr);
        std::abort();
    }
    const std::lock_guard lock(mutex_);
    waiting_.push_back(std::move(work));
    if (waiting_.size() == 1) changed_.notify_one();
}

void Writer::kick() {
    const std::lock_guard lock(mutex_);
    kicked_ = true;
    changed_.notify_one();
}

std::string Writer::trouble() const {
    const std::lock_guard lock(mutex_);
    if (!commit_trouble_.empty()) return commit_trouble_;
    return hook_trouble_.empty() ? checkpoint_trouble_ : hook_trouble_;
}

bool Writer::idle() const {
    const std::lock_guard lock(mutex_);
    return waiting_.empty();
}

void Writer::work(const std::stop_token& stop) {
    for (Pass pass; gather(stop, pass); pass = {}) {
        if (!pass.empty) {
            runPass(pass);
            complete(pass);
        }
        checkpointIfDue(pass.empty);
    }
}

// False when told to stop and nothing waits.
bool Writer::gather(const std::stop_token& stop, Pass& pass) {
    std::unique_lock lock(mutex_);
    const auto wanted = [this] { return kicked_ || !waiting_.empty(); };
    if (owed_) {
        pass.empty = !changed_.wait_for(lock, stop, try_again_in_, wanted);
        if (pass.empty) return !stop.stop_requested();
    } else if (!changed_.wait(lock, stop, wanted)) {
        return false;
    }
    kicked_ = false;
    pass.batch.swap(waiting_);
    pass.errors.resize(pass.batch.size());
    return true;
}

void Writer::runPass(Pass& pass) {
    try {
        Tx tx(db_, clock_.now());
        commitPass(pass, tx);
        clear(commit_trouble_);
    } catch (...) {
        abandon(pass);
    }
}

void Writer::commitPass(Pass& pass, Tx& tx) {
    db_.prepared("BEGIN IMMEDIATE").bind().run();
    for (std::size_t i = 0; i < pass.batch.size(); ++i) {
        pass.errors[i] = guarded(db_, [&] { pass.batch[i].run(tx); });
    }
    runHook(pass, tx);
    noteTime(tx);
    crashPoint("store.before_commit");
    db_.prepared("COMMIT").bind().run();
    crashPoint("store.committed");
}

// What the hook threw must not take the pass's work with it.
void Writer::runHook(Pass& pass, Tx& tx) {
    if (!pass_end_) return;
    const auto error = guarded(db_, [&] { pass.after = pass_end_(tx); });
    if (error) {
        pass.after = nullptr;
        report(hook_trouble_, "the end of a pass failed: " + whatWas(error));
    } else {
        clear(hook_trouble_);
    }
}

void Writer::noteTime(Tx& tx) {
    if (tx.at() - last_seen_ < kSeenEvery) return;
    writeLastSeen(db_, tx.at());
    last_seen_ = tx.at();
}

// Called while handling what went wrong. Nothing was committed, so nobody is told otherwise.
void Writer::abandon(Pass& pass) noexcept {
    const auto error = std::make_exception_ptr(
        StoreError("nothing was written: " + whatWas(std::current_exception())));
    std::fill(pass.errors.begin(), pass.errors.end(), error);
    pass.after = nullptr;
    last_seen_ = {};
    db_.resetStatements();
    // A failed ROLLBACK means that there is no transaction any more, which is what is wanted.
    if (db_.inTransaction()) sqlite3_exec(db_.native(), "ROLLBACK", nullptr, nullptr, nullptr);
    report(commit_trouble_, whatWas(error));
}

void Writer::complete(Pass& pass) {
    for (std::size_t i = 0; i < pass.batch.size(); ++i) pass.batch[i].complete(pass.errors[i]);
    if (!pass.after) return;
    try {
        pass.after();
    } catch (...) {
        report(hook_trouble_, "what follows a commit failed: " + whatWas(std::current_exception()));
    }
}

// While work waits, again only once the log has grown by as much: a reader may have held up the
// last attempt.
void Writer::checkpointIfDue(bool again) {
    if (wal_pages_ < pages_at_attempt_) pages_at_attempt_ = 0;  // the log began anew
    const int grown = wal_pages_ - pages_at_attempt_;
    if (grown < kIdlePages && !again) return;
    const bool quiet = idle();
    if (!quiet && grown < kMostPages) return;
    pages_at_attempt_ = wal_pages_;
    const bool shrink = quiet && wal_pages_ >= kShrinkPages;
    const bool done = checkpoint(shrink ? SQLITE_CHECKPOINT_TRUNCATE : SQLITE_CHECKPOINT_PASSIVE);
    if (done && shrink) wal_pages_ = pages_at_attempt_ = 0;
    try_again_in_ = again ? std::min<Milliseconds>(2 * try_again_in_, kLastAgain) : kFirstAgain;
    owed_ = !done;
}

bool Writer::checkpoint(int mode) {
    // A reader is not waited for: it may take as long as it likes, and commits would wait with us.
    sqlite3_busy_timeout(db_.native(), 0);
    int pages = 0, folded_in = 0;
    const int answer = sqlite3_wal_checkpoint_v2(db_.native(), nullptr, mode, &pages, &folded_in);
    sqlite3_busy_timeout(db_.native(), kBusyMilliseconds);
    if (answer == SQLITE_BUSY || answer == SQLITE_LOCKED) return false;
    if (answer == SQLITE_OK) {
        clear(checkpoint_trouble_);
        return pages == folded_in;
    }
    report(checkpoint_trouble_, std::string("checkpoint: ") + sqlite3_errmsg(db_.native()));
    return false;
}

// Said once on stderr, until it is over.
void Writer::report(std::string& slot, const std::string& sentence) {
    const std::lock_guard lock(mutex_);
    if (slot.empty()) std::fprintf(stderr, "orchd: store: %s\n", sentence.c_str());
    slot = sentence;
}

void Writer::clear(std::string& slot) {
    const std::lock_guard lock(mutex_);
    slot.clear();
}

}  // namespace orch
