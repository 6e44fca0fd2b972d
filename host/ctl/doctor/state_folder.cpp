#include <sys/stat.h>
#include <sys/vfs.h>

#include <algorithm>
#include <array>

#include "base/disk.hpp"
#include "base/error.hpp"
#include "base/local_socket.hpp"
#include "base/lock_trouble.hpp"
#include "base/text.hpp"
#include "ctl/doctor/checks.hpp"

namespace orch::ctl {

namespace fs = std::filesystem;

namespace {

fs::path nearestThatExists(fs::path folder) {
    std::error_code error;
    while (!fs::exists(folder, error) && folder.has_relative_path()) folder = folder.parent_path();
    return folder;
}

void lookAtDisk(const SetUp& set_up, Findings& findings) {
    const auto& folder = set_up.config.state_dir;
    const auto needed = set_up.config.disk.min_free;
    try {
        const auto free = freeBytes(nearestThatExists(folder));
        const auto what = spokenBytes(free) + " free for " + folder.string() + ", " +
                          spokenBytes(needed) + " needed (disk.min_free)";
        const auto health = free < needed       ? Health::kFail
                            : free / 2 < needed ? Health::kWarn
                                                : Health::kOk;
        const auto* const fix = health == Health::kOk ? "" : "make room, or move state_dir";
        findings.push_back({"disk", health, what, fix});
    } catch (const Error& failure) {
        findings.push_back({"disk", Health::kFail, failure.what(), "put that right"});
    }
}

/// statfs(2): file systems whose locks other machines share, or that may not lock at all.
bool isOnNetwork(const fs::path& folder) {
    constexpr std::array<std::uint32_t, 8> kNetworked{0x6969,       // NFS
                                                      0x517B,       // SMB
                                                      0xFF534D42U,  // CIFS
                                                      0xFE534D42U,  // SMB2
                                                      0x65735546,   // FUSE: sshfs and others
                                                      0x01021997,   // 9p
                                                      0x00C36400,   // Ceph
                                                      0x0BD00BD0};  // Lustre
    struct statfs info {};
    if (statfs(folder.c_str(), &info) != 0) return false;
    return std::ranges::find(kNetworked, static_cast<std::uint32_t>(info.f_type)) !=
           kNetworked.end();
}

void lookAtFileSystem(const fs::path& folder, Findings& findings) {
    if (!isOnNetwork(nearestThatExists(folder))) return;
    findings.push_back({"state folder",
                        Health::kWarn,
                        folder.string() + " is on a network file system, where locks and the "
                                          "database may fail",
                        "put state_dir on a disk of this machine"});
}

std::string modeText(unsigned mode) {
    std::string digits;
    for (const unsigned shift : {6U, 3U, 0U})
        digits += static_cast<char>('0' + ((mode >> shift) & 7U));
    return "0" + digits;
}

/// `path` should be this user's alone. False when it is not there.
bool lookAtMode(
    const char* check, const fs::path& path, Health if_open, unsigned wanted, Findings& findings) {
    struct stat info {};
    if (stat(path.c_str(), &info) != 0) return false;
    const auto mode = info.st_mode & 0777U;
    const auto what = path.string() + " has mode " + modeText(mode);
    if ((mode & 077U) == 0) {
        findings.push_back({check, Health::kOk, what, {}});
    } else {
        findings.push_back({check,
                            if_open,
                            what + ": others can open it",
                            "chmod " + modeText(wanted) + " " + shellWord(path.string())});
    }
    return true;
}

void lookAtLocks(const fs::path& folder, Findings& findings) {
    const auto trouble = lockTrouble(folder);
    if (!trouble) {
        findings.push_back(
            {"locks", Health::kOk, "locks and links work in " + folder.string(), {}});
    } else {
        findings.push_back(
            {"locks", Health::kFail, *trouble, "put state_dir on a file system that has them"});
    }
}

bool isBelow(const fs::path& path, const fs::path& folder) {
    const auto inside = path.lexically_relative(folder);
    return !inside.empty() && *inside.begin() != "..";
}

/// Landlock allows folders and cannot except one: in those that lead to something guarded, a
/// confined program makes nothing new.
void lookAtHome(const SetUp& set_up, Findings& findings) {
    const fs::path home = set_up.around.variable("HOME").value_or("");
    std::vector<std::string> inside;
    if (home.empty() || home == "/") return;
    if (isBelow(set_up.config.state_dir, home)) inside.emplace_back("state_dir");
    for (const auto& project : set_up.config.projects) {
        if (isBelow(project.path, home)) inside.push_back("the repository of " + project.name);
    }
    if (inside.empty()) return;
    findings.push_back({"home",
                        Health::kWarn,
                        home.string() + " holds " + join(inside, " and ") +
                            ": confined agents cannot make new files directly in it",
                        "move that outside of the home folder, for instance to /var/lib/orchd, if "
                        "an agent complains"});
}

/// What a killed program left half done; orchd clears it away by itself.
void lookAtLeftovers(const fs::path& folder, Findings& findings) {
    std::error_code error;
    std::vector<std::string> names;
    for (const auto* inner : {"", "mirrors", "merge", "backup"}) {
        for (const auto& entry : fs::directory_iterator(folder / inner, error)) {
            const auto name = entry.path().filename().string();
            if (name.ends_with(".new") || name.ends_with(".tmp")) {
                names.push_back((fs::path{inner} / name).string());
            }
        }
    }
    if (names.empty()) return;
    std::ranges::sort(names);
    findings.push_back(
        {"leftovers",
         Health::kWarn,
         "half-written files in " + folder.string() + ": " + shorten(join(names, ", "), 300),
         "start orchd, which clears them away; what stays may be deleted while "
         "orchd does not run"});
}

}  // namespace

void lookAtStateFolder(const SetUp& set_up, Findings& findings) {
    const auto& folder = set_up.config.state_dir;
    lookAtDisk(set_up, findings);
    lookAtFileSystem(folder, findings);
    lookAtHome(set_up, findings);
    if (!lookAtMode("state folder", folder, Health::kWarn, 0700, findings)) {
        findings.push_back(
            {"state folder",
             Health::kOk,
             folder.string() + " is made at the first start, which tries locks in it",
             {}});
        return;
    }
    lookAtMode("token", folder / "token", Health::kFail, 0600, findings);
    lookAtMode("read-token", folder / "read-token", Health::kFail, 0600, findings);
    lookAtMode("socket", folder / kSocketName, Health::kFail, 0600, findings);
    lookAtLocks(folder, findings);
    lookAtLeftovers(folder, findings);
}

}  // namespace orch::ctl
