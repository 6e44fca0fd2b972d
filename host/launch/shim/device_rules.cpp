#include "launch/shim/device_rules.hpp"

#include <fcntl.h>
#include <sys/stat.h>

#include <algorithm>
#include <array>
#include <string_view>

#include "launch/shim/folder_entries.hpp"

namespace orch {

namespace {

namespace fs = std::filesystem;

/// Everybody's by their purpose, whether they are file systems of their own or not.
constexpr std::array<std::string_view, 2> kShared{"shm", "mqueue"};

/// In one folder that others can write: what they make there is no reason to leave another out.
constexpr std::size_t kMostOfOthers = 1000;

constexpr int kDeepest = 6;  // a folder of USB devices is at 3

struct Folder {
    fs::path path;
    int depth = 0;
    bool closed = false;  ///< nobody but its owner, who owns `dev`, can change it
};

class DeviceWalk {
public:
    DeviceWalk(const fs::path& dev, std::size_t most) : dev_(dev), left_(most) {}

    DeviceRules run() {
        found_.folders.push_back({dev_, PathAccess::kUse});
        if (!look(dev_, top_)) return std::move(found_);
        waiting_.push_back({dev_, 0, isClosed(top_)});
        while (!waiting_.empty()) {
            const auto folder = std::move(waiting_.back());
            waiting_.pop_back();
            visit(folder);
        }
        return std::move(found_);
    }

private:
    static bool look(const fs::path& path, struct statx& info) {
        constexpr int kFlags = AT_SYMLINK_NOFOLLOW | AT_STATX_DONT_SYNC;
        constexpr unsigned kWanted = STATX_TYPE | STATX_MODE | STATX_UID;
        return statx(AT_FDCWD, path.c_str(), kFlags, kWanted, &info) == 0;
    }

    [[nodiscard]] bool isClosed(const struct statx& info) const {
        return info.stx_uid == top_.stx_uid && (info.stx_mode & (S_IWGRP | S_IWOTH)) == 0;
    }

    [[nodiscard]] bool isShared(const fs::path& folder, const struct statx& info) const {
        const bool by_name =
            folder.parent_path() == dev_ &&
            std::find(kShared.begin(), kShared.end(), folder.filename().string()) != kShared.end();
        return by_name || info.stx_dev_major != top_.stx_dev_major ||
               info.stx_dev_minor != top_.stx_dev_minor;
    }

    void visit(const Folder& folder) {
        const auto entries = entriesOf(folder.path, folder.closed ? left_ : kMostOfOthers);
        if (!entries) return leaveOut(folder.path, "has too many entries");
        if (folder.closed) left_ -= entries->size();
        for (const auto& entry : *entries) {
            const auto path = folder.path / entry.name;
            const auto type = typeIn(path, entry.type);
            if (type == S_IFBLK) found_.disks.push_back({path, PathAccess::kNone});
            if (type == S_IFDIR) take(path, folder);
        }
    }

    /// A container's disk may be mounted over a file, and is listed as that.
    static mode_t typeIn(const fs::path& path, mode_t listed) {
        return listed == 0 || listed == S_IFREG ? typeOf(AT_FDCWD, path.c_str()) : listed;
    }

    void take(const fs::path& path, const Folder& parent) {
        struct statx info {};
        if (!look(path, info)) return;
        if (isShared(path, info)) {
            found_.folders.push_back({path, PathAccess::kWrite});
        } else if (!parent.closed) {
            return;
        } else if (parent.depth == kDeepest) {
            leaveOut(path, "is nested too deeply");
        } else {
            waiting_.push_back({path, parent.depth + 1, isClosed(info)});
        }
    }

    void leaveOut(const fs::path& folder, const std::string& why) {
        found_.disks.push_back({folder, PathAccess::kNone});
        found_.left_out.push_back(folder.string() + " " + why +
                                  " to be looked through for disks: it is out of reach");
    }

    fs::path dev_;
    std::size_t left_;
    struct statx top_ {};
    std::vector<Folder> waiting_;
    DeviceRules found_;
};

}  // namespace

DeviceRules deviceRules(const fs::path& dev, std::size_t most) {
    return DeviceWalk(dev, most).run();
}

}  // namespace orch
