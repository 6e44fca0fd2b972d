#include "forge/checkout.hpp"

#include "base/repository_check.hpp"
#include "forge/work_state.hpp"

namespace orch {

namespace fs = std::filesystem;

namespace {

/// "worktree <path>\0HEAD <sha>\0branch <ref>\0\0" each, as git-worktree(1) describes for -z.
fs::path folderOn(const std::string& listing, const std::string& ref) {
    fs::path folder;
    for (std::size_t from = 0; from < listing.size();) {
        const auto end = listing.find('\0', from);
        const auto field = listing.substr(from, end - from);
        if (field.rfind("worktree ", 0) == 0) folder = field.substr(field.find(' ') + 1);
        if (field == "branch " + ref) return folder;
        if (end == std::string::npos) break;
        from = end + 1;
    }
    return {};
}

}  // namespace

std::optional<Checkout> Checkout::of(const fs::path& repository, const std::string& branch) {
    const auto listing =
        gitOf(repository)
            .run("worktrees of " + repository.string(), {"worktree", "list", "--porcelain", "-z"});
    const auto folder = folderOn(listing, "refs/heads/" + branch);
    if (folder.empty() || !fs::exists(folder / ".git")) return std::nullopt;
    return Checkout{folder};
}

std::vector<std::string> Checkout::changes() const {
    return changedPaths(git_, {"--untracked-files=no", "--ignore-submodules=all"});
}

void Checkout::leadBackFrom(const std::string& commit) const {
    const bool exactly =
        git_.ask({"diff-index", "--cached", "--quiet", "--ignore-submodules", commit, "--"}).ok() &&
        git_.ask({"diff-files", "--quiet", "--ignore-submodules"}).ok() &&
        !git_.ask({"diff-index", "--cached", "--quiet", "HEAD", "--"}).ok();
    if (!exactly) return;
    git_.run("leading the checkout back to its branch", {"read-tree", "-m", "-u", commit, "HEAD"});
}

}  // namespace orch
