#include "forge/git_mirror.hpp"

#include <algorithm>
#include <system_error>
#include <utility>

#include "base/error.hpp"
#include "base/files.hpp"
#include "base/repository_check.hpp"
#include "base/text.hpp"

namespace orch {

namespace fs = std::filesystem;

namespace {

constexpr auto kUsual = Git::kTimeout;
/// The first fetch brings everything.
constexpr std::chrono::minutes kLong{30};

}  // namespace

GitMirror::GitMirror(fs::path folder, std::string remote, std::string base)
    : folder_(std::move(folder)),
      remote_(std::move(remote)),
      base_(std::move(base)),
      git_(folder_) {}

void GitMirror::create(const std::string& object_format) {
    if (fs::exists(folder_ / "HEAD")) return ensureIdentity(git_);
    if (fs::exists(folder_) && !fs::is_empty(folder_)) {
        throw RemoteError("mirror " + folder_.string() +
                              ": the folder is there and is not a git repository; move it away"
                              " (branches that have not landed may be in it) and start again",
                          false);
    }
    ensureFolder(folder_.parent_path());
    // Made aside and renamed, so that a mirror that is there is always a whole one.
    const fs::path aside = folder_.string() + ".new";
    fs::remove_all(aside);
    makeAside(aside, object_format);
    std::error_code error;
    fs::rename(aside, folder_, error);
    if (error) {
        throw RemoteError("mirror " + folder_.string() + ": rename: " + error.message(), true);
    }
}

void GitMirror::makeAside(const fs::path& aside, const std::string& object_format) const {
    const auto tried = "making the mirror " + folder_.string();
    Git{}.run(tried,
              {"init",
               "--quiet",
               "--bare",
               "--template=",
               "--object-format=" + object_format,
               "--",
               aside.string()});
    const Git git{aside};
    // A reflog for the tasks' branches: what an agent threw away can be found again.
    git.run(tried, {"config", "core.logAllRefUpdates", "true"});
    // Commits of agents are on the disk when they are done; git leaves that to chance otherwise.
    git.run(tried, {"config", "core.fsync", "committed,loose-object,reference"});
    git.run(tried, {"config", "core.fsyncMethod", "batch"});
    ensureIdentity(git);
}

void GitMirror::ensureIdentity(const Git& git) const {
    const auto ensure = [&](const std::string& key, const std::string& value) {
        if (git.ask({"config", "--get", key}).ok()) return;
        git.run("identity for commits in " + folder_.string(), {"config", key, value});
    };
    const bool complete = git.ask({"config", "--get", "user.email"}).ok() &&
                          git.ask({"var", "GIT_COMMITTER_IDENT"}).ok();
    if (complete) return;
    ensure("user.email", "orchd@localhost");
    ensure("user.name", "orchd");
}

GitAnswer GitMirror::fetch() const {
    const auto limit = fs::exists(folder_ / trackingRef()) ? kUsual : kLong;
    return git_.ask({"fetch",
                     "--quiet",
                     "--no-tags",
                     "--no-write-fetch-head",
                     "--no-recurse-submodules",
                     "--update-shallow",
                     "--",
                     remote_,
                     "+refs/heads/" + base_ + ":" + trackingRef()},
                    limit);
}

std::string GitMirror::fetchBase() const {
    auto answer = fetch();
    const auto lock = folder_ / (trackingRef() + ".lock");
    if (!answer.ok() && fs::exists(lock)) {
        // Only this call writes that ref, and one at a time: a lock there is a killed git's.
        fs::remove(lock);
        answer = fetch();
    }
    if (!answer.ok()) throwGitFailure("fetch of " + base_ + " from " + remote_, {"fetch"}, answer);
    return fetchedBase();
}

std::string GitMirror::fetchedBase() const {
    return git_.run("tip of " + base_ + " in " + folder_.string(),
                    {"rev-parse", "--verify", "--end-of-options", trackingRef() + "^{commit}"});
}

Git GitMirror::remoteGit() const {
    return gitOf(remote_);
}

bool GitMirror::remoteKnows(const std::string& commit) const {
    requireSha(commit);
    return remoteGit().ask({"cat-file", "-e", commit + "^{commit}"}).ok();
}

bool GitMirror::contains(const std::string& tip, const std::string& commit) const {
    requireSha(tip);
    if (!remoteKnows(commit)) return false;
    const Git::Arguments question{"merge-base", "--is-ancestor", commit, tip};
    const auto answer = remoteGit().ask(question);
    if (answer.exit_code <= 1) return answer.ok();
    throwGitFailure("is " + commit + " in " + tip + " of " + remote_, question, answer);
}

void requireSha(const std::string& text) {
    const bool hex = std::all_of(text.begin(), text.end(), [](char c) {
        return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f');
    });
    if (hex && (text.size() == 40 || text.size() == 64)) return;
    throw RemoteError("\"" + shorten(cleanUtf8(text), 80) + "\" is not the name of a commit",
                      false);
}

}  // namespace orch
