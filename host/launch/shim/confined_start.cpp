#include "launch/shim/confined_start.hpp"

#include <dirent.h>
#include <fcntl.h>
#include <grp.h>
#include <linux/capability.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <memory>
#include <system_error>

#include "base/confinement.hpp"
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

/// What cannot be listed has no entries: then nothing of it is allowed.
std::vector<std::string> entriesOf(const fs::path& folder) {
    // A link in its place leads elsewhere, where other rules may hold.
    UniqueFd fd{open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)};
    if (!fd) return {};
    const std::unique_ptr<DIR, int (*)(DIR*)> stream{fdopendir(fd.get()), &closedir};
    if (!stream) return {};
    (void)fd.release();  // the stream's now
    std::vector<std::string> names;
    while (const auto* entry = readdir(stream.get())) {
        const std::string name = entry->d_name;
        if (name != "." && name != "..") names.push_back(name);
    }
    return names;
}

std::uint64_t handled(const ConfinementSupport& support) {
    return landlock::kFirstVersion | landlock::kRefer |
           (support.truncation() ? landlock::kTruncate : 0);
}

std::uint64_t rightsOf(PathAccess access, bool is_folder, const ConfinementSupport& support) {
    constexpr auto kRead = landlock::kExecute | landlock::kReadFile | landlock::kReadDir;
    constexpr auto kPlain = ~landlock::kMakeOthers;
    constexpr auto kOfFiles =
        landlock::kExecute | landlock::kReadFile | landlock::kWriteFile | landlock::kTruncate;
    auto rights = handled(support);
    if (access == PathAccess::kRead) rights &= kRead;
    if (access == PathAccess::kPlain) rights &= kPlain;
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

void allow(const UniqueFd& ruleset, const PathRule& rule, const ConfinementSupport& support) {
    const UniqueFd path{open(rule.path.c_str(), O_PATH | O_NOFOLLOW | O_CLOEXEC)};
    if (!path) return;  // gone since it was listed, or never there: nothing to allow
    struct stat info {};
    if (fstat(path.get(), &info) != 0) fail("looking at " + rule.path.string());
    if (S_ISLNK(info.st_mode)) return;
    const LandlockPathBeneath beneath{rightsOf(rule.access, S_ISDIR(info.st_mode), support),
                                      path.get()};
    if (landlock::allowBeneath(ruleset.get(), beneath) == 0) return;
    // Files of the kernel's own (a pipe, a socket's namespace) have no place to be beneath of.
    if (errno == EBADFD) return;
    fail("allowing " + rule.path.string());
}

/// On a disk, read past its file system, files have no paths.
void keepFromDisks(std::vector<PathRule>& paths) {
    std::error_code error;
    for (const auto& entry : fs::recursive_directory_iterator("/dev", error)) {
        if (entry.symlink_status(error).type() != fs::file_type::block) continue;
        paths.push_back({entry.path(), PathAccess::kNone});
    }
}

UniqueFd rulesetFor(std::vector<PathRule> paths, const ConfinementSupport& support) {
    auto ruleset = newRuleset(support);
    if (geteuid() == 0) keepFromDisks(paths);
    for (const auto& rule : PathTree(paths).allowed(entriesOf)) allow(ruleset, rule, support);
    return ruleset;
}

/// Those that root in a container has (moby's defaults), but for making devices. The others lead
/// past Landlock: into other processes' memory, onto disks, into the kernel.
constexpr std::array kKeptCapabilities{CAP_CHOWN,
                                       CAP_DAC_OVERRIDE,
                                       CAP_FOWNER,
                                       CAP_FSETID,
                                       CAP_KILL,
                                       CAP_SETGID,
                                       CAP_SETUID,
                                       CAP_SETPCAP,
                                       CAP_NET_BIND_SERVICE,
                                       CAP_NET_RAW,
                                       CAP_SYS_CHROOT,
                                       CAP_AUDIT_WRITE,
                                       CAP_SETFCAP};

/// From what an exec of root's gives; a user who is not root has none.
bool dropCapabilities() {
    if (geteuid() != 0) return true;
    for (int capability = 0; prctl(PR_CAPBSET_READ, capability, 0, 0, 0) >= 0; ++capability) {
        const bool kept =
            std::find(kKeptCapabilities.begin(), kKeptCapabilities.end(), capability) !=
            kKeptCapabilities.end();
        if (!kept && prctl(PR_CAPBSET_DROP, capability, 0, 0, 0) != 0) return false;
    }
    return true;
}

}  // namespace

ConfinedStart::ConfinedStart(const Confinement& wanted) : user_(wanted.user), wanted_(true) {
    const auto support = confinementSupport();
    if (wanted.required && !support.files()) {
        throw LaunchError("cannot confine the agent, which its confine: required demands: " +
                          support.why_not);
    }
    if (support.files() && !wanted.paths.empty()) ruleset_ = rulesetFor(wanted.paths, support);
    in_force_ = wanted.paths.empty() ? "" : describe(support);
    if (user_) in_force_ = "user " + user_->name + (in_force_.empty() ? "" : "; " + in_force_);
}

bool ConfinedStart::becomeUser() const {
    return setgroups(user_->groups.size(), user_->groups.data()) == 0 &&
           setresgid(user_->group, user_->group, user_->group) == 0 &&
           setresuid(user_->user, user_->user, user_->user) == 0;
}

bool ConfinedStart::enter() const {
    if (!wanted_) return true;
    if (ruleset_ && !dropCapabilities()) return false;
    if (user_ && !becomeUser()) return false;
    if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0) return false;
    return !ruleset_ || landlock::restrictSelf(ruleset_.get()) == 0;
}

}  // namespace orch
