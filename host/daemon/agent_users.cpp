#include "daemon/agent_users.hpp"

#include <grp.h>
#include <pwd.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <vector>

#include "base/confinement.hpp"
#include "base/error.hpp"
#include "base/files.hpp"

namespace orch {

namespace fs = std::filesystem;

namespace {

std::vector<gid_t> groupsOf(const std::string& name, gid_t own) {
    std::vector<gid_t> groups(64);
    int count = static_cast<int>(groups.size());
    while (getgrouplist(name.c_str(), own, groups.data(), &count) < 0) {
        groups.resize(static_cast<std::size_t>(count));
    }
    groups.resize(static_cast<std::size_t>(count));
    return groups;
}

AgentUser lookUp(const std::string& key, const std::string& name) {
    std::array<char, 16384> buffer{};
    passwd entry{};
    passwd* found = nullptr;
    getpwnam_r(name.c_str(), &entry, buffer.data(), buffer.size(), &found);
    if (found == nullptr) throw ConfigError(key + ": there is no user " + name);
    if (entry.pw_uid == 0 || entry.pw_uid == geteuid()) {
        throw ConfigError(key + ": " + name + " is who runs orchd, or root: name another user");
    }
    return {{name, entry.pw_uid, entry.pw_gid, groupsOf(name, entry.pw_gid)}, entry.pw_dir};
}

void requireWay(const std::string& key, const fs::path& state_dir) {
    for (auto folder = realPathOf(state_dir).parent_path();; folder = folder.parent_path()) {
        struct stat info {};
        const bool open = stat(folder.c_str(), &info) != 0 || (info.st_mode & S_IXOTH) != 0;
        if (!open) {
            throw ConfigError(key + ": other users may not pass through " + folder.string() +
                              ", which holds the state folder: put state_dir elsewhere, such as"
                              " /var/lib/orchd");
        }
        if (folder == folder.root_path()) return;
    }
}

}  // namespace

std::map<std::string, AgentUser> agentUsers(const Config& config) {
    std::map<std::string, std::string> keys;
    for (const auto& agent : config.agents) {
        if (!agent.run_as.empty()) keys[agent.run_as] = "agents." + agent.name + ".run_as";
    }
    if (!config.checks.run_as.empty()) keys[config.checks.run_as] = "checks.run_as";
    std::map<std::string, AgentUser> users;
    for (const auto& [name, key] : keys) {
        if (!confinementSupport().may_run_as) {
            throw ConfigError(key +
                              ": orchd may not become another user: run it as root, or leave"
                              " run_as out");
        }
        if (keys.size() > 1) {
            throw ConfigError(key +
                              ": agents and checks share worktrees, so all of them have to"
                              " name the same user, or none: not " +
                              keys.begin()->first + " and " + keys.rbegin()->first);
        }
        users[name] = lookUp(key, name);
        requireWay(key, config.state_dir);
    }
    return users;
}

}  // namespace orch
