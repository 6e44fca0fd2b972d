#include "forge/git_mirror.hpp"

#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <system_error>
#include <utility>

#include "base/digest.hpp"
#include "base/error.hpp"
#include "base/files.hpp"
#include "base/repository_check.hpp"
#include "base/text.hpp"
#include "base/tree.hpp"
#include "forge/agent_git.hpp"

namespace orch {

namespace fs = std::filesystem;
using namespace std::string_view_literals;

namespace {

constexpr auto kUsual = Git::kTimeout;
/// The first fetch brings everything.
constexpr std::chrono::minutes kLong{30};
constexpr auto kBaseRef = "refs/base";
constexpr auto kWithdrawn = "refs/withdrawn/";
/// A digest of what the remote's base and tags were at the last fetch, and the tags as packed refs.
constexpr auto kSeenRemote = "seen-remote"sv;
constexpr auto kPackedTags = "packed-tags"sv;

/// "https://host/x" of "https://user:password@host/x": agents read it.
std::string withoutUser(const std::string& url) {
    const auto scheme = url.find("://");
    if (scheme == std::string::npos) return url;
    const auto host = scheme + 3;
    const auto at = url.substr(0, url.find('/', host)).rfind('@');
    return at == std::string::npos ? url : url.substr(0, host) + url.substr(at + 1);
}

/// "user.name Jo Doe" a line, as `git config --get-regexp` prints.
std::string asSettings(const std::string& listed) {
    std::string settings;
    for (const auto& line : linesOf(listed)) {
        const auto key_end = line.find(' ');
        const auto dot = line.find('.');
        if (key_end == std::string::npos || dot > key_end) continue;
        settings += "[" + line.substr(0, dot) + "]\n\t" + line.substr(dot + 1, key_end - dot - 1) +
                    " = " + quotedSetting(line.substr(key_end + 1)) + "\n";
    }
    return settings;
}

/// Is there nothing but what orchd puts beside a repository's own files? Somebody moved the mirror
/// away while it was written to.
bool isLeftover(const fs::path& folder) {
    constexpr std::array kOurs{"lfs"sv, "lfs-base"sv, "incoming"sv, kSeenRemote, kPackedTags};
    std::error_code none;
    if (!fs::is_directory(fs::symlink_status(folder, none))) return false;
    const fs::directory_iterator entries(folder, none);
    return !none &&
           std::all_of(begin(entries), end(entries), [&](const fs::directory_entry& entry) {
               return std::ranges::find(kOurs, entry.path().filename().string()) != kOurs.end();
           });
}

void letRead(const fs::path& path, bool is_folder, gid_t group) {
    constexpr mode_t kFolder = 02750;
    constexpr mode_t kFile = 0440;
    const bool done = chown(path.c_str(), static_cast<uid_t>(-1), group) == 0 &&
                      chmod(path.c_str(), is_folder ? kFolder : kFile) == 0;
    if (done) return;
    throw RemoteError(
        "letting agents read " + path.string() + ": " + std::generic_category().message(errno),
        true);
}

}  // namespace

std::string quotedSetting(const std::string& value) {
    std::string text = "\"";
    for (const char c : value) {
        if (c == '"' || c == '\\') text += '\\';
        text += c;
    }
    return text + "\"";
}

GitMirror::GitMirror(fs::path folder, std::string remote, std::string base)
    : folder_(std::move(folder)),
      remote_(std::move(remote)),
      base_(std::move(base)),
      lfs_(folder_),
      git_(folder_) {}

void GitMirror::create(const std::string& object_format, std::optional<gid_t> group) {
    makeWhole(object_format);
    ensureIdentity(git_);
    share(group);
    lfs_.prepare(remoteGit(), gitFolderOf(remote_), group);
    const auto set = git_.ask({"config", "--local", "--get-regexp", "^user\\."});
    identity_ = asSettings(set.output);
    const auto from = remoteGit().ask({"config", "--get", "remote.origin.url"});
    origin_ = from.ok() ? withoutUser(from.output.substr(0, from.output.find('\n'))) : remote_;
}

void GitMirror::makeWhole(const std::string& object_format) const {
    if (fs::exists(folder_ / "HEAD")) return;
    if (isLeftover(folder_)) deleteTree(folder_);
    if (fs::exists(folder_) && !fs::is_empty(folder_)) {
        throw RemoteError("mirror " + folder_.string() +
                              ": the folder is there and is not a git repository; move it away"
                              " and start again; orchd makes it anew from the repository and the "
                              "tasks' worktrees",
                          false);
    }
    ensureFolder(folder_.parent_path());
    // Made aside and renamed, so that a mirror that is there is always a whole one.
    const fs::path aside = folder_.string() + ".new";
    deleteTree(aside);
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

std::string GitMirror::damage() const {
    if (!fs::exists(folder_ / "HEAD")) return {};
    const std::vector<Git::Arguments> questions{
        {"rev-parse", "--is-bare-repository"},
        {"for-each-ref", "--format=%(refname)"},
        {"rev-list", "--quiet", "--objects", "--max-count=1", "--all"}};
    for (const auto& question : questions) {
        const auto answer = git_.ask(question);
        if (!answer.ok() || !answer.errors.empty()) return firstErrors(answer.errors);
    }
    return {};
}

/// A broken ref may let a fetch pass and fail whatever comes after it.
void GitMirror::open(const std::string& object_format, std::optional<gid_t> group) {
    std::string failure;
    try {
        create(object_format, group);
        fetchBase();
    } catch (const RemoteError& error) {
        if (damage().empty()) throw;
        failure = std::string{error.what()} + "; ";
    }
    const auto what = damage();
    if (what.empty()) return;
    throw RemoteError(failure + "orchd's own copy " + folder_.string() +
                          " is damaged (git: " + what +
                          "): put that right, or stop orchd, move the copy away and start again: it"
                          " is made anew from the repository, without commits of tasks that are"
                          " nowhere else",
                      false);
}

/// What git makes there later is given to the group as well, whatever the umask; never to write.
void GitMirror::share(std::optional<gid_t> group) const {
    if (!group) return;
    git_.run("sharing " + folder_.string(), {"config", "core.sharedRepository", "0640"});
    const auto objects = folder_ / "objects";
    struct stat info {};
    if (stat(objects.c_str(), &info) == 0 && info.st_gid == *group) return;
    for (const auto& entry : fs::recursive_directory_iterator(objects)) {
        letRead(entry.path(), entry.is_directory(), *group);
    }
    letRead(objects, true, *group);  // last: it says that the others are done
}

/// A loose ref stands above a packed one; git is asked only where there is none.
std::optional<std::string> GitMirror::refAt(const std::string& ref) const {
    if (const auto loose = readFile(folder_ / ref, 128)) {
        auto sha = loose->substr(0, loose->find('\n'));
        if (isSha(sha)) return sha;
    }
    if (!fs::exists(folder_ / "packed-refs")) return std::nullopt;
    const auto answer = git_.ask({"rev-parse", "--verify", "--quiet", "--end-of-options", ref});
    if (!answer.ok()) return std::nullopt;
    return answer.output.substr(0, answer.output.find('\n'));
}

/// Brings the base's history and the tags here without moving refs/base; its tip.
std::string GitMirror::fetch() const {
    constexpr auto kFetched = "refs/fetched";
    const auto limit = fs::exists(folder_ / kBaseRef) ? kUsual : kLong;
    // Only this call writes that ref, and one at a time: a lock there is a killed git's.
    fs::remove(folder_ / (std::string{kFetched} + ".lock"));
    git_.run("fetch of " + base_ + " from " + remote_,
             {"fetch",
              "--quiet",
              "--no-tags",
              "--prune",
              "--no-write-fetch-head",
              "--no-recurse-submodules",
              "--update-shallow",
              "--",
              remote_,
              "+refs/heads/" + base_ + ":" + kFetched,
              "+refs/tags/*:refs/tags/*"},
             limit);
    return git_.run("tip of " + base_ + " in " + folder_.string(),
                    {"rev-parse", "--verify", std::string{kFetched} + "^{commit}"});
}

/// One transaction: a base that moved without its loss being noted would be forgotten.
void GitMirror::moveBase(const std::string& tip) const {
    const auto known = refAt(kBaseRef);
    std::string change = "update " + std::string{kBaseRef} + " " + tip + "\n";
    if (known && !git_.ask({"merge-base", "--is-ancestor", *known, tip}).ok()) {
        change += "update " + std::string{kWithdrawn} + *known + " " + *known + "\n";
    }
    fs::remove(folder_ / (std::string{kBaseRef} + ".lock"));
    const auto input = asInput(change);
    git_.reading(input.get())
        .run("moving the base in " + folder_.string(), {"update-ref", "--stdin"});
}

/// What the remote has is compared by name; git reads no object for that.
std::string GitMirror::fetchBase() const {
    const auto asked = remoteGit().ask(
        {"for-each-ref", "--format=%(objectname) %(refname)", "refs/heads/" + base_, "refs/tags"});
    const auto seen = asked.ok() ? sha256(asked.output) : "";
    const auto known = refAt(kBaseRef);
    const auto is_base = [&](const std::string& tip) {
        return asked.output.starts_with(tip + " refs/heads/" + base_ + "\n");
    };
    if (known && is_base(*known) && readFile(folder_ / kSeenRemote) == seen) return *known;
    auto tip = fetch();  // whatever the matter is, git says it here
    moveBase(tip);
    noteTags(seen);
    return tip;
}

/// First what they are, then that they are known.
void GitMirror::noteTags(const std::string& seen) const {
    const auto listed = git_.run("tags of " + folder_.string(),
                                 {"for-each-ref",
                                  "--format=%(objectname) %(refname)%(if)%(*objectname)%(then)%0a^"
                                  "%(*objectname)%(end)",
                                  "refs/tags"});
    replaceFile(folder_ / kPackedTags, listed.empty() ? "" : listed + "\n", Sync::kNo);
    replaceFile(folder_ / kSeenRemote, seen, Sync::kNo);
}

std::string GitMirror::packedTags() const {
    return readFile(folder_ / kPackedTags).value_or("");
}

std::string GitMirror::fetchedBase() const {
    if (auto tip = refAt(kBaseRef)) return *tip;
    throw RemoteError("mirror " + folder_.string() + ": the base was never fetched", true);
}

std::vector<std::string> GitMirror::withdrawn() const {
    return linesOf(git_.run("what " + base_ + " lost",
                            {"for-each-ref", "--format=%(objectname)", kWithdrawn}));
}

std::optional<std::string> GitMirror::headOf(const std::string& branch) const {
    return refAt("refs/" + branch);
}

void GitMirror::moveHead(const std::string& branch,
                         const std::string& head,
                         const std::string& expected,
                         const std::string& why) const {
    const auto ref = "refs/" + branch;
    const auto before = expected.empty() ? std::string(head.size(), '0') : expected;
    fs::remove(folder_ / (ref + ".lock"));
    git_.run("taking in " + branch,
             {"update-ref", "--create-reflog", "-m", why, ref, head, before});
}

int GitMirror::ownCommits(const std::string& head, const std::string& branch) const {
    Git::Arguments question{
        "rev-list", "--count", head, "--not", kBaseRef, "--glob=refs/withdrawn/*"};
    if (!branch.empty()) {
        question.insert(question.end(), {"--exclude=refs/" + branch, "--glob=refs/orch/*"});
    }
    return std::stoi(git_.run("commits of " + head, question));
}

std::vector<std::string> GitMirror::mergeBases(const std::string& base,
                                               const std::string& head) const {
    const Git::Arguments question{"merge-base", "--all", base, head};
    const auto answer = git_.ask(question);
    if (answer.exit_code > 1) throwGitFailure("what " + head + " shares", question, answer);
    return linesOf(answer.output);
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

bool isSha(const std::string& text) {
    const bool hex = std::all_of(text.begin(), text.end(), [](char c) {
        return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f');
    });
    return hex && (text.size() == 40 || text.size() == 64);
}

void requireSha(const std::string& text) {
    if (isSha(text)) return;
    throw RemoteError("\"" + shorten(cleanUtf8(text), 80) + "\" is not the name of a commit",
                      false);
}

}  // namespace orch
