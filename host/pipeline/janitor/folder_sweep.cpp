#include "pipeline/janitor/folder_sweep.hpp"

#include <algorithm>

#include "base/error.hpp"
#include "base/text.hpp"
#include "pipeline/janitor/bytes_in.hpp"
#include "store/prune.hpp"

namespace orch {

namespace fs = std::filesystem;

namespace {

constexpr int kOldestShown = 20;

std::string spokenNames(const std::vector<AttemptKey>& keys) {
    std::vector<std::string> names;
    for (const auto key : keys) names.push_back(name(key));
    const auto shown = std::min<std::size_t>(names.size(), kOldestShown);
    const std::vector<std::string> first(names.begin(), names.begin() + static_cast<long>(shown));
    return join(first, " ") + (shown < names.size() ? " …" : "");
}

bool isAttempt(const fs::path& folder) {
    std::error_code unknown;
    return fs::is_directory(fs::symlink_status(folder, unknown)) &&
           parseAttemptKey(folder.filename().string());
}

}  // namespace

FolderSweep::FolderSweep(Store& store, const Setup& setup, CleanUp& clean_up, JanitorRounds& rounds)
    : store_(store), setup_(setup), clean_up_(clean_up), rounds_(rounds) {}

void FolderSweep::sweep(Launcher& launcher) {
    nameForeign();
    if (setup_.retention.logs.count() == 0) return;
    remove(launcher, old(launcher));
}

void FolderSweep::nameForeign() {
    const auto jobs = setup_.state_dir / "jobs";
    if (!fs::is_directory(jobs)) return;
    for (const auto& entry : fs::directory_iterator(jobs)) {
        if (isAttempt(entry.path())) continue;
        clean_up_.leaveAlone("jobs/" + entry.path().filename().string(),
                             "it is no folder of an attempt");
    }
}

std::vector<AttemptKey> FolderSweep::old(const Launcher& launcher) {
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
    rounds_.dueAfter(oldest, setup_.retention.logs);
    return old;
}

void FolderSweep::remove(Launcher& launcher, const std::vector<AttemptKey>& keys) {
    const auto before = clean_up_.report().folders;
    for (const auto key : keys) {
        clean_up_.attempt("jobs/" + name(key), [&] { remove(launcher, key); });
    }
    const auto removed = clean_up_.report().folders - before;
    if (removed == 0) return;
    clean_up_.journal("janitor",
                      "removed " + std::to_string(removed) +
                          " folders of attempts that ended more than " +
                          spokenDuration(setup_.retention.logs) + " ago",
                      {{"attempts", spokenNames(keys)}});
}

void FolderSweep::remove(Launcher& launcher, AttemptKey key) {
    const auto folder = launcher.folderOf(key);
    std::error_code unknown;
    if (fs::is_symlink(fs::symlink_status(folder, unknown)))
        return;  // named already: nothing behind it is ours
    const auto bytes = bytesIn(folder);
    if (!launcher.removeFolder(key)) throw Error("something still holds its lock");
    clean_up_.ledger().removed(&JanitorReport::folders, 1, bytes);
}

}  // namespace orch
