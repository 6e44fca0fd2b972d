#include "forge/lfs_transfer.hpp"

#include <algorithm>
#include <charconv>
#include <map>
#include <set>
#include <sstream>
#include <string_view>

#include "base/error.hpp"
#include "base/files.hpp"
#include "base/text.hpp"
#include "forge/lfs_pointer.hpp"

namespace orch {

namespace fs = std::filesystem;

namespace {

/// Of all the objects that one attempt may bring, or one start may need to be copied.
constexpr std::uint64_t kMostBytes = 8'000'000'000;

/// A file's content as git has it, and where it is new.
struct Blob {
    std::string sha;
    std::set<std::string> paths;
};

/// One that git-lfs could take for a pointer.
struct Named {
    Blob blob;
    std::optional<LfsPointer> pointer;  ///< nothing: it is none that git-lfs would write
};

/// Why a file cannot be had.
struct Lacking {
    Blob blob;
    std::string why;
};

std::string_view takeField(std::string_view& text, char end) {
    const auto at = std::min(text.find(end), text.size());
    const auto field = text.substr(0, at);
    text.remove_prefix(std::min(at + 1, text.size()));
    return field;
}

/// What commits change, as git-log(1) prints it for --raw -z: ":100644 100644 <sha> <sha>
/// M\0path\0", of merges "::100644 100644 100644 <sha> <sha> <sha> MM\0path\0".
class Changes {
public:
    /// What is new in `head` and in none of `but`. Throws RemoteError where there is no such
    /// commit.
    Changes(const GitMirror& mirror, const std::string& head, const std::vector<std::string>& but) {
        Git::Arguments question{"-c",
                                "log.showRoot=true",
                                "log",
                                "--raw",
                                "--no-abbrev",
                                "--no-renames",
                                "--diff-merges=combined",
                                "--ignore-submodules=none",
                                "-r",
                                "-z",
                                "--format=%H",
                                "--end-of-options",
                                head};
        for (const auto& commit : but) question.push_back("^" + commit);
        constexpr std::size_t kMostOutput = 16U << 20U;
        const auto answer = mirror.git().askSome(question, kMostOutput);
        if (!answer.ok()) throwGitFailure("what is new in " + head, question, answer);
        cut_ = answer.cut;
        read(answer.output);
    }

    /// The first commit; empty: nothing is new.
    [[nodiscard]] const std::string& newest() const { return newest_; }
    /// There is more: over 100,000 files.
    [[nodiscard]] bool cut() const { return cut_; }
    [[nodiscard]] bool touchesAttributes() const { return touches_attributes_; }
    [[nodiscard]] std::vector<Blob> blobs() const {
        std::vector<Blob> blobs;
        for (const auto& [sha, paths] : paths_) blobs.push_back({sha, paths});
        return blobs;
    }

private:
    void read(std::string_view output) {
        while (!output.empty()) {
            auto heading = takeField(output, '\0');
            heading.remove_prefix(std::min(heading.find_first_not_of('\n'), heading.size()));
            if (heading.starts_with(':')) {
                add(heading, std::string{takeField(output, '\0')});
            } else if (newest_.empty()) {
                newest_ = heading;
            }
        }
    }
    /// The result's mode and name are the last of theirs.
    void add(std::string_view heading, const std::string& path) {
        const auto parents = std::min(heading.find_first_not_of(':'), heading.size());
        heading.remove_prefix(parents);
        std::vector<std::string_view> fields;
        while (!heading.empty()) fields.push_back(takeField(heading, ' '));
        if (fields.size() != 2 * parents + 3) return;
        // Files alone: links and other repositories are never kept in LFS.
        if (!fields[parents].starts_with("100")) return;
        paths_[std::string{fields[2 * parents + 1]}].insert(path);
        touches_attributes_ |= fs::path{path}.filename() == ".gitattributes";
    }

