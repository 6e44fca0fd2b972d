#include "launch/shim/confined_start.hpp"

#include <dirent.h>
#include <fcntl.h>
#include <grp.h>
#include <linux/capability.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <memory>
#include <string_view>
#include <system_error>

#include "base/error.hpp"
#include "base/landlock.hpp"
#include "launch/shim/path_tree.hpp"

namespace orch {

namespace {

namespace fs = std::filesystem;

[[noreturn]] void fail(const std::string& tried) {
    throw LaunchError("cannot confine the agent: " + tried + ": " +
                      std::generic_category().message(errno));
}

bool staysRoot(const Confinement& wanted) {
    return geteuid() == 0 && !wanted.user;
}

/// A link is nothing to allow, and not to be followed.
std::optional<PathTree::Entry> entryOf(const dirent& entry) {
    const std::string name = entry.d_name;
    if (name == "." || name == ".." || entry.d_type == DT_LNK) return {};
    if (entry.d_type == DT_UNKNOWN) return PathTree::Entry{name};
    const bool is_folder = entry.d_type == DT_DIR;
    return PathTree::Entry{name, is_folder ? PathTree::Kind::kFolder : PathTree::Kind::kFile};
}

/// What cannot be listed has no entries: then nothing of it is allowed.
std::vector<PathTree::Entry> entriesOf(const fs::path& folder) {
    // A link in its place leads elsewhere, where other rules may hold.
    UniqueFd fd{open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)};
    if (!fd) return {};
    const std::unique_ptr<DIR, int (*)(DIR*)> stream{fdopendir(fd.get()), &closedir};
    if (!stream) return {};
    (void)fd.release();  // the stream's now
    std::vector<PathTree::Entry> entries;
    while (const auto* seen = readdir(stream.get())) {
        if (auto entry = entryOf(*seen)) entries.push_back(*std::move(entry));
    }
    return entries;
}

std::uint64_t handled(const ConfinementSupport& support) {
    return landlock::kFirstVersion | landlock::kRefer |
           (support.truncation() ? landlock::kTruncate : 0);
}

std::uint64_t rightsOf(PathAccess access, bool is_folder, const ConfinementSupport& support) {
    constexpr auto kRead = landlock::kExecute | landlock::kReadFile | landlock::kReadDir;
    constexpr auto kOfFiles =
        landlock::kExecute | landlock::kReadFile | landlock::kWriteFile | landlock::kTruncate;
    auto rights = handled(support);
    if (access == PathAccess::kRead) rights &= kRead;
    return is_folder ? rights : rights & kOfFiles;
}

UniqueFd newRuleset(const ConfinementSupport& support) {
    const LandlockRuleset wanted{
        .handled_access_fs = handled(support),
        .scoped = support.signals() ? landlock::kScopeSignal | landlock::kScopeAbstractSocket : 0};
    UniqueFd made{landlock::createRuleset(wanted, support.landlock_abi)};
    if (!made) fail("making a Landlock ruleset");
    return made;
}

/// 0, or the reason.
int allowAs(const UniqueFd& ruleset, std::uint64_t rights, const UniqueFd& path) {
    return landlock::allowBeneath(ruleset.get(), {rights, path.get()}) == 0 ? 0 : errno;
}

int allowAsItIs(const UniqueFd& ruleset,
                const PathTree::Allowed& allowed,
                const UniqueFd& path,
                const ConfinementSupport& support) {
    struct stat info {};
    if (fstat(path.get(), &info) != 0) fail("looking at " + allowed.path);
    if (S_ISLNK(info.st_mode)) return 0;
    return allowAs(ruleset, rightsOf(allowed.access, S_ISDIR(info.st_mode), support), path);
}

/// There may be thousands of them, and a start waits: no system call more than needed.
void allow(const UniqueFd& ruleset,
           const PathTree::Allowed& allowed,
           const ConfinementSupport& support) {
    const UniqueFd path{open(allowed.path.c_str(), O_PATH | O_NOFOLLOW | O_CLOEXEC)};
    if (!path) return;  // gone since it was listed, or never there: nothing to allow
    int failure = EINVAL;
    if (allowed.kind != PathTree::Kind::kUnknown) {
        const bool is_folder = allowed.kind == PathTree::Kind::kFolder;
        failure = allowAs(ruleset, rightsOf(allowed.access, is_folder, support), path);
    }
    // Also for a folder's rights on what has taken the folder's place.
    if (failure == EINVAL) failure = allowAsItIs(ruleset, allowed, path, support);
    // Files of the kernel's own (a pipe, a socket's namespace) have no place to be beneath of.
    if (failure == 0 || failure == EBADFD) return;
    errno = failure;
    fail("allowing " + allowed.path);
}

/// Finds the disks in /dev. Agents of root's may fill its folders, so the search is bounded: what
/// is deeper or fuller than devices ever are is out of reach, and a start is not delayed by it.
class DiskSearch {
public:
    explicit DiskSearch(std::vector<PathRule>& paths) : paths_(paths) {}

