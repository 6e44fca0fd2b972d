#include "base/tree.hpp"

#include <dirent.h>
#include <fcntl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>
#include <memory>
#include <optional>
#include <set>
#include <system_error>
#include <vector>

#include "base/error.hpp"
#include "base/files.hpp"
#include "base/text.hpp"

namespace orch {

namespace fs = std::filesystem;

namespace {

using Clock = std::chrono::steady_clock;
using Stream = std::unique_ptr<DIR, int (*)(DIR*)>;

std::string words(int error) {
    return std::generic_category().message(error);
}

UniqueFd hold(int folder, const char* name, int more = 0) {
    return UniqueFd{openat(folder, name, O_PATH | O_NOFOLLOW | O_CLOEXEC | more)};
}

/// Nothing, with errno, when the folder cannot be listed.
Stream list(const UniqueFd& folder) {
    UniqueFd readable{openat(folder.get(), ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC)};
    Stream stream{readable ? fdopendir(readable.get()) : nullptr, &closedir};
    if (stream) (void)readable.release();  // the stream's now
    return stream;
}

bool isDots(std::string_view name) {
    return name == "." || name == "..";
}

/// The way from a root down to the folder we are in. Only that one is held open; the way up is ".."
/// and counts as such only while it leads to the folder that we came from.
class Way {
public:
    struct Level {
        std::string name;
        dev_t device{};
        ino_t inode{};
        std::vector<std::string> waiting;  ///< folders to enter yet
        std::set<std::string> stay;        ///< names that could not be removed
    };

    [[nodiscard]] bool empty() const { return levels_.empty(); }
    [[nodiscard]] std::size_t depth() const { return levels_.size(); }
    [[nodiscard]] Level& level() { return levels_.back(); }
    [[nodiscard]] const UniqueFd& here() const { return here_; }

    /// False, with errno, when `folder` cannot be entered, or not be left again.
    bool down(UniqueFd folder, std::string name) {
        struct stat info {};
        if (!folder || fstat(folder.get(), &info) != 0) return false;
        if (!levels_.empty() && !leadsBack(folder)) return false;
        levels_.push_back({std::move(name), info.st_dev, info.st_ino, {}, {}});
        here_ = std::move(folder);
        return true;
    }

    /// Leaves the folder and answers its level. False: somebody moved it meanwhile.
    bool up(Level& left) {
        left = std::move(levels_.back());
        levels_.pop_back();
        if (levels_.empty()) return here_.reset(), true;
        auto above = hold(here_.get(), "..");
        if (!above || !isTop(above)) return false;
        here_ = std::move(above);
        return true;
    }

    /// For people: the beginning and the end of a way that may be very long.
    [[nodiscard]] std::string path(const std::string& name) const {
        constexpr std::size_t kShown = 6;
        std::string path;
        for (std::size_t i = 1; i < levels_.size(); ++i) {
            if (i == kShown && levels_.size() > 2 * kShown) {
                path += "…/";
                i = levels_.size() - kShown;
            }
            path += levels_[i].name + "/";
        }
        return shorten(cleanUtf8(path + name), 600);
    }

private:
    [[nodiscard]] bool isTop(const UniqueFd& folder) const {
        struct stat info {};
        return fstat(folder.get(), &info) == 0 && info.st_dev == levels_.back().device &&
               info.st_ino == levels_.back().inode;
    }
    [[nodiscard]] bool leadsBack(const UniqueFd& folder) const {
        const auto above = hold(folder.get(), "..");
        return above && isTop(above);
    }

    std::vector<Level> levels_;
    UniqueFd here_;
};

class Walk {
public:
    Walk(const std::function<void(const TreeEntry&)>& visit, const TreeLimits& limits)
        : visit_(visit), limits_(limits), until_(Clock::now() + limits.time) {}

    TreeSeen run(const fs::path& root) {
        enter(AT_FDCWD, root.string());
        while (!way_.empty() && !over_) {
            auto& waiting = way_.level().waiting;
            if (waiting.empty()) {
                leave();
            } else {
                const auto name = std::move(waiting.back());
                waiting.pop_back();
                --waiting_;
                descend(hold(way_.here().get(), name.c_str(), O_DIRECTORY), name);
            }
        }
        return std::move(seen_);
    }

private:
    void enter(int folder, const std::string& name) {
        auto entry = hold(folder, name.c_str());
        if (visit(entry, name)) descend(std::move(entry), name);
    }

