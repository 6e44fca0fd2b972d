#include "base/repository_check.hpp"

#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <sstream>
#include <string_view>
#include <system_error>
#include <vector>

#include "base/error.hpp"
#include "base/git.hpp"
#include "base/search_path.hpp"
#include "base/text.hpp"
#include "base/trust.hpp"

namespace orch {

namespace fs = std::filesystem;

namespace {

[[noreturn]] void refuse(const fs::path& repository, const std::string& why) {
    throw RemoteError("repository " + repository.string() + ": " + why, false);
}

/// ls-remote takes the folder as it is and does not search the folders above it.
std::vector<std::string> branchesOf(const fs::path& repository) {
    const Git::Arguments question{"ls-remote", "--heads", "--", repository.string()};
    const auto answer = Git{}.ask(question);
    if (!answer.ok()) {
        const auto& said = answer.errors;
        if (said.find("dubious ownership") != std::string::npos) {
            refuse(
                repository,
                "it belongs to another user, so git does not trust it; as the user who runs orchd:"
                " git config --global --add safe.directory " +
                    shellWord(repository.string()));
        }
        if (said.find("Permission denied") != std::string::npos) {
            refuse(repository, "the user who runs orchd may not read it: " + firstErrors(said));
        }
        refuse(repository,
               "not a git repository (git: " + firstErrors(said) +
                   "); give the folder that holds"
                   " .git, or a bare repository");
    }
    const std::string mark = "\trefs/heads/";
    std::vector<std::string> branches;
    std::istringstream lines(answer.output);
    for (std::string line; std::getline(lines, line);) {
        const auto at = line.find(mark);
        if (at != std::string::npos) branches.push_back(line.substr(at + mark.size()));
    }
    return branches;
}

void requireBranch(const fs::path& repository,
                   const std::string& base,
                   std::vector<std::string> branches) {
    if (branches.empty()) {
        refuse(repository,
               "it has no commits yet, so nothing can be built on " + base +
                   "; make the first commit");
    }
    if (std::find(branches.begin(), branches.end(), base) != branches.end()) return;
    constexpr std::size_t kShown = 10;
    const bool more = branches.size() > kShown;
    if (more) branches.resize(kShown);
    refuse(
        repository,
        "no branch " + base + "; there are " + join(branches, ", ") + (more ? " and others" : ""));
}

/// git hands out nothing that a partial clone left at its promisor, whether that is in reach or not
/// (upload-pack fetches nothing lazily since 2.39.4).
void requireWhole(const fs::path& repository, const std::string& base) {
    const auto git = gitOf(repository);
    const auto promisor =
        git.ask({"config", "--name-only", "--get-regexp", R"(^remote\..*\.promisor$)"});
    if (!promisor.ok()) return;
    const auto missing = git.ask({"-c",
                                  "core.commitGraph=false",
                                  "rev-list",
                                  "--quiet",
                                  "--objects",
                                  "--missing=print",
                                  "refs/heads/" + base});
    if (missing.ok() && missing.output.find('?') == std::string::npos) return;
    const std::string_view prefix = "remote.", suffix = ".promisor";
    const auto key = promisor.output.substr(0, promisor.output.find('\n'));
    const auto remote = key.substr(prefix.size(), key.size() - prefix.size() - suffix.size());
    const auto count = std::ranges::count(missing.output, '?');
    refuse(repository,
           "it is a partial clone, and git hands out none of the " +
               (count > 0 ? std::to_string(count) + " objects of " : "objects of ") + base +
               " that it left at " + remote + "; bring them here: git -C " +
               shellWord(repository.string()) + " fetch --refetch --no-filter " +
               shellWord(remote));
}

/// Without it an agent would see pointers in place of files, and commit files in place of pointers.
void requireLfs(const fs::path& repository, const std::string& base) {
    if (findProgram("git-lfs", gitProgram().search_path)) return;
    const auto used = gitOf(repository)
                          .ask({"grep",
                                "--quiet",
                                "-e",
                                "^[^#].*filter=lfs",
                                "refs/heads/" + base,
                                "--",
                                ":(glob)**/.gitattributes"});
    if (!used.ok()) return;
    const char* path = getenv("PATH");
    const auto elsewhere = untrustedProgram("git-lfs", path == nullptr ? "" : path, geteuid());
    refuse(repository,
           "its .gitattributes on " + base +
               " keep files in git LFS, and git cannot run git-lfs: " +
               elsewhere.value_or(
                   "there is none in PATH; install it, such as with apt-get install git-lfs"));
}

void requireWritable(const fs::path& repository) {
    const auto git_folder = gitFolderOf(repository);
    for (const auto& folder : {git_folder, git_folder / "objects", git_folder / "refs" / "heads"}) {
        if (access(folder.c_str(), W_OK | X_OK) == 0) continue;
        refuse(repository,
               "the user who runs orchd may not write to " + folder.string() +
                   ", so nothing could land");
    }
}

/// As git of another process finds them: ours runs none.
fs::path hooksOf(const fs::path& git_folder) {
    const auto set = Git{git_folder}.ask(
        {"config", "--local", "--includes", "--type=path", "--get", "core.hooksPath"});
    if (!set.ok()) return git_folder / "hooks";
    return (git_folder / set.output.substr(0, set.output.find('\n'))).lexically_normal();
}

/// git-check-ref-format(1), rule by rule.
bool isRefName(std::string_view name) {
    constexpr std::string_view kForbidden{" ~^:?*[\\\x7f"};
    const bool bad_character = std::any_of(name.begin(), name.end(), [&](char c) {
        return static_cast<unsigned char>(c) < 0x20 || kForbidden.find(c) != kForbidden.npos;
    });
    const auto has = [&](std::string_view part) { return name.find(part) != name.npos; };
    if (bad_character || has("..") || has("@{") || has("//") || has("/.") || has(".lock/") ||
        name == "@") {
        return false;
    }
    return name.front() != '/' && name.front() != '.' && !name.ends_with('/') &&
           !name.ends_with('.') && !name.ends_with(".lock");
}

}  // namespace

Git gitOf(const fs::path& repository) {
    const auto inner = repository / ".git";
    return Git{fs::exists(inner) ? inner : repository};
}

fs::path gitFolderOf(const fs::path& repository) {
    const auto inner = repository / ".git";
    if (fs::is_directory(inner)) return fs::absolute(inner);
    if (!fs::exists(inner)) return fs::absolute(repository);
    return gitOf(repository)
        .run("repository " + repository.string(),
             {"rev-parse", "--path-format=absolute", "--git-common-dir"});
}

fs::path lfsFolderOf(const fs::path& git_folder) {
    const auto set = Git{git_folder}.ask({"config", "--type=path", "--get", "lfs.storage"});
    const auto named = set.ok() ? set.output.substr(0, set.output.find('\n')) : "";
    return (git_folder / (named.empty() ? "lfs" : named)).lexically_normal();
}

void requireUsableGit() {
    const auto said = Git{}.run("checking git", {"version"});
    int major = 0;
    int minor = 0;
    const bool read = std::sscanf(said.c_str(), "git version %d.%d", &major, &minor) == 2;
    if (read && (major > 2 || (major == 2 && minor >= 38))) return;
    throw RemoteError("git: this is \"" + said +
                          "\"; orchd needs 2.38 or newer, which has"
                          " merge-tree --write-tree",
                      false);
}

void requireBranchName(const std::string& name) {
    // A part of a name is a file's name, and git appends ".lock" to it.
    constexpr std::size_t kLongest = 240;
    const bool usable = !name.empty() && name.size() <= kLongest && name.front() != '-' &&
                        name != "HEAD" && isRefName(name);
    if (usable) return;
    throw RemoteError("\"" + shorten(cleanUtf8(name), 80) +
                          "\" is not a name git accepts for a branch (and at most 240 bytes long)",
                      false);
}

void requireNotEverybodys(const fs::path& repository) {
    const auto require = [&](const fs::path& path, Place place) {
        if (const auto open = openToEverybody(path, place)) refuse(repository, *open);
    };
    const auto whole = fs::absolute(repository).lexically_normal();
    require(whole, Place::kNear);
    require(whole / ".git", Place::kNear);
    const auto git_folder = gitFolderOf(whole);
    // A file that is not there is one that somebody can make, where the folder is everybody's.
    require(git_folder, Place::kContents);
    for (const auto* file : {"config", "config.worktree", "HEAD", "packed-refs"}) {
        require(git_folder / file, Place::kNear);
    }
    const auto hooks = hooksOf(git_folder);
    for (const auto& folder : {hooks, git_folder / "objects", git_folder / "refs/heads"}) {
        require(folder, Place::kContents);
    }
    std::error_code error;
    for (const auto& hook : fs::directory_iterator(hooks, error)) {
        require(hook.path(), Place::kNear);
    }
}

void requireUsableRepository(const fs::path& repository, const std::string& base) {
    requireBranchName(base);
    std::error_code error;
    if (!fs::exists(repository, error)) {
        refuse(repository,
               error ? "the user who runs orchd cannot look at it: " + error.message()
                     : "there is no such folder");
    }
    if (access(repository.c_str(), R_OK | X_OK) != 0) {
        refuse(
            repository,
            "the user who runs orchd may not read it: " + std::generic_category().message(errno));
    }
    requireBranch(repository, base, branchesOf(repository));
    requireNotEverybodys(repository);
    requireWhole(repository, base);
    requireLfs(repository, base);
    requireWritable(repository);
}

std::optional<std::string> checkoutTrouble(const fs::path& repository, const std::string& base) {
    const auto git_folder = gitFolderOf(repository);
    const Git git{git_folder};
    const bool bare = git.ask({"config", "--bool", "core.bare"}).output == "true\n";
    const auto head = git.ask({"symbolic-ref", "--quiet", "HEAD"}).output;
    // git takes the folder around .git for the one with the files.
    if (bare || git_folder.filename() == ".git" || head != "refs/heads/" + base + "\n") return {};
    return base + " is checked out in " + repository.string() +
           ", and git cannot update its files because it keeps the"
           " repository elsewhere (" +
           git_folder.string() + "), so nothing could land: git -C " +
           shellWord(repository.string()) + " checkout --detach";
}

std::string objectFormatOf(const fs::path& repository) {
    return Git{gitFolderOf(repository)}.run("repository " + repository.string(),
                                            {"rev-parse", "--show-object-format"});
}

}  // namespace orch
