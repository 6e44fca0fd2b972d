#include "forge/worktrees.hpp"

#include "base/error.hpp"
#include "base/files.hpp"
#include "base/repository_check.hpp"
#include "forge/packed_away.hpp"
#include "forge/work_state.hpp"
#include "forge/worktree_link.hpp"

namespace orch {

namespace fs = std::filesystem;

namespace {

constexpr std::chrono::minutes kCheckoutTimeout{15};

std::string opening(const fs::path& folder) {
    return "opening the worktree " + folder.string();
}

/// Is `inner` the folder `outer` or below it?
bool isWithin(const fs::path& inner, const fs::path& outer) {
    const auto relative = inner.lexically_normal().lexically_relative(outer.lexically_normal());
    return !relative.empty() && *relative.begin() != "..";
}

}  // namespace

void Worktrees::open(const fs::path& folder, const std::string& branch) const {
    requireFolder(folder);
    requireBranchName(branch);
    giveBackBranches(mirror_);
    ensureBranch(branch);
    const WorktreeLink link(mirror_.folder(), folder);
    switch (link.look()) {
        case WorktreeFound::kForeign:
            throw RemoteError(opening(folder) +
                                  ": something that orchd did not make is there;"
                                  " move it away",
                              false);
        case WorktreeFound::kTorn:
            link.restore(branch);
            fillIn(folder);
            break;
        case WorktreeFound::kWhole:
            viewIn(folder).setAside();
            heal(folder, branch);
            break;
        case WorktreeFound::kNothing:
        case WorktreeFound::kHalfMade:
            link.remove();
            add(folder, {branch});
    }
    viewIn(folder).make(branch);
}

void Worktrees::openDetached(const fs::path& folder, const std::string& commit) const {
    requireFolder(folder);
    requireSha(commit);
    if (!reuse(folder, commit)) {
        WorktreeLink(mirror_.folder(), folder).remove();
        add(folder, {"--detach", commit});
    }
    viewIn(folder).make({});
}

void Worktrees::close(const fs::path& folder) const {
    requireFolder(folder);
    WorktreeLink(mirror_.folder(), folder).remove();
}

std::vector<PathRule> Worktrees::pathsFor(const fs::path& folder, const std::string& branch) const {
    return viewIn(folder).paths(branch);
}

WorkState Worktrees::state(const fs::path& folder, const std::string& branch) const {
    requireBranchName(branch);
    giveBackBranches(mirror_);
    return readWorkState(mirror_, gitIn(folder), branch);
}

void Worktrees::requireFolder(const fs::path& folder) const {
    const bool usable = folder.is_absolute() && folder.has_filename() &&
                        folder == folder.lexically_normal() &&
                        !isWithin(mirror_.remote(), folder) &&
                        !isWithin(mirror_.folder(), folder) && !isWithin(folder, mirror_.folder());
    if (usable) return;
    throw RemoteError(opening(folder) + ": not a folder of its own, given as an absolute path",
                      false);
}

void Worktrees::ensureBranch(const std::string& branch) const {
    const auto ref = "refs/heads/" + branch;
    if (mirror_.git().ask({"rev-parse", "--verify", "--quiet", ref + "^{commit}"}).ok()) return;
    const auto tip = mirror_.fetchBase();
    mirror_.git().run("beginning the branch " + branch,
                      {"update-ref", "-m", "orchd: begin at " + mirror_.base(), ref, tip});
}

void Worktrees::add(const fs::path& folder, const Git::Arguments& what) const {
    ensureFolder(folder.parent_path());
    // Links of folders that are gone would keep their branches "checked out".
    mirror_.git().run(opening(folder), {"worktree", "prune", "--expire=now"});
    Git::Arguments command{"worktree", "add", "--quiet", "--force", "--end-of-options"};
    if (what.size() > 1) command.insert(command.end() - 1, what.begin(), what.end() - 1);
    command.push_back(folder.string());
    command.push_back(what.back());
    mirror_.git().run(opening(folder), command, kCheckoutTimeout);
}

/// An agent was here. Its lock files are dead with it; its changes are its work.
void Worktrees::heal(const fs::path& folder, const std::string& branch) const {
    const auto admin = WorktreeLink(mirror_.folder(), folder).adminFolder();
    for (const auto& lock : {admin / "index.lock",
                             admin / "HEAD.lock",
                             mirror_.folder() / ("refs/heads/" + branch + ".lock")}) {
        fs::remove(lock);
    }
    const auto git = gitIn(folder);
    if (headIsOn(git, branch)) return;
    // Away from its branch without commits of its own: back to it. Otherwise, or where changes are
    // in the way, it stays as it is and its state says so.
    const bool nothing_to_lose =
        git.ask({"merge-base", "--is-ancestor", "HEAD", "refs/heads/" + branch}).ok();
    if (nothing_to_lose) static_cast<void>(git.ask({"checkout", "--quiet", branch, "--"}));
}

/// A restored link has no index. Files that are missing come back, others stay as they are.
void Worktrees::fillIn(const fs::path& folder) const {
    const auto git = gitIn(folder);
    git.run(opening(folder), {"read-tree", "HEAD"});
    // Exit code 1 is the everyday answer: it says that existing files were not overwritten.
    static_cast<void>(git.ask({"checkout-index", "--all", "--quiet"}));
    static_cast<void>(git.ask({"update-index", "-q", "--refresh"}));
}

bool Worktrees::reuse(const fs::path& folder, const std::string& commit) const {
    const auto admin = WorktreeLink(mirror_.folder(), folder).adminFolder();
    if (admin.empty() || fs::exists(admin / "modules")) return false;
    viewIn(folder).setAside();
    fs::remove(admin / "index.lock");
    const auto git = gitIn(folder);
    return git.ask({"checkout", "--quiet", "--force", "--detach", commit, "--"}, kCheckoutTimeout)
               .ok() &&
           git.ask({"clean", "--quiet", "-ffdx"}).ok() && isClean(git);
}

OwnView Worktrees::viewIn(const fs::path& folder) const {
    return {mirror_.folder(), adminIn(folder)};
}

Git Worktrees::gitIn(const fs::path& folder) const {
    return {adminIn(folder), folder, mirror_.folder()};
}

fs::path Worktrees::adminIn(const fs::path& folder) const {
    auto admin = WorktreeLink(mirror_.folder(), folder).adminFolder();
    if (admin.empty()) {
        throw RemoteError("worktree " + folder.string() +
                              ": it is gone or damaged; it is made again when the next job of its"
                              " task is prepared",
                          true);
    }
    return admin;
}

}  // namespace orch