    /// True when it is a folder.
    bool visit(const UniqueFd& entry, const std::string& name) {
        struct stat info {};
        if (!entry && errno == ENOENT) return false;
        if (!entry || fstat(entry.get(), &info) != 0) {
            note(cleanUtf8(shorten(name, 100)) + " cannot be looked at: " + words(errno));
            return false;
        }
        if (++seen_.entries > limits_.entries) stop("too many entries");
        if (Clock::now() > until_) stop("it takes too long");
        if (!over_) visit_({entry.get(), info, name});
        return S_ISDIR(info.st_mode);
    }

    void descend(UniqueFd folder, const std::string& name) {
        if (!folder && (errno == ENOENT || errno == ENOTDIR || errno == ELOOP)) return;
        if (way_.depth() == limits_.depth) return stop("it is nested too deeply");
        if (!way_.down(std::move(folder), name)) return note("a folder cannot be entered");
        listHere();
    }

    void listHere() {
        const auto stream = list(way_.here());
        if (!stream) return note(way_.path("") + " cannot be listed: " + words(errno));
        while (const auto* entry = over_ ? nullptr : readdir(stream.get())) {
            const std::string name = entry->d_name;
            if (isDots(name)) continue;
            if (!visit(hold(way_.here().get(), name.c_str()), name)) continue;
            if (++waiting_ > limits_.waiting) return stop("too many folders");
            way_.level().waiting.push_back(name);
        }
    }

    void leave() {
        Way::Level left;
        if (!way_.up(left)) stop("a folder was moved meanwhile");
    }

    void note(const std::string& why) {
        if (seen_.incomplete.empty()) seen_.incomplete = why;
    }
    void stop(const char* why) {
        note(why);
        over_ = true;
    }

    const std::function<void(const TreeEntry&)>& visit_;
    TreeLimits limits_;
    Clock::time_point until_;
    Way way_;
    std::size_t waiting_ = 0;
    TreeSeen seen_;
    bool over_ = false;
};

/// fchmod(2) refuses a descriptor that opens nothing, and /proc/self/fd is closed to a process that
/// may not be dumped, as orchd may not.
bool makeWritable(const UniqueFd& folder) {
    return fchmodat(folder.get(), ".", 0700, 0) == 0;
}

/// The same for one that may not be passed through, by its name; not of what a link leads to.
bool openUp(const UniqueFd& parent, const std::string& name) {
    constexpr long kFchmodat2 = 452;  // Linux 6.6; the C library has no name for it
    if (syscall(kFchmodat2, parent.get(), name.c_str(), 0700, AT_SYMLINK_NOFOLLOW) == 0)
        return true;
    if (errno != ENOSYS) return false;
    const UniqueFd readable{
        openat(parent.get(), name.c_str(), O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)};
    if (readable) return fchmod(readable.get(), 0700) == 0;
    struct stat info {};
    return fstatat(parent.get(), name.c_str(), &info, AT_SYMLINK_NOFOLLOW) == 0 &&
           S_ISDIR(info.st_mode) && fchmodat(parent.get(), name.c_str(), 0700, 0) == 0;
}

/// Why root is not permitted to remove something.
std::string reasonOf(int error, int folder, const char* name) {
    struct statx info {};
    const int flags = AT_SYMLINK_NOFOLLOW | (*name == '\0' ? AT_EMPTY_PATH : 0);
    if (error == EPERM && statx(folder, name, flags, STATX_BASIC_STATS, &info) == 0 &&
        (info.stx_attributes & (STATX_ATTR_IMMUTABLE | STATX_ATTR_APPEND)) != 0) {
        return "it is immutable (chattr -i -a makes it removable)";
    }
    return words(error);
}

class Removal {
public:
    Removal(const fs::path& root, std::chrono::milliseconds time)
        : root_(root), until_(Clock::now() + time) {}

