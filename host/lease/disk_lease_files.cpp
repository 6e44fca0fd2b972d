#include "lease/disk_lease_files.hpp"

#include <poll.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <cstdio>
#include <system_error>

#include "base/text.hpp"
#include "base/untrusted.hpp"
#include "lease/lease_text.hpp"

namespace orch {

namespace {

namespace fs = std::filesystem;

constexpr std::uint64_t kLongestLease = 64U << 10U;

[[noreturn]] void fail(const std::string& tried, const fs::path& file) {
    const int error = errno;
    throw Error(tried + " " + file.string() + ": " + std::generic_category().message(error));
}

void renameTo(const fs::path& from, const fs::path& to) {
    if (rename(from.c_str(), to.c_str()) != 0) fail("cannot replace", to);
}

/// Does `fd` still have the name `file`?
bool isNamed(const UniqueFd& fd, const fs::path& file) {
    struct stat opened {};
    struct stat named {};
    if (fstat(fd.get(), &opened) != 0 || stat(file.c_str(), &named) != 0) return false;
    return opened.st_ino == named.st_ino && opened.st_dev == named.st_dev;
}

/// What cannot be read now, or is no file, is looked at like a damaged one: nobody's, and not yet
/// stale.
std::optional<std::string> contentOf(const fs::path& file) {
    auto found = readUntrusted(file.parent_path(), file.filename(), kLongestLease);
    if (found.absent) return {};
    return found.text ? std::move(*found.text) : std::string{};
}

/// A lock that cannot be asked for may be held.
LockState heldUnlessFree(const fs::path& file) {
    try {
        return lockState(file);
    } catch (const Error&) {
        return LockState::kHeld;
    }
}

}  // namespace

DiskLeaseFiles::DiskLeaseFiles(const fs::path& folder,
                               std::string name,
                               Machine here,
                               Sightings& sightings,
                               Milliseconds guard_wait)
    : name_(std::move(name)),
      lease_(folder / (name_ + ".lease")),
      guard_(folder / (name_ + ".guard")),
      hold_(folder / (name_ + ".hold")),
      here_(std::move(here)),
      sightings_(sightings),
      guard_wait_(guard_wait) {}

/// False when it is somebody else's, or was deleted before it was locked.
bool DiskLeaseFiles::lockGuard() {
    auto fd = tryLock(guard_);
    if (!fd || !isNamed(*fd, guard_)) return false;
    guard_fd_ = std::move(*fd);
    return true;
}

void DiskLeaseFiles::lock() {
    // flock(2) has no time limit, so it is asked again and again.
    const auto until = std::chrono::steady_clock::now() + guard_wait_;
    constexpr int kPauseMilliseconds = 1;
    while (!lockGuard()) {
        if (std::chrono::steady_clock::now() >= until) {
            throw GuardBusy("merge lease " + name_ + ": another process has kept " +
                            guard_.string() + " locked for " + spokenDuration(guard_wait_) +
                            "; if it is stopped, continue or end it (fuser names it)");
        }
        poll(nullptr, 0, kPauseMilliseconds);
    }
}

/// With its name the guard has lost its meaning: another one may be locked by now.
void DiskLeaseFiles::requireGuard() const {
    if (isNamed(guard_fd_, guard_)) return;
    throw Error("merge lease " + name_ + ": " + guard_.string() +
                " was deleted while it was locked; leave it alone, and this is tried again");
}

LeaseObservation DiskLeaseFiles::look() const {
    LeaseObservation seen{.repository = name_};
    const auto content = contentOf(lease_);
    if (!content) {
        sightings_.forget(name_);
        return seen;
    }
    seen.exists = true;
    seen.unchanged_for = sightings_.unchangedFor(name_, *content, here_.now());
    seen.lease = readLease(*content);
    if (seen.lease) {
        seen.lease->repository = name_;
        seen.same_host = seen.lease->host == here_.host;
        seen.same_boot = seen.same_host && seen.lease->boot_id == here_.boot_id;
        if (seen.same_boot) seen.holder = here_.observe(seen.lease->holder);
    }
    // After the holder: once that one is dead, nobody new can get the lock from it.
    seen.hold = heldUnlessFree(hold_);
    return seen;
}

std::optional<Lease> DiskLeaseFiles::read() const {
    const auto found = readUntrusted(lease_.parent_path(), lease_.filename(), kLongestLease);
    if (found.text) return readLease(*found.text);
    if (found.absent) return {};
    throw Error("cannot read the merge lease: " + lease_.string() + " " + found.trouble);
}

void DiskLeaseFiles::remove() {
    requireGuard();
    if (unlink(lease_.c_str()) != 0) fail("cannot delete the merge lease", lease_);
}

UniqueFd DiskLeaseFiles::makeHold() {
    requireGuard();
    const auto file = newName(hold_);
    std::error_code absent;
    fs::remove(file, absent);
    auto fd = tryLock(file);
    if (!fd) throw Error("merge lease " + name_ + ": " + file.string() + " is locked by another");
    renameTo(file, hold_);
    return std::move(*fd);
}

void DiskLeaseFiles::place(const Lease& lease) {
    const auto file = newName(lease_);
    createFile(file, writeLease(lease));
    requireGuard();
    if (link(file.c_str(), lease_.c_str()) != 0) fail("cannot make the merge lease", lease_);
    settle(file);
}

/// Ends place(): a lease that nobody is told of must not stay.
void DiskLeaseFiles::settle(const fs::path& file) const {
    try {
        if (unlink(file.c_str()) != 0) fail("cannot delete", file);
        syncFolder(lease_.parent_path());
    } catch (const Error&) {
        unlink(lease_.c_str());
        throw;
    }
}

void DiskLeaseFiles::replace(const Lease& lease) {
    const auto file = newName(lease_);
    createFile(file, writeLease(lease));
    requireGuard();
    renameTo(file, lease_);
}

fs::path DiskLeaseFiles::newName(const fs::path& file) const {
    auto name = file;
    name += ".new";
    return name;
}

}  // namespace orch