    void run() {
        const auto dev = folderIn(AT_FDCWD, "/dev");
        struct stat info {};
        if (!dev && errno == ENOENT) return;
        if (!dev || fstat(dev.get(), &info) != 0) fail("looking for disks in /dev");
        device_ = info.st_dev;
        // Entries are allowed one by one where one is not: nothing new is made in /dev itself.
        keepFrom("/dev/.orchd");
        each(dev, [&](const dirent& entry) {
            left_ = kMostEntries;
            const auto path = std::string{"/dev/"} + entry.d_name;
            if (!look(dev, entry, path, 1)) keepFrom(path);
            return true;
        });
    }

private:
    static constexpr int kDeepest = 6;
    static constexpr int kMostEntries = 20'000;

    static UniqueFd folderIn(int parent, const char* name) {
        return UniqueFd{openat(parent, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)};
    }
    void keepFrom(const std::string& path) { paths_.push_back({path, PathAccess::kNone}); }

    /// False once `take` says so.
    template <class Take>
    static bool each(const UniqueFd& folder, const Take& take) {
        UniqueFd listed{fcntl(folder.get(), F_DUPFD_CLOEXEC, 0)};
        const std::unique_ptr<DIR, int (*)(DIR*)> stream{fdopendir(listed.get()), &closedir};
        if (!stream) return false;
        (void)listed.release();  // the stream's now
        while (const auto* entry = readdir(stream.get())) {
            const std::string_view name{entry->d_name};
            if (name != "." && name != ".." && !take(*entry)) return false;
        }
        return true;
    }

    /// False when it is more than can be looked through.
    bool look(const UniqueFd& parent, const dirent& entry, const std::string& path, int depth) {
        if (--left_ < 0 || depth > kDeepest) return false;
        const auto type = typeOf(parent, entry);
        if (type == DT_BLK) keepFrom(path);
        if (type != DT_DIR) return true;
        const auto folder = folderIn(parent.get(), entry.d_name);
        if (!folder) return errno == ENOENT || errno == ENOTDIR || errno == ELOOP;  // gone
        if (holdsNone(folder, path)) return true;
        return each(folder, [&](const dirent& inner) {
            return look(folder, inner, path + "/" + inner.d_name, depth + 1);
        });
    }

    /// Shared memory, which any agent fills; and where the kernel opens no device. No agent can
    /// mount.
    [[nodiscard]] bool holdsNone(const UniqueFd& folder, const std::string& path) const {
        struct statvfs mounted {};
        if (fstatvfs(folder.get(), &mounted) == 0 && (mounted.f_flag & ST_NODEV) != 0) return true;
        struct stat info {};
        return (path == "/dev/shm" || path == "/dev/mqueue") && fstat(folder.get(), &info) == 0 &&
               info.st_dev != device_;
    }

    /// A container's disk may be mounted over a file, and is listed as that.
    static unsigned char typeOf(const UniqueFd& parent, const dirent& entry) {
        const auto listed = entry.d_type;
        if (listed == DT_DIR || listed == DT_LNK || listed == DT_CHR) return listed;
        struct stat info {};
        const bool seen = fstatat(parent.get(), entry.d_name, &info, AT_SYMLINK_NOFOLLOW) == 0;
        return static_cast<unsigned char>(seen ? IFTODT(info.st_mode) : unsigned{DT_UNKNOWN});
    }

