#include "forge/intake.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <iostream>
#include <system_error>

#include "base/crash_point.hpp"
#include "base/error.hpp"
#include "base/files.hpp"
#include "base/tree.hpp"
#include "forge/lfs_transfer.hpp"

namespace orch {

namespace fs = std::filesystem;

namespace {

/// Of what one attempt may bring, compressed.
constexpr std::uint64_t kMostBytes = std::uint64_t{2} << 30U;

/// What is under way to the mirror; gone at the end, whatever it is.
class Incoming {
public:
    explicit Incoming(const fs::path& mirror) : folder_(mirror / "incoming") {
        deleteTree(folder_);  // of a call that was killed
        ensureFolder(folder_);
        sent_ = UniqueFd{open((folder_ / "sent").c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600)};
        if (!sent_) fail("making " + (folder_ / "sent").string());
    }
    Incoming(const Incoming&) = delete;
    Incoming& operator=(const Incoming&) = delete;
    ~Incoming() {
        try {
            deleteTree(folder_);
        } catch (const Error& stays) {  // until the next one
            std::cerr << "orchd: " << stays.what() << "\n";
        }
    }

    [[noreturn]] static void fail(const std::string& tried) {
        throw RemoteError(tried + ": " + std::generic_category().message(errno), true);
    }
    [[nodiscard]] int sent() const { return sent_.get(); }
    [[nodiscard]] fs::path pack() const { return folder_ / "checked.pack"; }
    [[nodiscard]] fs::path index() const { return folder_ / "checked.idx"; }

private:
    fs::path folder_;
    UniqueFd sent_;
};

/// A pack of no object is 12 bytes of heading and a hash.
bool isEmpty(int pack) {
    constexpr off_t kHeading = 12;
    constexpr off_t kLongestHash = 32;
    return lseek(pack, 0, SEEK_END) <= kHeading + kLongestHash;
}

void rewind(int file) {
    if (lseek(file, 0, SEEK_SET) != 0) Incoming::fail("reading what was sent");
}

/// The pack before its index: git takes a pack for there once the index is.
void put(const Incoming& incoming, const fs::path& objects, const std::string& hash) {
    const auto name = objects / "pack" / ("pack-" + hash);
    fs::rename(incoming.pack(), name.string() + ".pack");
    fs::rename(incoming.index(), name.string() + ".idx");
    syncFolder(objects / "pack");
}

std::string lastWord(const std::string& line) {
    const auto end = line.find_last_not_of(" \n");
    const auto begin = line.find_last_of(" \t", end) + 1;
    return line.substr(begin, end + 1 - begin);
}

}  // namespace

void Intake::bring(const AgentGit& from,
                   const std::string& commit,
                   const std::string& known) const {
    requireSha(commit);
    const bool received = receive(from, commit, known);
    const bool is_new = received && LfsTransfer(mirror_).takeIn(from, commit, known);
    if (!is_new) check(commit);
}

bool Intake::receive(const AgentGit& from,
                     const std::string& commit,
                     const std::string& known) const {
    const Incoming incoming(mirror_.folder());
    const auto list = asInput(commit + "\n^" + known + "\n^" + mirror_.fetchedBase() + "\n");
    const Git::Arguments send{
        "pack-objects", "--revs", "--stdout", "--thin", "--delta-base-offset", "--quiet"};
    const auto sent = from.pipe(send, list.get(), incoming.sent(), kMostBytes);
    if (!sent.ok()) throwGitFailure("taking in " + commit, send, sent);
    crashPoint("intake.sent");
    if (isEmpty(incoming.sent())) return false;
    rewind(incoming.sent());
    const auto taken = mirror_.git()
                           .reading(incoming.sent())
                           .run("taking in " + commit,
                                {"-c",
                                 "core.bigFileThreshold=16m",
                                 "-c",
                                 "pack.threads=1",
                                 "index-pack",
                                 "--stdin",
                                 "--fix-thin",
                                 "--strict",
                                 "--max-input-size=" + std::to_string(kMostBytes),
                                 incoming.pack().string()});
    crashPoint("intake.checked");
    const auto hash = lastWord(taken);
    requireSha(hash);
    put(incoming, mirror_.folder() / "objects", hash);
    return true;
}

/// Is what came a commit, and whole? Every object it names was found by index-pack --strict.
void Intake::check(const std::string& commit) const {
    const auto found =
        mirror_.git().ask({"rev-parse", "--verify", "--quiet", commit + "^{commit}"});
    if (found.ok() && found.output.starts_with(commit)) return;
    throw RemoteError("taking in " + commit +
                          ": the worktree's repository names that commit and"
                          " does not hold it",
                      false);
}

}  // namespace orch
