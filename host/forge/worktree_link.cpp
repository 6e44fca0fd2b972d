#include "forge/worktree_link.hpp"

#include <system_error>
#include <utility>

#include "base/error.hpp"
#include "base/files.hpp"

namespace orch {

namespace fs = std::filesystem;

namespace {

std::string firstLine(const fs::path& file) {
    auto text = readFile(file, 16U << 10U).value_or("");
    return text.substr(0, text.find('\n'));
}

bool isInitializing(const fs::path& admin) {
    return firstLine(admin / "locked") == "initializing";
}

bool leadsTo(const fs::path& admin, const fs::path& folder) {
    return fs::path{firstLine(admin / "gitdir")} == folder / ".git";
}

void makeWritable(const fs::path& folder) {
    fs::permissions(folder, fs::perms::owner_all, fs::perm_options::add);
    for (const auto& entry : fs::directory_iterator(folder)) {
        if (entry.is_directory() && !entry.is_symlink()) makeWritable(entry.path());
    }
}

}  // namespace

WorktreeLink::WorktreeLink(fs::path mirror, fs::path folder)
    : mirror_(std::move(mirror)), folder_(std::move(folder)) {}

WorktreeFound WorktreeLink::look() const {
    const auto status = fs::symlink_status(folder_);
    if (!fs::exists(status)) return WorktreeFound::kNothing;
    if (!fs::is_directory(status)) return WorktreeFound::kForeign;
    if (fs::is_empty(folder_)) return WorktreeFound::kNothing;
    const auto dot_git = fs::symlink_status(folder_ / ".git");
    if (!fs::exists(dot_git)) {
        const auto own = ownAdmin();
        return !own.empty() && isInitializing(own) ? WorktreeFound::kHalfMade
                                                   : WorktreeFound::kTorn;
    }
    if (!fs::is_regular_file(dot_git)) return WorktreeFound::kForeign;
    const auto admin = linkedAdmin();
    if (admin.empty() || !fs::exists(admin)) return WorktreeFound::kTorn;
    if (!isAdmin(admin)) return WorktreeFound::kForeign;
    if (isInitializing(admin)) return WorktreeFound::kHalfMade;
    const bool whole = leadsTo(admin, folder_) && fs::exists(admin / "HEAD");
    return whole ? WorktreeFound::kWhole : WorktreeFound::kTorn;
}

/// The file that leads there is the agent's to change.
bool WorktreeLink::isAdmin(const fs::path& admin) const {
    return admin.parent_path() == mirror_ / "worktrees" && admin == admin.lexically_normal() &&
           admin.has_filename() && fs::is_directory(fs::symlink_status(admin));
}

fs::path WorktreeLink::adminFolder() const {
    return look() == WorktreeFound::kWhole ? linkedAdmin() : fs::path{};
}

fs::path WorktreeLink::linkedAdmin() const {
    const std::string key = "gitdir: ";
    const auto line = firstLine(folder_ / ".git");
    return line.rfind(key, 0) == 0 ? fs::path{line.substr(key.size())} : fs::path{};
}

fs::path WorktreeLink::ownAdmin() const {
    const auto all = mirror_ / "worktrees";
    if (!fs::exists(all)) return {};
    for (const auto& entry : fs::directory_iterator(all)) {
        if (leadsTo(entry.path(), folder_)) return entry.path();
    }
    return {};
}

void WorktreeLink::restore(const std::string& branch) const {
    removeAdmin();
    const auto all = mirror_ / "worktrees";
    auto admin = all / folder_.filename();
    for (int number = 1; fs::exists(admin); ++number) {
        admin = all / (folder_.filename().string() + std::to_string(number));
    }
    ensureFolder(admin);
    // ".git" last: until it is there, the next look() finds the folder torn again.
    replaceFile(admin / "commondir", "../..\n", Sync::kNo);
    replaceFile(admin / "HEAD", "ref: refs/heads/" + branch + "\n", Sync::kNo);
    replaceFile(admin / "gitdir", (folder_ / ".git").string() + "\n", Sync::kNo);
    replaceFile(folder_ / ".git", "gitdir: " + admin.string() + "\n", Sync::kNo, 0644);
}

void WorktreeLink::remove() const {
    if (look() == WorktreeFound::kForeign) {
        throw RemoteError("removing the worktree " + folder_.string() +
                              ": it is not one that orchd made; move it away",
                          false);
    }
    // The folder first: what is left after a crash in between is found through the admin side.
    removeTree(folder_);
    removeAdmin();
}

void WorktreeLink::removeAdmin() const {
    for (auto own = ownAdmin(); !own.empty(); own = ownAdmin()) removeTree(own);
}

void removeTree(const fs::path& folder) {
    std::error_code error;
    fs::remove_all(folder, error);
    if (!error) return;
    try {
        makeWritable(folder);
        fs::remove_all(folder);
    } catch (const fs::filesystem_error& failed) {
        throw RemoteError("removing " + folder.string() + ": " + failed.what(), true);
    }
}

}  // namespace orch
