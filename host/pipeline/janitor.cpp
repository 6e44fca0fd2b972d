#include "pipeline/janitor.hpp"

#include <algorithm>
#include <exception>
#include <iostream>

#include "base/error.hpp"
#include "base/text.hpp"
#include "store/journal.hpp"
#include "store/prune.hpp"
#include "store/tasks.hpp"

namespace orch {

namespace fs = std::filesystem;

namespace {

constexpr std::chrono::minutes kAfterFailure{10};
constexpr std::chrono::seconds kAfterBusy{5};
constexpr int kRowsAtOnce = 500;
constexpr int kOldestShown = 20;

/// What can be seen of it: somebody may be at work in there.
std::uint64_t bytesIn(const fs::path& folder) {
    std::uint64_t bytes = 0;
    std::error_code gone;
    for (fs::recursive_directory_iterator each(
             folder, fs::directory_options::skip_permission_denied, gone);
         !gone && each != fs::recursive_directory_iterator{};
         each.increment(gone)) {
        std::error_code unknown;
        if (each->symlink_status(unknown).type() != fs::file_type::regular) continue;
        const auto size = each->file_size(unknown);
        if (!unknown) bytes += size;
    }
    return bytes;
}

std::string spokenNames(const std::vector<AttemptKey>& keys) {
    std::vector<std::string> names;
    for (const auto key : keys) names.push_back(name(key));
    const auto shown = std::min<std::size_t>(names.size(), kOldestShown);
    const std::vector<std::string> first(names.begin(), names.begin() + static_cast<long>(shown));
    return join(first, " ") + (shown < names.size() ? " …" : "");
}

}  // namespace

Janitor::Janitor(Store& store,
                 const Setup& setup,
                 const Repositories& repositories,
                 Alarm& alarm,
                 Milliseconds apart)
    : store_(store), setup_(setup), repositories_(repositories), alarm_(alarm), apart_(apart) {}

void Janitor::start(Launcher& launcher) {
    launcher_ = &launcher;
    repositories_.lanes.post("janitor", [this] { round(); });
}

void Janitor::wake() {
    repositories_.lanes.post("janitor", [this] {
        sweepWorktrees();
        expectNext();
    });
}

void Janitor::round() {
    {
        const std::lock_guard lock(mutex_);
        next_round_.reset();
    }
    ledger_.beginRound(store_.clock().now().at);
    sweepWorktrees();
    attempt("jobs", [this] { sweepFolders(*launcher_.load()); });
    for (const auto& [project, forge] : repositories_.forges) {
        repositories_.lanes.post(Repositories::laneOf(project), [this, project = project] {
            attempt("branches of " + project, [&] { sweepBranches(project); });
        });
    }
    attempt("rows", [this] { sweepRows(); });
}

void Janitor::attempt(const std::string& what, const std::function<void()>& work) {
    try {
        work();
        if (ledger_.mended(what)) {
            journal("janitor", "clean_up", "cleaning up " + what + " works again", {});
        }
    } catch (const std::exception& error) {
        const std::string why = error.what();
        alarm_.set("janitor.again", AwakeTime::clock::now() + kAfterFailure, [this] {
            repositories_.lanes.post("janitor", [this] { round(); });
        });
        if (!ledger_.failed(what, why, store_.clock().now().at)) return;
        std::cerr << "orchd: cleaning up " << what << " failed, again in 10 min: " << why << "\n";
        journal("janitor", "clean_up_failed", "cleaning up " + what + " failed: " + why, {});
    }
}

void Janitor::journal(const std::string& subject,
                      const std::string& rule,
                      const std::string& decision,
                      const Evidence& evidence) {
    try {
        store_.write([&](Tx& tx) {
            writeJournal(tx,
                         {.actor = "janitor",
                          .subject = subject,
                          .rule = rule,
                          .decision = decision,
                          .evidence = evidence});
        });
    } catch (const StoreError& error) {
        // It is done: what the journal lacks is said here.
        std::cerr << "orchd: janitor: " << decision << " (not journalled: " << error.what()
                  << ")\n";
    }
}

void Janitor::leaveAlone(const std::string& what, const std::string& why) {
    if (!ledger_.leftAlone(what, why)) return;
    const std::lock_guard lock(mutex_);
    if (!named_.insert(what).second) return;
    std::cerr << "orchd: janitor: " << what << " is left alone: " << why << "\n";
}

// ---- worktrees

std::optional<Task> Janitor::endedTask(TaskId id) {
    return store_.read([&](Connection& db) -> std::optional<Task> {
        auto task = findTask(db, id);
        if (!task) throw Error("there is no task " + name(id));
        const bool ended = task->state == TaskState::kDone || task->state == TaskState::kCancelled;
        const bool quiet = ended && !task->blocked_by && !liveJobOf(db, id);
        return quiet ? task : std::nullopt;
    });
}

void Janitor::sweepWorktrees() {
    const auto all = setup_.state_dir / "worktrees";
    attempt("worktrees", [&] {
        if (!fs::is_directory(all)) return;
        for (const auto& entry : fs::directory_iterator(all)) {
            const auto folder = entry.path();
            const auto what = "worktrees/" + folder.filename().string();
            const auto id = parseTaskId(folder.stem().string());  // T-3, T-3.check, T-3.deploy
            if (!id || !store_.read([&](Connection& db) { return findTask(db, *id); })) {
                leaveAlone(what, "it belongs to no task of this database");
                continue;
            }
            const auto task = endedTask(*id);
            if (!task || ledger_.isLeftAlone(what)) continue;
            if (!repositories_.forges.contains(task->project)) {
                leaveAlone(what, "its project " + task->project + " is not configured any more");
                continue;
            }
            repositories_.lanes.post(Repositories::laneOf(task->project),
                                     [this, task = *task, folder, what] {
                                         attempt(what, [&] { closeWorktree(task, folder); });
                                     });
        }
    });
}

bool Janitor::holdsWork(const Task& task, const fs::path& folder) {
    if (task.state == TaskState::kDone || folder.has_extension()) return false;
    auto& forge = repositories_.of(task.project);
    const auto state = forge.workState(folder, task.branch());
    if (!state.dirty.empty()) return true;
    return state.commits_ahead > 0 && !forge.landedAs(name(task.id), state.head);
}

void Janitor::closeWorktree(const Task& task, const fs::path& folder) {
    if (!fs::exists(fs::symlink_status(folder))) return;  // closed by an earlier call
    const auto what = "worktrees/" + folder.filename().string();
    bool keeps = true;
    try {
        keeps = holdsWork(task, folder);
    } catch (const RemoteError& error) {
        return leaveAlone(what, std::string{"whether it holds work is not known: "} + error.what());
    }
    if (keeps) {
        (void)ledger_.leftAlone(what, "its task was cancelled and its work is nowhere else");
        return;
    }
    const auto bytes = bytesIn(folder);
    repositories_.of(task.project).closeWorktree(folder);
    // Temporary files of its agents (confine_attempt.cpp).
    fs::remove_all(setup_.state_dir / "tmp" / folder.stem());
    ledger_.removed(&JanitorReport::worktrees, 1, bytes);
    journal(name(task.id),
            "clean_up",
            "gave back " + what + " (" + spokenBytes(bytes) + ")",
            {{"state", task.state == TaskState::kDone ? "done" : "cancelled"}});
}

// ---- folders of attempts

void Janitor::nameForeign(const fs::path& folder) {
    const auto jobs = folder.parent_path().filename().string();
    const auto file = folder.filename().string();
    if (fs::is_symlink(folder) || !fs::is_directory(folder) || !parseAttemptKey(file)) {
        leaveAlone(jobs + "/" + file, "it is no folder of an attempt");
    }
}

void Janitor::sweepFolders(Launcher& launcher) {
    const auto jobs = setup_.state_dir / "jobs";
    if (fs::is_directory(jobs)) {
        for (const auto& entry : fs::directory_iterator(jobs)) nameForeign(entry.path());
    }
    if (setup_.retention.logs.count() == 0) return;
    const auto before = store_.clock().now().at - setup_.retention.logs;
    std::vector<AttemptKey> old;
    std::optional<Instant> oldest;
    for (const auto key : launcher.folders()) {
        const auto settled = store_.read([&](Connection& db) { return settledAt(db, key); });
        if (!settled) continue;
        if (*settled < before) {
            old.push_back(key);
        } else {
            oldest = oldest ? std::min(*oldest, *settled) : *settled;
        }
    }
    dueAfter(oldest, setup_.retention.logs);
    const auto report = ledger_.report();
    for (const auto key : old) {
        attempt("jobs/" + name(key), [&] { removeFolder(launcher, key); });
    }
    const auto now = ledger_.report();
    if (now.folders == report.folders) return;
    journal("janitor",
            "clean_up",
            "removed " + std::to_string(now.folders - report.folders) +
                " folders of attempts that ended more than " +
                spokenDuration(setup_.retention.logs) + " ago",
            {{"attempts", spokenNames(old)}});
}

void Janitor::removeFolder(Launcher& launcher, AttemptKey key) {
    const auto folder = launcher.folderOf(key);
    if (fs::is_symlink(folder)) return;  // named already: nothing behind it is ours
    const auto bytes = bytesIn(folder);
    if (!launcher.removeFolder(key)) throw Error("something still holds its lock");
    ledger_.removed(&JanitorReport::folders, 1, bytes);
}

// ---- branches

void Janitor::sweepBranches(const std::string& project) {
    const auto keep = setup_.retention.branches;
    if (keep.count() == 0) return;
    auto& forge = repositories_.of(project);
    const auto before = store_.clock().now().at - keep;
    for (const auto& branch : forge.branches()) {
        const auto slash = branch.find('/');
        const auto id = parseTaskId(branch.substr(slash == std::string::npos ? 0 : slash + 1));
        const auto found =
            id ? store_.read([&](Connection& db) { return findTask(db, *id); }) : std::nullopt;
        if (!found || found->branch() != branch || found->project != project) continue;
        const auto task = endedTask(*id);
        if (!task || task->state != TaskState::kDone) continue;
        if (task->changed_at >= before) {
            dueAfter(task->changed_at, keep);
            continue;
        }
        if (!forge.dropLanded(name(*id), branch)) {
            (void)ledger_.leftAlone(branch + " of " + project, "its landing is not proven");
            continue;
        }
        ledger_.removed(&JanitorReport::branches, 1);
        journal(name(*id),
                "clean_up",
                "deleted the branch " + branch + " of orchd's mirror: it is on the base",
                {{"project", project}});
    }
}

// ---- rows

bool Janitor::prune(JanitorLedger::Count what,
                    Milliseconds keep,
                    const std::function<int(Tx&, Instant, int)>& some) {
    if (keep.count() == 0) return false;
    const auto before = store_.clock().now().at - keep;
    while (true) {
        const int removed = store_.write([&](Tx& tx) { return some(tx, before, kRowsAtOnce); });
        ledger_.removed(what, removed);
        if (removed < kRowsAtOnce) return false;
        if (!store_.idle()) return true;
    }
}

void Janitor::sweepRows() {
    const auto& keep = setup_.retention;
    const auto before = ledger_.report();
    const bool more = prune(&JanitorReport::jobs, keep.jobs, pruneJobs) ||
                      prune(&JanitorReport::messages, keep.messages, pruneMessages);
    const auto after = ledger_.report();
    const auto jobs = after.jobs - before.jobs, messages = after.messages - before.messages;
    if (jobs + messages > 0) {
        journal("janitor",
                "clean_up",
                "removed " + std::to_string(jobs) + " rows of finished jobs and " +
                    std::to_string(messages) + " messages",
                {{"jobs", spokenDuration(keep.jobs)}, {"messages", spokenDuration(keep.messages)}});
    }
    if (more) return dueAt(store_.clock().now().at + kAfterBusy);
    dueAfter(store_.read(oldestPrunableJob), keep.jobs);
    dueAfter(store_.read(oldestPrunableMessage), keep.messages);
}

// ---- when

// What ends now is due one retention later, if no round comes before.
void Janitor::expectNext() {
    const auto& keep = setup_.retention;
    const auto now = store_.clock().now().at;
    for (const auto each : {keep.logs, keep.jobs, keep.messages, keep.branches}) {
        dueAfter(now, each);
    }
}

void Janitor::dueAfter(std::optional<Instant> last_use, Milliseconds keep) {
    if (keep.count() == 0 || !last_use) return;
    const auto soonest = store_.clock().now().at + apart_;
    dueAt(std::max(*last_use + keep + Milliseconds{1}, soonest));
}

void Janitor::dueAt(Instant at) {
    const auto now = store_.clock().now();
    const std::lock_guard lock(mutex_);
    if (next_round_ && *next_round_ <= at) return;
    next_round_ = at;
    alarm_.set("janitor", now.awake + (at - now.at), [this] {
        repositories_.lanes.post("janitor", [this] { round(); });
    });
}

}  // namespace orch
