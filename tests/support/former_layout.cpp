#include "support/former_layout.hpp"

#include <fstream>

namespace orch::testing {

namespace fs = std::filesystem;

FormerLayout::FormerLayout(fs::path mirror, const GitRepo& repository)
    : mirror_(std::move(mirror)) {
    fs::create_directories(mirror_);
    const GitRepo git(mirror_);
    git.git({"init", "--quiet", "--bare", "--template="});
    git.git({"config", "core.logAllRefUpdates", "true"});
    git.git({"config", "user.email", "orchd@localhost"});
    git.git({"config", "user.name", "orchd"});
    git.git({"fetch",
             "--quiet",
             "--no-tags",
             "--no-write-fetch-head",
             repository.path().string(),
             "+refs/heads/main:refs/remotes/origin/main"});
}

GitRepo FormerLayout::open(const fs::path& folder, const std::string& branch) const {
    const GitRepo git(mirror_);
    git.git({"update-ref",
             "-m",
             "orchd: begin at main",
             "refs/heads/" + branch,
             "refs/remotes/origin/main"});
    fs::create_directories(folder.parent_path());
    git.git({"worktree", "add", "--quiet", "--force", folder.string(), branch});
    const auto common = gitOf(folder) / "common";
    fs::create_directories(common / "refs/heads");
    fs::copy_file(mirror_ / "HEAD", common / "HEAD");
    fs::copy_file(mirror_ / "config", common / "config");
    std::ofstream(common / "config", std::ios::app)
        << "[gc]\n\tauto = 0\n\tpackRefs = false\n[maintenance]\n\tauto = false\n";
    const auto branches = (fs::path{"refs/heads"} / branch).parent_path();
    for (const auto& part : {fs::path{"objects"}, fs::path{"refs/remotes"}, branches}) {
        fs::create_symlink(mirror_ / part, common / part);
    }
    std::ofstream(gitOf(folder) / "commondir") << "common\n";
    return GitRepo(folder);
}

fs::path FormerLayout::gitOf(const fs::path& folder) const {
    return mirror_ / "worktrees" / folder.filename();
}

}  // namespace orch::testing
