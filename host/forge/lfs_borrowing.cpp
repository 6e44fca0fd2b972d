#include "forge/lfs_borrowing.hpp"

#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <system_error>

#include "base/error.hpp"
#include "base/files.hpp"
#include "base/repository_check.hpp"
#include "base/search_path.hpp"
#include "base/text.hpp"

namespace orch {

namespace fs = std::filesystem;

namespace {

void share(const fs::path& folder, gid_t group) {
    constexpr mode_t kFolder = 02750;
    struct stat info {};
    if (stat(folder.c_str(), &info) == 0 && info.st_gid == group &&
        (info.st_mode & 07777U) == kFolder) {
        return;
    }
    if (chown(folder.c_str(), static_cast<uid_t>(-1), group) == 0 &&
        chmod(folder.c_str(), kFolder) == 0) {
        return;
    }
    throw RemoteError(
        "letting agents read " + folder.string() + ": " + std::generic_category().message(errno),
        true);
}

void lead(const fs::path& link, const fs::path& to) {
    std::error_code none;
    if (fs::read_symlink(link, none) == to) return;
    fs::remove(link);
    fs::create_directory_symlink(to, link);
}

/// "git lfs install" writes these, and with --skip-smudge the other ones.
std::string filterLines(bool skip) {
    const std::string option = skip ? " --skip" : "";
    return "[filter \"lfs\"]\n\tclean = git-lfs clean -- %f\n\tsmudge = git-lfs smudge" + option +
           " -- %f\n\tprocess = git-lfs filter-process" + option +
           "\n\trequired = true\n"
           // The place orchd looks in, whatever the agent's user has set up for all repositories;
           // and nobody locks files for an agent, who may write all of them.
           "[lfs]\n\tstorage = lfs\n\tsetlockablereadonly = false\n";
}

}  // namespace

void LfsBorrowing::prepare(const Git& remote,
                           const fs::path& remote_folder,
                           std::optional<gid_t> group) {
    remote_folder_ = remote_folder;
    remotes_ = LfsObjects{lfsFolderOf(remote_folder) / "objects"};
    const auto base = mirror_ / "lfs-base";
    for (const auto& folder : {own_.folder(), base / "objects"}) ensureFolder(folder);
    lead(base / "lfs", remotes_.folder().parent_path());
    for_others_ = group.has_value();
    if (group) {
        for (const auto& folder : {own_.folder(), base / "objects"}) share(folder, *group);
    }
    settings_.clear();
    if (!findProgram("git-lfs", gitProgram().search_path)) return;
    const auto smudge = remote.ask({"config", "--get", "filter.lfs.process"});
    settings_ = filterLines(smudge.output.find("--skip") != std::string::npos);
}

bool LfsBorrowing::inPlay() const {
    std::error_code none;
    const bool taken_in = fs::directory_iterator(own_.folder(), none) != fs::directory_iterator();
    return taken_in || remotes_.exist();
}

void LfsBorrowing::makeRemotes() const {
    if (remotes_.exist()) return;
    struct stat info {};
    const auto objects = remote_folder_ / "objects";
    // core.sharedRepository shows in the modes of git's own.
    const bool known = stat(objects.c_str(), &info) == 0;
    for (const auto& folder : {remotes_.folder().parent_path(), remotes_.folder()}) {
        if (known && mkdir(folder.c_str(), info.st_mode & 0777U) == 0) {
            fs::permissions(folder, fs::perms{info.st_mode & 07777U});
        } else if (!known || errno != EEXIST) {
            throw RemoteError(
                "making " + folder.string() + ": " + std::generic_category().message(errno), true);
        }
    }
}

std::string LfsBorrowing::alternates() const {
    return (mirror_ / "objects").string() + "\n" + (mirror_ / "lfs-base/objects").string() + "\n";
}

std::vector<PathRule> LfsBorrowing::readable(const fs::path& mirror) {
    return {{mirror / "objects", PathAccess::kRead},
            {mirror / "lfs/objects", PathAccess::kRead},
            {mirror / "lfs-base/objects", PathAccess::kRead}};
}

void throwCheckoutFailure(const std::string& tried,
                          const std::string& remote,
                          const Git::Arguments& arguments,
                          const GitAnswer& answer) {
    constexpr auto kSmudge = ": smudge filter lfs failed";
    constexpr std::string_view kMark = "fatal: ";
    const auto at = answer.errors.find(kSmudge);
    if (at == std::string::npos || looksTransient(answer.errors)) {
        throwGitFailure(tried, arguments, answer);
    }
    const auto line = answer.errors.rfind('\n', at) + 1;  // 0 when there is none before
    auto path = answer.errors.substr(line, at - line);
    if (path.starts_with(kMark)) path.erase(0, kMark.size());
    const auto git = "git -C " + shellWord(remote) + " ";
    throw RemoteError(tried + ": " + cleanUtf8(path) +
                          " is kept in git LFS, and git-lfs did not get its content, which orchd "
                          "takes from the repository and from no server; bring it there: " +
                          git + "lfs fetch --all (git: " + firstErrors(answer.errors) + ")",
                      false);
}

}  // namespace orch