    void run() {
        auto plain = root_.lexically_normal();
        if (!plain.has_filename()) plain = plain.parent_path();
        const auto parent = plain.has_parent_path() ? plain.parent_path() : fs::path{"."};
        UniqueFd above{open(parent.c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC)};
        if (!above && (errno == ENOENT || errno == ENOTDIR)) return;
        if (!above || !way_.down(std::move(above), "")) fail(words(errno));
        const auto name = plain.filename().string();
        removeOrWait(name);
        while (way_.depth() > 1 || !way_.level().waiting.empty()) next();
        if (stay_ > 0) {
            fail(std::to_string(stay_) + (stay_ == 1 ? " entry stays, " : " entries stay, first ") +
                 first_);
        }
    }

private:
    [[noreturn]] void fail(const std::string& why) const {
        throw Error("cannot remove " + root_.string() + ": " + why);
    }

    void next() {
        if (Clock::now() > until_) fail("it takes too long; what is left goes the next time");
        auto& waiting = way_.level().waiting;
        if (!waiting.empty()) {
            const auto name = std::move(waiting.back());
            waiting.pop_back();
            --waiting_;
            return enter(name);
        }
        if (!scan()) leave();
    }

    /// True when something was removed, or is to be entered.
    bool scan() {
        auto stream = list(way_.here());
        if (!stream && errno == EACCES && makeWritable(way_.here())) stream = list(way_.here());
        if (!stream) return false;  // that it is not empty is said when it is to be removed
        bool moved = false;
        while (const auto* entry = readdir(stream.get())) {
            const std::string name = entry->d_name;
            if (isDots(name) || way_.level().stay.contains(name)) continue;
            moved = true;
            removeOrWait(name);
            if (!way_.level().waiting.empty() && waiting_ >= kMostWaiting) break;
            if (Clock::now() > until_) break;
        }
        return moved;
    }

    /// Links, pipes and files at once, a folder when it is empty; others wait to be entered.
    void removeOrWait(const std::string& name) {
        const int error = remove(name);
        if (error == ENOTEMPTY || error == EEXIST) {
            way_.level().waiting.push_back(name);
            ++waiting_;
        } else if (error != 0) {
            stays(name, error);
        }
    }

    /// 0 when it is gone.
    int remove(const std::string& name) {
        int error = removeOnce(name);
        if ((error == EACCES || error == EPERM) && way_.depth() > 1 && makeWritable(way_.here())) {
            error = removeOnce(name);
        }
        return error;
    }

    [[nodiscard]] int removeOnce(const std::string& name) const {
        const int folder = way_.here().get();
        if (unlinkat(folder, name.c_str(), 0) == 0 || errno == ENOENT) return 0;
        if (errno != EISDIR) return errno;
        if (unlinkat(folder, name.c_str(), AT_REMOVEDIR) == 0 || errno == ENOENT) return 0;
        return errno;
    }

    void enter(const std::string& name) {
        const auto folder = [&] { return hold(way_.here().get(), name.c_str(), O_DIRECTORY); };
        if (way_.down(folder(), name)) return;
        // Without the right to pass through it nothing leads back.
        (void)openUp(way_.here(), name);
        if (way_.down(folder(), name)) return;
        if (errno != ENOENT) stays(name, errno == 0 ? EACCES : errno);
    }

    void leave() {
        Way::Level left;
        if (!way_.up(left)) fail("a folder was moved meanwhile; what is left goes the next time");
        const int error = remove(left.name);
        if (error == 0) return;
        if (left.stay.empty()) return stays(left.name, error);
        way_.level().stay.insert(left.name);  // for what stays in it, which was counted
    }

    void stays(const std::string& name, int error) {
        constexpr std::uint64_t kEnough = 10'000;
        if (stay_++ == 0) {
            first_ = way_.path(name) + ": " + reasonOf(error, way_.here().get(), name.c_str());
            if (error == EPERM && reasonOf(error, way_.here().get(), "") != words(error)) {
                first_ = way_.path(".") + ": " + reasonOf(error, way_.here().get(), "");
            }
        }
        if (stay_ > kEnough) fail("more than 10000 entries stay, first " + first_);
        way_.level().stay.insert(name);
    }

    static constexpr std::size_t kMostWaiting = 10'000;

    fs::path root_;
    Clock::time_point until_;
    Way way_;
    std::size_t waiting_ = 0;
    std::uint64_t stay_ = 0;
    std::string first_;
};

}  // namespace

TreeSeen walkTree(const fs::path& root,
                  const std::function<void(const TreeEntry&)>& visit,
                  const TreeLimits& limits) {
    return Walk(visit, limits).run(root);
}

void deleteTree(const fs::path& root, std::chrono::milliseconds time) {
    Removal(root, time).run();
}

}  // namespace orch