    std::map<std::string, std::set<std::string>> paths_;
    std::string newest_;
    bool touches_attributes_ = false;
    bool cut_ = false;
};

std::uint64_t sizeIn(std::string_view digits) {
    std::uint64_t size{};
    const auto* end = digits.data() + digits.size();
    const auto read = std::from_chars(digits.data(), end, size);
    if (read.ec == std::errc{} && read.ptr == end) return size;
    throw RemoteError("sizes of new files: git says \"" + cleanUtf8(std::string{digits}) + "\"",
                      false);
}

std::vector<Blob> smallOf(const GitMirror& mirror, std::vector<Blob> blobs) {
    std::string names;
    for (const auto& blob : blobs) names += blob.sha + "\n";
    const auto input = asInput(names);
    const auto sizes = mirror.git()
                           .reading(input.get())
                           .run("sizes of new files", {"cat-file", "--batch-check=%(objectsize)"});
    std::string_view rest = sizes;
    std::vector<Blob> small;
    for (auto& blob : blobs) {
        const auto size = sizeIn(takeField(rest, '\n'));
        if (size > 0 && size < kLfsPointerLimit) small.push_back(std::move(blob));
    }
    return small;
}

/// "<sha> blob <size>\n<content>\n" each.
void addNamed(const GitMirror& mirror, const std::vector<Blob>& blobs, std::vector<Named>& named) {
    std::string names;
    for (const auto& blob : blobs) names += blob.sha + "\n";
    const auto input = asInput(names);
    const auto answer =
        mirror.git().reading(input.get()).run("content of new files", {"cat-file", "--batch"});
    std::string_view rest = answer;
    for (const auto& blob : blobs) {
        const auto heading = takeField(rest, '\n');
        const auto size = sizeIn(heading.substr(heading.rfind(' ') + 1));
        const auto text = rest.substr(0, size);
        rest.remove_prefix(std::min<std::size_t>(size + 1, rest.size()));
        if (looksLikeLfsPointer(text)) named.push_back({blob, parseLfsPointer(text)});
    }
}

std::vector<Named> namedIn(const GitMirror& mirror, const std::vector<Blob>& blobs) {
    constexpr std::size_t kAtOnce = 8'000;  // 8 MB at most
    std::vector<Named> named;
    for (std::size_t from = 0; from < blobs.size(); from += kAtOnce) {
        const auto to = std::min(from + kAtOnce, blobs.size());
        const auto first = blobs.begin() + static_cast<std::ptrdiff_t>(from);
        const auto last = blobs.begin() + static_cast<std::ptrdiff_t>(to);
        const auto small = smallOf(mirror, {first, last});
        if (!small.empty()) addNamed(mirror, small, named);
    }
    return named;
}

/// Which of these paths are kept in LFS, by the attributes that `commit` itself holds. git 2.39
/// reads them from an index alone, and the mirror has none.
std::set<std::string> keptInLfs(const GitMirror& mirror,
                                const std::string& commit,
                                const std::set<std::string>& paths) {
    const auto folder = mirror.folder() / "attributes.git";
    fs::remove_all(folder);  // of a call that was killed
    const auto tried = "attributes of " + commit;
    Git{}.run(tried,
              {"init",
               "--quiet",
               "--bare",
               "--template=",
               "--object-format=" + std::string{commit.size() == 64 ? "sha256" : "sha1"},
               "--",
               folder.string()});
    ensureFolder(folder / "objects/info");
    replaceFile(folder / "objects/info/alternates",
                (mirror.folder() / "objects").string() + "\n",
                Sync::kNo);
    const Git git{folder};
    git.run(tried, {"read-tree", commit});
    std::string names;
    for (const auto& path : paths) names += path + '\0';
    const auto input = asInput(names);
    const auto listed =
        git.reading(input.get()).run(tried, {"check-attr", "--cached", "-z", "--stdin", "filter"});
    fs::remove_all(folder);
    std::set<std::string> kept;
    std::string_view rest = listed;
    while (!rest.empty()) {
        const auto path = takeField(rest, '\0');
        takeField(rest, '\0');
        if (takeField(rest, '\0') == "lfs") kept.emplace(path);
    }
    return kept;
}

std::string remedy(const GitMirror& mirror) {
    return "; where the content is on a server only, git -C " + shellWord(mirror.remote()) +
           " lfs fetch --all brings it to yours; where it is nowhere, add the file again "
           "(git add --renormalize)";
}

/// The first of these files that is kept in LFS, and what is wrong; empty: none is, and a text that
/// looks like a pointer is a text.
std::string sentenceOf(const GitMirror& mirror,
                       const std::string& commit,
                       const std::vector<Lacking>& lacking) {
    if (lacking.empty()) return {};
    std::set<std::string> paths;
    for (const auto& one : lacking) paths.insert(one.blob.paths.begin(), one.blob.paths.end());
    const auto kept = keptInLfs(mirror, commit, paths);
    for (const auto& one : lacking) {
        for (const auto& path : one.blob.paths) {
            if (!kept.contains(path)) continue;
            return cleanUtf8(path) + " is kept in git LFS, and " + one.why;
        }
    }
    return {};
}

constexpr auto kOdd =
    "what was committed is no pointer as git-lfs writes it; git add --renormalize "
    "puts that right";

constexpr auto kTooMany =
    "it changes more files (over 100,000) than orchd looks through for LFS objects at once";

/// Copies objects, no more in all than orchd takes at once.
class Copier {
public:
    explicit Copier(const LfsObjects& to) : to_(to) {}
    /// What is wrong with the file, a clause; empty: it is there now.
    [[nodiscard]] std::string copy(const UntrustedFile& file, const LfsPointer& pointer) {
        if (file.unsure)
            throw RemoteError("the LFS object " + pointer.oid + " " + file.trouble, true);
        if (!file.trouble.empty()) return file.trouble;
        if (pointer.size > kMostBytes - copied_) {
            return "would be, with the others of this attempt, more than the " +
                   spokenBytes(kMostBytes) + " that orchd takes in at once";
        }
        auto trouble = to_.put(file, pointer);
        if (trouble.empty()) copied_ += pointer.size;
        return trouble;
    }

private:
    const LfsObjects& to_;
    std::uint64_t copied_ = 0;
};

/// The way of one object from a task's repository; what is wrong, empty: it is in reach.
std::string bringOne(const GitMirror& mirror,
                     const fs::path& repository,
                     const LfsPointer& pointer,
                     Copier& copier) {
    const auto& lfs = mirror.lfs();
    if (pointer.size == 0 || lfs.own().has(pointer) || lfs.remotes().has(pointer)) return {};
    const auto way = repository.filename() / "lfs/objects" / LfsObjects::placeOf(pointer.oid);
    const auto file = openUntrusted(repository.parent_path(), way);
    const auto trouble = copier.copy(file, pointer);
    if (trouble.empty()) return {};
    const auto object = "the LFS object " + pointer.oid;
    if (!file.absent) return object + " of the worktree's repository (.git/lfs) " + trouble;
    return object + " is neither in the worktree's repository (.git/lfs) nor in " +
           lfs.remotes().folder().string() + remedy(mirror);
}

void requireCopied(const LfsObjects& from, const LfsObjects& to, const LfsPointer& pointer) {
    const auto file = from.open(pointer);
    const auto trouble = file.trouble.empty() ? to.put(file, pointer) : file.trouble;
    if (trouble.empty()) return;
    throw RemoteError("copying to " + to.folder().string() + ": the LFS object " +
                          (from.folder() / LfsObjects::placeOf(pointer.oid)).string() + " " +
                          trouble,
                      file.unsure);
}

}  // namespace

bool LfsTransfer::takeIn(const AgentGit& from,
                         const std::string& commit,
                         const std::string& known) const {
    const Changes changes(mirror_, commit, {known, mirror_.fetchedBase()});
    std::error_code none;
    const bool in_play = changes.touchesAttributes() || mirror_.lfs().remotes().exist() ||
                         fs::exists(fs::symlink_status(from.gitDir() / "lfs", none));
    if (!in_play) return changes.newest() == commit;
    if (changes.cut()) throw RemoteError("taking in " + commit + ": " + kTooMany, false);
    Copier copier(mirror_.lfs().own());
    std::vector<Lacking> lacking;
    for (const auto& [blob, pointer] : namedIn(mirror_, changes.blobs())) {
        auto why = pointer ? bringOne(mirror_, from.gitDir(), *pointer, copier) : kOdd;
        if (!why.empty()) lacking.push_back({blob, std::move(why)});
    }
    const auto sentence = sentenceOf(mirror_, commit, lacking);
    if (!sentence.empty()) throw RemoteError("taking in " + commit + ": " + sentence, false);
    return changes.newest() == commit;
}

LfsTransfer::Brought LfsTransfer::land(const std::string& head,
                                       const std::string& base,
                                       const LeaseProof& proof) const {
    const auto& lfs = mirror_.lfs();
    if (!lfs.inPlay()) return {};
    const Changes changes(mirror_, head, {base});
    if (changes.cut()) return {{}, kTooMany};
    Brought brought;
    std::vector<Lacking> lacking;
    for (const auto& [blob, pointer] : namedIn(mirror_, changes.blobs())) {
        if (!pointer) {
            lacking.push_back({blob, kOdd});
        } else if (lfs.own().has(*pointer)) {
            brought.objects.push_back(*pointer);
        } else if (pointer->size > 0 && !lfs.remotes().has(*pointer)) {
            lacking.push_back({blob,
                               "its object " + pointer->oid + " is not in " +
                                   lfs.remotes().folder().string() + " any more" +
                                   remedy(mirror_)});
        }
    }
    brought.trouble = sentenceOf(mirror_, head, lacking);
    if (!brought.trouble.empty()) return brought;
    for (const auto& pointer : brought.objects) {
        if (lfs.remotes().has(pointer)) continue;
        proof.require();
        lfs.makeRemotes();
        requireCopied(lfs.own(), lfs.remotes(), pointer);
    }
    return brought;
}

void LfsTransfer::forget(const Brought& brought) const {
    const auto& lfs = mirror_.lfs();
    if (lfs.forOthers()) return;
    for (const auto& pointer : brought.objects) {
        if (lfs.remotes().has(pointer)) lfs.own().remove(pointer);
    }
}

void LfsTransfer::provide(const std::vector<std::string>& commits) const {
    const auto& lfs = mirror_.lfs();
    if (!lfs.forOthers() || !lfs.remotes().exist()) return;
    // Of files in the trees alone: what older commits had cannot be had.
    Git::Arguments question{"rev-list",
                            "--no-walk",
                            "--objects",
                            "--no-object-names",
                            "--filter=object:type=blob",
                            "--filter=blob:limit=" + std::to_string(kLfsPointerLimit),
                            "--end-of-options"};
    question.insert(question.end(), commits.begin(), commits.end());
    std::istringstream lines(mirror_.git().run("files in LFS", question));
    std::vector<Blob> blobs;
    for (std::string sha; std::getline(lines, sha);) {
        if (std::ranges::find(commits, sha) == commits.end()) blobs.push_back({sha, {}});
    }
    for (const auto& [blob, pointer] : namedIn(mirror_, blobs)) {
        if (!pointer || lfs.own().has(*pointer) || !lfs.remotes().has(*pointer)) continue;
        requireCopied(lfs.remotes(), lfs.own(), *pointer);
    }
}

}  // namespace orch
