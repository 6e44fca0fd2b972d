#include "forge/checkout.hpp"

#include <algorithm>

#include "base/files.hpp"
#include "base/repository_check.hpp"
#include "base/text.hpp"
#include "forge/in_the_way.hpp"
#include "forge/work_state.hpp"

namespace orch {

namespace fs = std::filesystem;

namespace {

struct Entry {
    fs::path folder;
    std::string branch;  ///< empty: detached, or bare
};

/// "worktree <path>\0HEAD <sha>\0branch <ref>\0\0" each, as git-worktree(1) describes for -z.
std::vector<Entry> entriesIn(const std::string& listing) {
    constexpr std::string_view kFolder = "worktree ", kBranch = "branch ";
    std::vector<Entry> entries;
    for (std::size_t from = 0; from < listing.size();) {
        const auto end = std::min(listing.find('\0', from), listing.size());
        const auto field = listing.substr(from, end - from);
        if (field.starts_with(kFolder)) entries.push_back({field.substr(kFolder.size()), {}});
        if (field.starts_with(kBranch)) entries.back().branch = field.substr(kBranch.size());
        from = end + 1;
    }
    return entries;
}

/// HEAD is detached meanwhile, and the branch is named in a file, as git's wt-status.c reads it.
bool isUnderWay(const fs::path& folder, const std::string& branch) {
    const fs::path git_folder = Git{folder / ".git"}.run("looking into " + folder.string(),
                                                         {"rev-parse", "--absolute-git-dir"});
    for (const auto* file : {"rebase-merge/head-name", "rebase-apply/head-name", "BISECT_START"}) {
        const auto text = readFile(git_folder / file);
        if (text == branch + "\n" || text == "refs/heads/" + branch + "\n") return true;
    }
    return false;
}

}  // namespace

std::vector<Checkout> Checkout::allOf(const fs::path& repository, const std::string& branch) {
    const auto listing =
        gitOf(repository)
            .run("worktrees of " + repository.string(), {"worktree", "list", "--porcelain", "-z"});
    std::vector<Checkout> found;
    for (const auto& [folder, ref] : entriesIn(listing)) {
        if (!fs::exists(folder / ".git")) continue;
        const bool under_way = ref.empty() && isUnderWay(folder, branch);
        if (under_way || ref == "refs/heads/" + branch) found.push_back({folder, under_way});
    }
    return found;
}

std::string Checkout::hindrance(const Git& objects,
                                const std::string& from,
                                const std::string& to) const {
    if (under_way_) {
        return "a rebase or bisection of the branch is under way in " + folder_.string() +
               ", and the merge would change the files under it; end it (git -C " +
               shellWord(folder_.string()) + " status says how)";
    }
    const auto paths = inTheWay(objects, git_, folder_, from, to);
    if (paths.empty()) return {};
    return "the branch is checked out in " + folder_.string() +
           ", and the merge would overwrite or delete what git does not keep there; move it "
           "away: " +
           join(paths, ", ");
}

std::vector<std::string> Checkout::changes() const {
    return changedPaths(git_, {"--untracked-files=no", "--ignore-submodules=all"});
}

void Checkout::leadBackFrom(const std::string& commit) const {
    const bool exactly =
        git_.ask({"diff-index", "--cached", "--quiet", "--ignore-submodules", commit, "--"}).ok() &&
        git_.ask({"diff-files", "--quiet", "--ignore-submodules"}).ok() &&
        !git_.ask({"diff-index", "--cached", "--quiet", "HEAD", "--"}).ok();
    if (!exactly || !hindrance(git_, commit, "HEAD").empty()) return;
    git_.run("leading the checkout back to its branch", {"read-tree", "-m", "-u", commit, "HEAD"});
}

}  // namespace orch
