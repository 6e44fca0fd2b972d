#include "launch/shim/confined_start.hpp"

#include <fcntl.h>
#include <grp.h>
#include <linux/capability.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <system_error>

#include "base/error.hpp"
#include "base/landlock.hpp"
#include "launch/shim/device_rules.hpp"
#include "launch/shim/folder_entries.hpp"
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

std::uint64_t handled(const ConfinementSupport& support) {
    return landlock::kFirstVersion | landlock::kRefer |
           (support.truncation() ? landlock::kTruncate : 0);
}

std::uint64_t rightsOf(PathAccess access, bool is_folder, const ConfinementSupport& support) {
    constexpr auto kRead = landlock::kExecute | landlock::kReadFile | landlock::kReadDir;
    constexpr auto kUse = kRead | landlock::kWriteFile | landlock::kTruncate;
    constexpr auto kOfFiles = kUse & ~landlock::kReadDir;
    auto rights = handled(support);
    if (access == PathAccess::kRead) rights &= kRead;
    if (access == PathAccess::kUse) rights &= kUse;
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
    const auto type = typeOf(path.get(), "");
    if (type == 0 || type == S_IFLNK) return 0;  // nothing of ours to allow
    return allowAs(ruleset, rightsOf(allowed.access, type == S_IFDIR, support), path);
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

/// What root writes there changes the kernel, whatever capabilities it lacks: how it dumps core,
/// which program it starts for a device. Others are kept from it by the files' modes.
void keepFromKernelSettings(std::vector<PathRule>& paths) {
    for (const auto* folder : {"/proc", "/sys"}) paths.push_back({folder, PathAccess::kRead});
}

/// What holds of the operator's rules, root's own ones beside them.
std::vector<PathRule> allRules(const Confinement& wanted, std::vector<std::string>& left_out) {
    if (geteuid() != 0) return wanted.paths;
    std::vector<PathRule> rules;
    auto devices = deviceRules("/dev");
    // Before the operator's, which may be about a folder in there.
    if (staysRoot(wanted)) rules = std::move(devices.folders);
    rules.insert(rules.end(), wanted.paths.begin(), wanted.paths.end());
    rules.insert(rules.end(), devices.disks.begin(), devices.disks.end());
    left_out = std::move(devices.left_out);
    if (staysRoot(wanted)) keepFromKernelSettings(rules);
    return rules;
}

/// A link is nothing to allow, and not to be followed.
std::vector<PathTree::Entry> allowable(const std::vector<FolderEntry>& listed) {
    std::vector<PathTree::Entry> entries;
    entries.reserve(listed.size());
    for (const auto& entry : listed) {
        const bool known = entry.type != 0, is_folder = entry.type == S_IFDIR;
        const auto sure = is_folder ? PathTree::Kind::kFolder : PathTree::Kind::kFile;
        if (entry.type == S_IFLNK) continue;
        entries.push_back({entry.name, known ? sure : PathTree::Kind::kUnknown});
    }
    return entries;
}

/// Of one folder, where others may make as many as they like: each costs some microseconds, and
/// memory of the kernel's as long as the agent lives.
std::vector<PathTree::Entry> entriesIn(const fs::path& folder, std::vector<std::string>& left_out) {
    constexpr std::size_t kMost = 10'000;
    if (const auto entries = entriesOf(folder, kMost)) return allowable(*entries);
    left_out.push_back(folder.string() + " has more than " + std::to_string(kMost) +
                       " entries beside what is guarded in there: the others are out of reach." +
                       " Remove some, or give what is guarded a folder of its own");
    return {};
}

UniqueFd rulesetFor(const Confinement& wanted,
                    const ConfinementSupport& support,
                    std::vector<std::string>& left_out) {
    auto ruleset = newRuleset(support);
    const PathTree tree(allRules(wanted, left_out));
    const auto list = [&](const fs::path& folder) { return entriesIn(folder, left_out); };
    for (const auto& allowed : tree.allowed(list)) allow(ruleset, allowed, support);
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
    if (support_.files()) ruleset_ = rulesetFor(wanted, support_, left_out_);
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
