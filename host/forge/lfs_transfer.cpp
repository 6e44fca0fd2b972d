#include "forge/lfs_transfer.hpp"

#include <filesystem>

#include "base/error.hpp"
#include "base/text.hpp"
#include "forge/lfs_change.hpp"

namespace orch {

namespace fs = std::filesystem;

namespace {

/// Of all the objects that one attempt may bring.
constexpr std::uint64_t kMostBytes = 8'000'000'000;

/// What may be wrong with a file, after its path.
constexpr auto kNoPointer =
    "was committed without git-lfs, or is no pointer as git-lfs writes it; git add --renormalize "
    "puts that right";

std::string remedy(const GitMirror& mirror) {
    return "; where the content is on a server only, git -C " + shellWord(mirror.remote()) +
           " lfs fetch --all brings it there; where it is nowhere, add the file again (git add "
           "--renormalize), or take its commit out of the branch";
}

std::string keptInLfs(const std::string& path, const std::string& what) {
    return cleanUtf8(path) + " is kept in git LFS, and " + what;
}

/// Why a head must not come in or land, whatever objects there are; empty: nothing is wrong.
std::string withoutPointer(const LfsBlob& blob) {
    const bool wrong = !blob.pointer && blob.size > 0 && !blob.kept_in_head.empty();
    return wrong ? keptInLfs(blob.kept_in_head, kNoPointer) : "";
}

/// Copies out of a task's repository, no more in all than orchd takes in at once.
class Copier {
public:
    Copier(const GitMirror& mirror, const fs::path& repository)
        : lfs_(mirror.lfs()), repository_(repository), remedy_(remedy(mirror)) {}

    /// What is wrong with the object, a clause; empty: it is in reach.
    [[nodiscard]] std::string bring(const LfsPointer& pointer) {
        if (pointer.size == 0 || lfs_.own().has(pointer) || lfs_.remotes().has(pointer)) return {};
        const auto way = repository_.filename() / "lfs/objects" / LfsObjects::placeOf(pointer.oid);
        const auto file = openUntrusted(repository_.parent_path(), way);
        const auto object = "its LFS object " + pointer.oid;
        if (file.unsure) throw RemoteError(object + " " + file.trouble, true);
        if (file.absent) {
            return object + " is neither in the worktree's repository (.git/lfs) nor in " +
                   lfs_.remotes().folder().string() + remedy_;
        }
        const auto trouble = copy(file, pointer);
        return trouble.empty() ? ""
                               : object + " in the worktree's repository (.git/lfs) " + trouble;
    }

private:
    std::string copy(const UntrustedFile& file, const LfsPointer& pointer) {
        if (!file.trouble.empty()) return file.trouble;
        if (pointer.size > kMostBytes - copied_) {
            return "would be, with the others of this attempt, more than the " +
                   spokenBytes(kMostBytes) + " that orchd takes in at once";
        }
        auto trouble = lfs_.own().put(file, pointer);
        if (trouble.empty()) copied_ += pointer.size;
        return trouble;
    }

    const LfsBorrowing& lfs_;
    fs::path repository_;
    std::string remedy_;
    std::uint64_t copied_ = 0;
};

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
    const LfsChange change(mirror_, commit, {known, mirror_.fetchedBase()});
    std::error_code none;
    const bool in_play = change.touchesAttributes() || mirror_.lfs().inPlay() ||
                         fs::exists(fs::symlink_status(from.gitDir() / "lfs", none));
    if (!in_play) return change.isNew();
    Copier copier(mirror_, from.gitDir());
    std::string trouble;
    for (const auto& blob : change.blobs()) {
        auto found = withoutPointer(blob);
        if (found.empty() && blob.pointer) {
            found = copier.bring(*blob.pointer);
            // What only looks like a pointer is a text, and has no object.
            if (!found.empty()) found = blob.kept.empty() ? "" : keptInLfs(blob.kept, found);
        }
        if (trouble.empty()) trouble = found;
    }
    if (!trouble.empty()) throw RemoteError("taking in " + commit + ": " + trouble, false);
    return change.isNew();
}

LfsTransfer::Brought LfsTransfer::land(const std::string& head,
                                       const std::string& base,
                                       const LeaseProof& proof) const {
    const auto& lfs = mirror_.lfs();
    if (!lfs.inPlay()) return {};
    Brought brought;
    for (const auto& blob : LfsChange(mirror_, head, {base}).blobs()) {
        brought.trouble = withoutPointer(blob);
        if (!brought.trouble.empty()) return brought;
        if (!blob.pointer || blob.pointer->size == 0) continue;
        if (lfs.own().has(*blob.pointer)) {
            brought.objects.push_back(*blob.pointer);
        } else if (!blob.kept.empty() && !lfs.remotes().has(*blob.pointer)) {
            brought.trouble = keptInLfs(blob.kept,
                                        "its LFS object " + blob.pointer->oid + " is not in " +
                                            lfs.remotes().folder().string() + remedy(mirror_));
            return brought;
        }
    }
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
    for (const auto& pointer : pointersIn(mirror_, commits)) {
        if (lfs.own().has(pointer) || !lfs.remotes().has(pointer)) continue;
        requireCopied(lfs.remotes(), lfs.own(), pointer);
    }
}

}  // namespace orch
