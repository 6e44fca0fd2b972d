#include "forge/task_repository.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <map>

#include "base/error.hpp"
#include "base/files.hpp"
#include "base/ownership.hpp"
#include "base/repository_check.hpp"
#include "base/untrusted.hpp"

namespace orch {

namespace fs = std::filesystem;

namespace {

/// 50,000 files on a slow disk.
constexpr std::chrono::minutes kCheckoutTimeout{15};

/// Opens a folder below `parent` without following a link in its place.
UniqueFd folderIn(int parent, const std::string& name) {
    return UniqueFd{openat(parent, name.c_str(), O_PATH | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)};
}

/// Removes a file somewhere below `folder`, by descriptors: no part of the way is a link.
void removeBelow(const fs::path& folder, const fs::path& way) {
    UniqueFd at{open(folder.c_str(), O_PATH | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)};
    for (const auto& part : way.parent_path()) {
        if (at) at = folderIn(at.get(), part.string());
    }
    // A lock that cannot be removed is told of by the git that meets it.
    if (at) unlinkat(at.get(), way.filename().c_str(), 0);
}

/// Branches sort before tags, as the heading says.
std::string packedRefs(const std::map<std::string, std::string>& branches,
                       const std::string& tags) {
    std::string text = "# pack-refs with: peeled fully-peeled sorted \n";
    for (const auto& [ref, sha] : branches) text += sha + " " + ref + "\n";
    return text + tags;
}

/// What the user keeps out of `git status` in that repository alone.
std::string excludesOf(const std::string& repository) {
    constexpr std::uint64_t kMost = 64U << 10U;
    return readUntrusted(gitFolderOf(repository), "info/exclude", kMost).text.value_or("");
}

}  // namespace

/// "origin" is named as in the user's repository, since relative URLs of submodules are about that,
/// and is the repository itself: fetching and pulling work and reach nothing else. The slash keeps
/// the replacement from other names that begin like it.
std::string TaskRepository::settings() const {
    const bool sha256 = mirror_.fetchedBase().size() == 64;
    std::string text = "[core]\n\trepositoryformatversion = " + std::string(sha256 ? "1" : "0") +
                       "\n\tbare = false\n\tfilemode = true\n\tlogallrefupdates = true\n";
    if (sha256) text += "[extensions]\n\tobjectformat = sha256\n";
    const auto origin = quotedSetting(mirror_.origin() + "/");
    text += "[remote \"origin\"]\n\turl = " + origin + "\n\tfetch = +refs/heads/" + mirror_.base() +
            ":refs/remotes/origin/" + mirror_.base() + "\n[url " + quotedSetting(folder_.string()) +
            "]\n\tinsteadOf = " + origin + "\n";
    return text + mirror_.identity() + mirror_.lfs().settings();
}

void TaskRepository::make(const std::string& head, const std::string& branch) const {
    const auto git = folder_ / ".git";
    for (const auto* part :
         {"objects/info", "objects/pack", "refs/heads", "refs/tags", "info", "hooks"}) {
        ensureFolder(git / part);
    }
    const auto base = mirror_.fetchedBase();
    std::map<std::string, std::string> refs{{"refs/heads/" + mirror_.base(), base},
                                            {"refs/remotes/origin/" + mirror_.base(), base}};
    if (!branch.empty()) refs["refs/heads/" + branch] = head;
    const auto put = [&](const fs::path& name, const std::string& text) {
        replaceFile(git / name, text, Sync::kNo, 0644);
    };
    put("objects/info/alternates", mirror_.lfs().alternates());
    put("config", settings());
    put("packed-refs", packedRefs(refs, mirror_.packedTags()));
    put("info/exclude", excludesOf(mirror_.remote()));
    if (const auto shallow = readFile(mirror_.folder() / "shallow")) put("shallow", *shallow);
    put("HEAD", (branch.empty() ? head : "ref: refs/heads/" + branch) + "\n");
    if (access_.user) giveTo(folder_, access_.user->user, access_.user->group);
}

void TaskRepository::run(const std::string& tried, const Git::Arguments& arguments) const {
    const auto answer = git_.ask(arguments, kCheckoutTimeout);
    if (!answer.ok()) throwGitFailure(tried + " " + folder_.string(), arguments, answer);
}

void TaskRepository::checkOut() const {
    const Git::Arguments fill{"reset", "--quiet", "--hard"};
    const auto answer = git_.ask(fill, kCheckoutTimeout);
    if (answer.ok()) return;
    throwCheckoutFailure(
        "filling the worktree " + folder_.string(), mirror_.remote(), fill, answer);
}

void TaskRepository::adoptFiles(Missing missing) const {
    run("taking the files of", {"read-tree", "HEAD"});
    if (missing == Missing::kComeBack) {
        // Exit code 1 is the everyday answer: it says that existing files were not overwritten.
        static_cast<void>(git_.ask({"checkout-index", "--all", "--quiet"}, kCheckoutTimeout));
    }
    static_cast<void>(git_.ask({"update-index", "-q", "--refresh"}, kCheckoutTimeout));
}

void TaskRepository::removeLocks(const std::string& branch) const {
    for (const auto& lock :
         {"index.lock", "HEAD.lock", "config.lock", "packed-refs.lock", "shallow.lock"}) {
        removeBelow(folder_, fs::path{".git"} / lock);
    }
    for (const auto& ref : {"refs/heads/" + branch,
                            "refs/heads/" + mirror_.base(),
                            "refs/remotes/origin/" + mirror_.base()}) {
        removeBelow(folder_, fs::path{".git"} / (ref + ".lock"));
    }
}

void TaskRepository::renew(const std::string& branch, const TreeStatus& seen) const {
    removeLocks(branch);
    const auto base = mirror_.fetchedBase();
    std::string change = "update refs/remotes/origin/" + mirror_.base() + " " + base + "\n";
    // Moved under a HEAD that is on it, every file would show as changed.
    if (seen.branch != mirror_.base()) {
        change += "update refs/heads/" + mirror_.base() + " " + base + "\n";
    }
    const auto input = asInput(change);
    // Where an agent's repository refuses it, the agent sees an older base and nothing else.
    static_cast<void>(git_.pipe({"update-ref", "--stdin"}, input.get()));
    if (seen.branch == branch) return;
    const auto ref = "refs/heads/" + branch;
    const bool nothing_to_lose = git_.ask({"merge-base", "--is-ancestor", "HEAD", ref}).ok();
    if (nothing_to_lose) static_cast<void>(git_.ask({"checkout", "--quiet", branch, "--"}));
}

TreeStatus TaskRepository::status() const {
    const Git::Arguments question{
        "status", "--porcelain=v2", "--branch", "-z", "--no-renames", "--untracked-files=normal"};
    const auto answer = git_.ask(question);
    const auto tried = "looking at the worktree " + folder_.string();
    if (!answer.ok()) throwGitFailure(tried, question, answer);
    if (auto status = parseStatus(answer.output)) return *status;
    throw RemoteError(tried + ": its git answers something that git does not", false);
}

std::string TaskRepository::tipOf(const std::string& branch) const {
    const Git::Arguments question{
        "rev-parse", "--verify", "--end-of-options", "refs/heads/" + branch + "^{commit}"};
    const auto answer = git_.ask(question);
    if (!answer.ok()) throwGitFailure("the branch " + branch, question, answer);
    return answer.output.substr(0, answer.output.find('\n'));
}

}  // namespace orch