    std::vector<PathRule>& paths_;
    dev_t device_{};
    int left_ = kMostEntries;
};

/// What root writes there changes the kernel, whatever capabilities it lacks: how it dumps core,
/// which program it starts for a device. Others are kept from it by the files' modes.
void keepFromKernelSettings(std::vector<PathRule>& paths) {
    for (const auto* folder : {"/proc", "/sys"}) paths.push_back({folder, PathAccess::kRead});
}

UniqueFd rulesetFor(const Confinement& wanted, const ConfinementSupport& support) {
    auto ruleset = newRuleset(support);
    auto paths = wanted.paths;
    // On a disk, read past its file system, files have no paths.
    if (geteuid() == 0) DiskSearch(paths).run();
    if (staysRoot(wanted)) keepFromKernelSettings(paths);
    for (const auto& allowed : PathTree(paths).allowed(entriesOf)) {
        allow(ruleset, allowed, support);
    }
    return ruleset;
}

/// What root needs for files: packages are installed and built with these. Every other one leads
/// past Landlock or into what is not the agent's: other processes, the network's raw packets,
/// disks, the kernel; and a file that gives its capabilities to whoever starts it.
constexpr std::array kKeptCapabilities{CAP_CHOWN,
                                       CAP_DAC_OVERRIDE,
                                       CAP_FOWNER,
                                       CAP_FSETID,
                                       CAP_SETGID,
                                       CAP_SETUID,
                                       CAP_NET_BIND_SERVICE};

/// An exec of root's gives what is in the bounding set; of anybody's, what is inherited.
bool forgetInheritedCapabilities() {
    __user_cap_header_struct header{_LINUX_CAPABILITY_VERSION_3, 0};
    std::array<__user_cap_data_struct, _LINUX_CAPABILITY_U32S_3> sets{};
    if (syscall(SYS_capget, &header, sets.data()) != 0) return false;
    for (auto& set : sets) set.inheritable = 0;
    return syscall(SYS_capset, &header, sets.data()) == 0 &&
           prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL, 0, 0, 0) == 0;
}

bool knowsFilters() {
    return prctl(PR_GET_SECCOMP, 0, 0, 0, 0) >= 0;
}

}  // namespace

ConfinedStart::ConfinedStart(const Confinement& wanted)
    : user_(wanted.user), support_(landlockSupport()), wanted_(true) {
    if (wanted.required && !support_.files()) {
        throw LaunchError("cannot confine the agent, which its confine: required demands: " +
                          support_.why_not);
    }
    if (!wanted.isolated()) return;
    if (support_.files()) ruleset_ = rulesetFor(wanted, support_);
    proc_rights_ =
        rightsOf(staysRoot(wanted) ? PathAccess::kRead : PathAccess::kWrite, true, support_);
    isolated_ = true;
}

void ConfinedStart::isolate(const ProcessNamespace* table) {
    table_ = table;
    support_.own_processes = table != nullptr;
    support_.own_proc = table != nullptr && table->ownProc();
    support_.filter = knowsFilters();
    if (support_.filter) filter_ = SyscallFilter({support_.own_processes, support_.files()});
}

std::string ConfinedStart::inForce() const {
    const auto rest = isolated_ ? describe(support_) : "";
    if (!user_) return rest;
    return "user " + user_->name + (rest.empty() ? "" : "; " + rest);
}

/// The mounts first: the folder of processes is another one then, and has to be allowed.
bool ConfinedStart::enterTable() const {
    if (table_ == nullptr || !table_->ownProc()) return true;
    if (!table_->enterMounts()) return false;
    if (!ruleset_) return true;
    const int proc = open("/proc", O_PATH | O_DIRECTORY | O_CLOEXEC);
    if (proc < 0) return false;
    const bool allowed = landlock::allowBeneath(ruleset_.get(), {proc_rights_, proc}) == 0;
    close(proc);
    return allowed;
}

/// CAP_KILL reaches nobody outside of a table of their own, and there are servers to be ended that
/// run as other users.
bool ConfinedStart::dropCapabilities() const {
    if (!forgetInheritedCapabilities()) return false;
    if (geteuid() != 0) return true;
    for (int capability = 0;; ++capability) {
        const bool kept =
            std::find(kKeptCapabilities.begin(), kKeptCapabilities.end(), capability) !=
                kKeptCapabilities.end() ||
            (capability == CAP_KILL && table_ != nullptr);
        if (kept || prctl(PR_CAPBSET_DROP, capability, 0, 0, 0) == 0) continue;
        return errno == EINVAL && capability > CAP_AUDIT_READ;  // the kernel has no more
    }
}

bool ConfinedStart::becomeUser() const {
    return setgroups(user_->groups.size(), user_->groups.data()) == 0 &&
           setresgid(user_->group, user_->group, user_->group) == 0 &&
           setresuid(user_->user, user_->user, user_->user) == 0;
}

bool ConfinedStart::enter() const {
    if (!wanted_) return true;
    if (isolated_ && (!enterTable() || !dropCapabilities())) return false;
    if (user_ && !becomeUser()) return false;
    if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0) return false;
    // Without a table the agent alone ends with us; the change of user above would undo it.
    if (isolated_ && table_ == nullptr && prctl(PR_SET_PDEATHSIG, SIGKILL) != 0) return false;
    if (ruleset_ && landlock::restrictSelf(ruleset_.get()) != 0) return false;
    return filter_.enter();
}

}  // namespace orch
