#include "forge/own_view.hpp"

#include "base/files.hpp"

namespace orch {

namespace fs = std::filesystem;

namespace {

/// gc of somebody who sees only his own refs would take other tasks' objects for garbage, and pack
/// the tasks' branches, which it sees through a link, into a file that is not the mirror's.
constexpr auto kSettings = "[gc]\n\tauto = 0\n\tpackRefs = false\n[maintenance]\n\tauto = false\n";

/// Where the branch's file is; git makes a lock file beside it.
fs::path folderOf(const std::string& branch) {
    return (fs::path{"refs/heads"} / branch).parent_path();
}

bool isLinkOrSpecial(const fs::directory_entry& entry) {
    const auto type = entry.symlink_status().type();
    return type != fs::file_type::directory && type != fs::file_type::regular;
}

}  // namespace

OwnView::OwnView(const fs::path& mirror, const fs::path& admin)
    : mirror_(mirror), admin_(admin), common_(admin / "common") {}

void OwnView::make(const std::string& branch) const {
    fs::create_directories(common_ / "refs/heads");
    copy("HEAD");
    copy("config", kSettings);
    copy("packed-refs");
    copy("shallow");
    lead("objects");
    lead("refs/remotes");
    if (!branch.empty()) lead(folderOf(branch));
    // Last: until it is there, git in the worktree sees the mirror.
    replaceFile(admin_ / "commondir", "common\n", Sync::kNo);
}

void OwnView::setAside() const {
    std::vector<fs::path> unwanted;
    for (const auto& entry : fs::recursive_directory_iterator(admin_)) {
        if (isLinkOrSpecial(entry)) unwanted.push_back(entry.path());
    }
    for (const auto& path : unwanted) fs::remove(path);
    // git reads refs by this file, whatever common folder it is told (refs/files-backend.c).
    replaceFile(admin_ / "commondir", "../..\n", Sync::kNo);
}

std::vector<PathRule> OwnView::paths(const std::string& branch) const {
    const bool commits = !branch.empty();
    std::vector<PathRule> paths{
        {admin_, PathAccess::kPlain},
        {mirror_ / "objects", commits ? PathAccess::kPlain : PathAccess::kRead},
        {mirror_ / "refs/remotes", PathAccess::kRead}};
    if (commits) paths.push_back({mirror_ / folderOf(branch), PathAccess::kPlain});
    return paths;
}

void OwnView::copy(const std::string& name, const std::string& more) const {
    const auto text = readFile(mirror_ / name);
    if (text) replaceFile(common_ / name, *text + more, Sync::kNo, 0644);
}

void OwnView::lead(const fs::path& name) const {
    const auto link = common_ / name;
    const auto target = mirror_ / name;
    if (fs::is_symlink(link) && fs::read_symlink(link) == target) return;
    fs::create_directories(target);
    fs::create_directories(link.parent_path());
    fs::remove_all(link);
    fs::create_symlink(target, link);
}

}  // namespace orch
