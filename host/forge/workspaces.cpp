#include "forge/workspaces.hpp"

#include <algorithm>
#include <iostream>

#include "base/digest.hpp"
#include "base/error.hpp"
#include "base/files.hpp"
#include "base/ownership.hpp"
#include "base/repository_check.hpp"
#include "base/text.hpp"
#include "base/tree.hpp"
#include "forge/intake.hpp"
#include "forge/lfs_transfer.hpp"
#include "forge/nested_links.hpp"
#include "forge/work_state.hpp"

namespace orch {

namespace fs = std::filesystem;

namespace {

constexpr auto kMaking = "making";
constexpr auto kMade = "made";

std::string opening(const fs::path& folder) {
    return "opening the worktree " + folder.string();
}

/// Is `inner` the folder `outer` or below it?
bool isWithin(const fs::path& inner, const fs::path& outer) {
    const auto relative = inner.lexically_normal().lexically_relative(outer.lexically_normal());
    return !relative.empty() && *relative.begin() != "..";
}

bool isRealFolder(const fs::path& path) {
    std::error_code unknown;
    return fs::is_directory(fs::symlink_status(path, unknown));
}

/// A folder beside a worktree, for git that needs one its user may work in, whatever is in the
/// worktree's place. Gone afterwards.
class Scratch {
public:
    Scratch(const fs::path& worktree, const AgentAccess& access)
        : folder_(worktree.string() + ".former") {
        removeTree(folder_);
        ensureFolder(folder_ / ".git");
        if (!access.user) return;
        (void)giveTo(folder_, access.user->user, access.user->group);
    }
    ~Scratch() {
        try {
            removeTree(folder_);
        } catch (const RemoteError& error) {
            std::cerr << "orchd: " << error.what() << "\n";
        }
    }
    Scratch(const Scratch&) = delete;
    Scratch& operator=(const Scratch&) = delete;
    [[nodiscard]] const fs::path& path() const { return folder_; }

private:
    fs::path folder_;
};

constexpr int kNoSuchBranch = 1;

GitAnswer askForTip(const AgentGit& git, const std::string& branch) {
    return git.ask({"rev-parse",
                    "--verify",
                    "--quiet",
                    "--end-of-options",
                    "refs/heads/" + branch + "^{commit}"});
}

}  // namespace

Workspaces::Found Workspaces::look(const fs::path& folder) const {
    std::error_code unknown;
    const auto status = fs::symlink_status(folder, unknown);
    if (!fs::exists(status)) return Found::kNothing;
    if (!fs::is_directory(status)) return Found::kForeign;
    if (fs::is_empty(folder)) return Found::kNothing;
    const auto word = readFile(markOf(folder), 64).value_or("");
    if (word == kMaking) return Found::kHalfMade;
    if (word == kMade) return isRealFolder(folder / ".git") ? Found::kWhole : Found::kTorn;
    if (former_.gitFolderOf(folder).empty()) return Found::kForeign;
    return former_.isHalfMade(folder) ? Found::kHalfMade : Found::kFormer;
}

/// By where it is relative to the mirror: the whole state folder may be moved.
fs::path Workspaces::markOf(const fs::path& folder) const {
    const auto where = folder.lexically_relative(mirror_.folder().parent_path());
    return mirror_.folder().string() + ".made/" + sha256(where.string()).substr(0, 32);
}

void Workspaces::mark(const fs::path& folder, const std::string& word) const {
    ensureFolder(markOf(folder).parent_path());
    replaceFile(markOf(folder), word, Sync::kNo);
}

void Workspaces::requireFolder(const fs::path& folder) const {
    const bool usable = folder.is_absolute() && folder.has_filename() &&
                        folder == folder.lexically_normal() &&
                        !isWithin(mirror_.remote(), folder) &&
                        !isWithin(mirror_.folder(), folder) && !isWithin(folder, mirror_.folder());
    if (usable) return;
    throw RemoteError(opening(folder) + ": not a folder of its own, given as an absolute path",
                      false);
}

std::string Workspaces::headOrBegin(const fs::path& folder, const std::string& branch) const {
    if (auto head = mirror_.headOf(branch)) return *head;
    if (auto head = bringFromFormer(folder, branch)) return *head;
    auto tip = mirror_.fetchedBase();
    mirror_.moveHead(branch, tip, {}, "begin at " + mirror_.base());
    return tip;
}

std::string Workspaces::open(const fs::path& folder, const std::string& branch) {
    requireFolder(folder);
    requireBranchName(branch);
    mirror_.fetchBase();
    switch (look(folder)) {
        case Found::kForeign:
            throw RemoteError(opening(folder) +
                                  ": something that orchd did not make is there;"
                                  " move it away",
                              false);
        case Found::kWhole:
            reopen(folder, branch);
            break;
        case Found::kFormer: {
            WorkState former{.head = headOrBegin(folder, branch)};
            takeInFormer(folder, branch, former);
            restore(folder, former.head, branch, TaskRepository::Missing::kStayAway);
            break;
        }
        case Found::kTorn:
            restore(
                folder, headOrBegin(folder, branch), branch, TaskRepository::Missing::kComeBack);
            break;
        case Found::kNothing:
        case Found::kHalfMade:
            make(folder, headOrBegin(folder, branch), branch, OpenFor::kAgent);
    }
    return headOrBegin(folder, branch);
}

void Workspaces::make(const fs::path& folder,
                      const std::string& head,
                      const std::string& branch,
                      OpenFor whom) const {
    remove(folder);
    mark(folder, kMaking);
    ensureFolder(folder);
    const AgentAccess own;
    const auto& access = whom == OpenFor::kAgent ? access_ : own;
    const TaskRepository repository(mirror_, access, folder);
    repository.make(head, branch);
    if (whom == OpenFor::kAgent) {
        provide(head);
        repository.checkOut();
    } else {
        // What is run there has orchd's rights, and so its filters do: orchd's own settings alone.
        const Git::Arguments fill{"reset", "--quiet", "--hard"};
        const auto answer = Git{folder / ".git", folder}.ask(fill);
        if (!answer.ok()) throwCheckoutFailure(opening(folder), mirror_.remote(), fill, answer);
    }
    mark(folder, kMade);
}

void Workspaces::restore(const fs::path& folder,
                         const std::string& head,
                         const std::string& branch,
                         TaskRepository::Missing missing) const {
    setAside(folder);
    provide(head);
    const TaskRepository repository(mirror_, access_, folder);
    repository.make(head, branch);
    mark(folder, kMade);
    repository.adoptFiles(missing);
}

/// The files' LFS objects, and those of the base, which may be merged.
void Workspaces::provide(const std::string& head) const {
    LfsTransfer(mirror_).provide({head, mirror_.fetchedBase()});
}

/// What no git can read any more may hold work all the same: kept until the task is over.
void Workspaces::setAside(const fs::path& folder) const {
    const auto broken = folder / ".git";
    std::error_code unknown;
    if (!fs::exists(fs::symlink_status(broken, unknown))) return;
    const auto aside = folder.string() + ".broken";
    removeTree(aside);
    fs::rename(broken, aside);
}

/// Takes in what is there first: the way back to the branch may leave it behind.
void Workspaces::reopen(const fs::path& folder, const std::string& branch) {
    WorkState state{.head = headOrBegin(folder, branch)};
    provide(state.head);
    const TaskRepository repository(mirror_, access_, folder);
    std::optional<TreeStatus> seen;
    try {
        hung_.watch(folder, [&] { seen = repository.status(); });
    } catch (const RemoteError& error) {
        if (error.retryable()) throw;
        return restore(folder, state.head, branch, TaskRepository::Missing::kComeBack);
    }
    repository.renew(branch, *seen);
    takeIn(folder, repository, branch, state);
}

void Workspaces::openCommit(const fs::path& folder,
                            const std::string& commit,
                            const std::string& branch,
                            OpenFor whom) const {
    requireFolder(folder);
    requireSha(commit);
    if (look(folder) == Found::kForeign) {
        throw RemoteError(opening(folder) +
                              ": something that orchd did not make is there;"
                              " move it away",
                          false);
    }
    make(folder, commit, branch, whom);
}

void Workspaces::close(const fs::path& folder) {
    requireFolder(folder);
    hung_.forget(folder);
    if (look(folder) == Found::kForeign) {
        throw RemoteError("removing the worktree " + folder.string() +
                              ": it is not one that orchd made; move it away",
                          false);
    }
    remove(folder);
    removeTree(folder.string() + ".broken");
}

void Workspaces::remove(const fs::path& folder) const {
    std::error_code unknown;
    if (fs::exists(fs::symlink_status(folder, unknown))) {
        mark(folder, kMaking);
        removeTree(folder);
    }
    fs::remove(markOf(folder));
}

WorkState Workspaces::state(const fs::path& folder, const std::string& branch) {
    requireBranchName(branch);
    auto head = mirror_.headOf(branch);
    const auto found = look(folder);
    const bool former = found == Found::kFormer;
    if (!head && (former || former_.began(branch))) head = headOrBegin(folder, branch);
    // Without a head, of a folder that is whole: the mirror was made anew, and it is taken in
    // again.
    if (!head && found != Found::kWhole) {
        throw RemoteError("worktree " + folder.string() + ": its branch " + branch +
                              " has not begun; it is made when the next job of its task begins",
                          true);
    }
    WorkState state{.head = head.value_or("")};
    if (found == Found::kWhole) takeIn(folder, {mirror_, access_, folder}, branch, state);
    if (former) takeInFormer(folder, branch, state);
    if (found == Found::kTorn) state.trouble = "its .git is no folder any more";
    if (state.head.empty()) state.head = mirror_.fetchedBase();
    addWork(mirror_, state);
    addLinks(folder, found, state);
    return state;
}

void Workspaces::takeIn(const fs::path& folder,
                        const TaskRepository& from,
                        const std::string& branch,
                        WorkState& state) {
    const auto bringIn = [&] {
        const auto seen = from.status();
        state.dirty = seen.dirty;
        const bool on_branch = seen.branch == branch;
        bring(from.git(), branch, on_branch ? seen.head : from.tipOf(branch), state);
        if (on_branch) return;
        state.dirty.insert(state.dirty.begin(),
                           "(the worktree is not on its branch " + branch + ")");
    };
    try {
        hung_.watch(folder, bringIn);
    } catch (const RemoteError& error) {
        if (error.retryable()) throw;
        state.trouble = error.what();
    }
}

/// As its agent saw it, who may have packed the branch into a file of its own.
void Workspaces::takeInFormer(const fs::path& folder, const std::string& branch, WorkState& state) {
    takeIn(folder, {mirror_, access_, folder, former_.gitFolderOf(folder)}, branch, state);
}

/// Its agent may have packed it into a file of its own, which is gone with the worktree's git
/// folder. Where the mirror itself gives no answer there is no beginning anew.
std::optional<std::string> Workspaces::bringFromFormer(const fs::path& folder,
                                                       const std::string& branch) const {
    if (!former_.began(branch)) return std::nullopt;
    const Scratch scratch(folder, access_);
    WorkState state;
    for (const auto& git_folder : {former_.folder(), former_.gitFolderOf(folder)}) {
        if (git_folder.empty()) continue;
        const AgentGit git(access_, scratch.path(), git_folder);
        const auto answer = askForTip(git, branch);
        if (answer.ok()) {
            bring(git, branch, answer.output.substr(0, answer.output.find('\n')), state);
            return state.head;
        }
        if (answer.exit_code != kNoSuchBranch && git_folder == former_.folder()) {
            throwGitFailure(
                "the branch " + branch + " in " + git_folder.string(), {"rev-parse"}, answer);
        }
    }
    return std::nullopt;
}

void Workspaces::bring(const AgentGit& from,
                       const std::string& branch,
                       const std::string& tip,
                       WorkState& state) const {
    if (tip == state.head) return;
    Intake(mirror_).bring(from, tip, state.head.empty() ? mirror_.fetchedBase() : state.head);
    requireOwn(branch, tip);
    mirror_.moveHead(branch, tip, state.head, "taken in");
    state.head = tip;
}

/// Commits of another task that has not landed would land it, or count as its landing, under this
/// one's gates. Agents of a project can read each other's objects once they were taken in.
void Workspaces::requireOwn(const std::string& branch, const std::string& tip) const {
    const auto all = mirror_.ownCommits(tip, {});
    const auto own = mirror_.ownCommits(tip, branch);
    if (all == own) return;
    throw RemoteError(std::to_string(all - own) +
                          " of its commits are another task's that has not "
                          "landed: git rebase " +
                          mirror_.base() +
                          " or git cherry-pick makes commits"
                          " of its own",
                      false);
}

/// Commits of other repositories that the head points at and that could not be had from anywhere.
void Workspaces::addLinks(const fs::path& folder, Found found, WorkState& state) {
    const auto reaches = [&](const NestedLink& link) {
        if (link.url.empty()) return false;
        if (found == Found::kWhole) return canBeFetched(access_, folder, link);
        if (found != Found::kFormer) return false;
        return canBeFetched(access_, Scratch(folder, access_).path(), link);
    };
    for (const auto& link : changedLinks(mirror_, mirror_.fetchedBase(), state.head)) {
        auto& known = reachable_[link.commit];
        known = known || reaches(link);
        if (!known) state.loose_links.push_back(link.path + " (" + shortSha(link.commit) + ")");
    }
}

void removeTree(const fs::path& folder) {
    try {
        deleteTree(folder);
    } catch (const Error& error) {
        throw RemoteError(error.what(), true);
    }
}

}  // namespace orch
