#include "daemon/own_environment.hpp"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdio>
#include <set>
#include <string_view>
#include <system_error>
#include <vector>

#include "base/error.hpp"
#include "base/files.hpp"
#include "base/git.hpp"
#include "base/untrusted.hpp"
#include "config/secrets.hpp"

namespace orch {

namespace {

using namespace std::string_view_literals;

/// The beginnings of the names of variables that are no secret.
constexpr std::array kHarmless{
    "GIT_"sv,           "HOME="sv,     "LANG"sv,          "LC_"sv,           "LD_"sv,
    "LOGNAME="sv,       "ORCH_"sv,     "PATH="sv,         "PWD="sv,          "SHELL="sv,
    "SSH_AUTH_SOCK="sv, "SSL_CERT_"sv, "TERM="sv,         "TMPDIR="sv,       "TZ="sv,
    "USER="sv,          "XDG_"sv,      "ASAN_OPTIONS="sv, "TSAN_OPTIONS="sv, "UBSAN_OPTIONS="sv};

/// Every name in a ${NAME} of the configuration, and every pass_env.
std::set<std::string> namedIn(const Config& config) {
    auto names = referredVariables(config);
    for (const auto& agent : config.agents) {
        names.insert(agent.pass_env.begin(), agent.pass_env.end());
    }
    return names;
}

bool isHarmless(std::string_view entry, const std::set<std::string>& secret) {
    const auto name = entry.substr(0, entry.find('='));
    // Named as a secret or not: without them no program is found.
    if (name == "PATH" || name == "HOME") return true;
    if (secret.contains(std::string(name)) || name.find("TOKEN") != name.npos) return false;
    return std::any_of(kHarmless.begin(), kHarmless.end(), [&](std::string_view beginning) {
        return entry.starts_with(beginning);
    });
}

/// What git does with these starts no program and changes the content of no file. git-lfs, which
/// many repositories cannot do without, is let through where its lines are the ones that `git lfs
/// install` writes.
bool isHarmlessSetting(std::string_view key, std::string_view value) {
    constexpr std::array kKeys{"user.name"sv,
                               "user.email"sv,
                               "author.name"sv,
                               "author.email"sv,
                               "committer.name"sv,
                               "committer.email"sv,
                               "safe.directory"sv};
    constexpr std::array kLfs{std::pair{"filter.lfs.clean"sv, "git-lfs clean -- %f"sv},
                              std::pair{"filter.lfs.smudge"sv, "git-lfs smudge -- %f"sv},
                              std::pair{"filter.lfs.process"sv, "git-lfs filter-process"sv},
                              std::pair{"filter.lfs.smudge"sv, "git-lfs smudge --skip -- %f"sv},
                              std::pair{"filter.lfs.process"sv, "git-lfs filter-process --skip"sv},
                              std::pair{"filter.lfs.required"sv, "true"sv}};
    return std::find(kKeys.begin(), kKeys.end(), key) != kKeys.end() ||
           std::find(kLfs.begin(), kLfs.end(), std::pair{key, value}) != kLfs.end();
}

std::string inQuotes(std::string_view value) {
    std::string text = "\"";
    for (const char c : value) {
        if (c == '"' || c == '\\') text += '\\';
        text += c == '\n' ? ' ' : c;
    }
    return text + "\"";
}

/// "filter.lfs.clean" as "[filter "lfs"]\n\tclean = …".
std::string line(const std::string& key, const std::string& value) {
    const auto first = key.find('.');
    const auto last = key.rfind('.');
    const auto part = first == last ? "" : " \"" + key.substr(first + 1, last - first - 1) + "\"";
    return "[" + key.substr(0, first) + part + "]\n\t" + key.substr(last + 1) + " = " +
           inQuotes(value) + "\n";
}

/// "<key>\n<value>\0" each, as git-config(1) describes for -z; a key without a value means true.
std::string harmlessSettings(const std::string& listing) {
    std::string text =
        "# Written by orchd at each start: what is harmless in its user's settings\n";
    for (std::size_t from = 0; from < listing.size();) {
        const auto end = std::min(listing.find('\0', from), listing.size());
        const auto entry = listing.substr(from, end - from);
        const auto key = entry.substr(0, entry.find('\n'));
        const auto value = key.size() == entry.size() ? "true" : entry.substr(key.size() + 1);
        if (isHarmlessSetting(key, value)) text += line(key, value);
        from = end + 1;
    }
    return text;
}

std::string octal(unsigned mode) {
    std::array<char, 16> text{};
    (void)std::snprintf(text.data(), text.size(), "%04o", mode);
    return text.data();
}

/// An ordinary file below HOME, or $XDG_CONFIG_HOME: agents may have put anything in its place, and
/// nobody waits for a pipe.
bool isOrdinaryOrAbsent(const std::filesystem::path& file) {
    std::error_code unknown;
    const auto status = std::filesystem::status(file, unknown);
    return !std::filesystem::exists(status) || std::filesystem::is_regular_file(status);
}

std::filesystem::path homeOf(const char* name, const char* below) {
    const char* own = getenv(name);
    if (own != nullptr && *own == '/') return own;
    const char* home = getenv("HOME");
    return home == nullptr ? std::filesystem::path{} : std::filesystem::path{home} / below;
}

std::string globalSettings() {
    constexpr std::chrono::seconds kPatience{5};  // what it includes may be anything as well
    const auto user = homeOf("HOME", "") / ".gitconfig";
    const auto xdg = homeOf("XDG_CONFIG_HOME", ".config") / "git/config";
    if (!isOrdinaryOrAbsent(user) || !isOrdinaryOrAbsent(xdg)) return {};
    try {
        // Without such a file git fails, and there is nothing to copy.
        const auto found =
            Git{}.ask({"config", "--global", "--includes", "--list", "-z"}, kPatience);
        return found.ok() ? found.output : "";
    } catch (const RemoteError&) {
        return {};  // no git: told where a project is opened
    }
}

/// The value of a key in such a listing; the last one counts.
std::string valueIn(const std::string& listing, const std::string& key) {
    const auto at = ('\0' + listing).rfind('\0' + key + "\n");
    if (at == std::string::npos) return {};
    const auto begin = at + key.size() + 1;
    return listing.substr(begin, listing.find('\0', begin) - begin);
}

/// What the user keeps out of every `git status`: a copy, since the original may become a pipe.
std::string globalExcludes(const std::string& listing) {
    constexpr std::uint64_t kMost = 1U << 20U;
    auto named = valueIn(listing, "core.excludesfile");
    if (named.starts_with("~/")) named = (homeOf("HOME", "") / named.substr(2)).string();
    const auto file = named.empty() ? homeOf("XDG_CONFIG_HOME", ".config") / "git/ignore"
                                    : std::filesystem::path{named};
    return readUntrusted(file.parent_path(), file.filename(), kMost).text.value_or("");
}

}  // namespace

void forgetSecrets(const Config& config) {
    const auto secret = namedIn(config);
    std::vector<std::string> forgotten;
    for (char** entry = environ; entry != nullptr && *entry != nullptr; ++entry) {
        const std::string_view text{*entry};
        const auto equals = text.find('=');
        if (equals == text.npos || isHarmless(text, secret)) continue;
        forgotten.emplace_back(text.substr(0, equals));
        explicit_bzero(*entry + equals + 1, text.size() - equals - 1);
    }
    for (const auto& name : forgotten) unsetenv(name.c_str());
}

unsigned keepWritesOwn() {
    constexpr mode_t kNobodyElseWrites = S_IWGRP | S_IWOTH;
    const auto before = umask(kNobodyElseWrites);
    umask(before | kNobodyElseWrites);
    return before;
}

std::optional<std::string> closeStateFolder(const std::filesystem::path& state_dir,
                                            std::optional<gid_t> group) {
    ensureFolder(state_dir);
    const UniqueFd folder{open(state_dir.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC)};
    struct stat info {};
    if (!folder || fstat(folder.get(), &info) != 0) {
        throw ConfigError("state_dir: cannot open " + state_dir.string() + ": " +
                          std::generic_category().message(errno));
    }
    if (info.st_uid != geteuid()) {
        throw ConfigError("state_dir: " + state_dir.string() + " belongs to user " +
                          std::to_string(info.st_uid) + ", and orchd runs as user " +
                          std::to_string(geteuid()) +
                          ": run it as the user whose folder it is, or name another folder");
    }
    const auto mode = info.st_mode & 0777U;
    // Where an orchd before 0.2 let everybody pass, agents that still run do: no moment shuts them
    // out.
    const bool all_pass = group && (mode & S_IXOTH) != 0;
    const mode_t passing = all_pass || (group && info.st_gid == *group) ? S_IXGRP : 0;
    const mode_t allowed = S_IRWXU | passing;
    if ((mode & ~allowed) == 0) return std::nullopt;
    const mode_t wanted = (mode & allowed) | (all_pass ? S_IXGRP : 0);
    const bool given = !all_pass || fchown(folder.get(), static_cast<uid_t>(-1), *group) == 0;
    if (!given || fchmod(folder.get(), wanted) != 0) {
        throw ConfigError("state_dir: cannot close " + state_dir.string() +
                          " to other users: " + std::generic_category().message(errno));
    }
    return state_dir.string() + " was open to other users (mode " + octal(mode) + "); now " +
           octal(wanted);
}

void useOwnGitSettings(const Config& config) {
    const auto file = std::filesystem::absolute(config.state_dir).lexically_normal() / kGitSettings;
    ensureFolder(file.parent_path());
    const auto excludes = file.parent_path() / kGitExcludes;
    const auto settings = globalSettings();
    replaceFile(excludes, globalExcludes(settings), Sync::kNo, 0644);
    // Named here, what lies in ~/.config/git is not looked for.
    replaceFile(file,
                harmlessSettings(settings) + line("core.excludesFile", excludes.string()) +
                    line("core.attributesFile", "/dev/null"),
                Sync::kNo,
                0644);
    if (setenv("GIT_CONFIG_GLOBAL", file.c_str(), 1) != 0) {
        throw Error("cannot set GIT_CONFIG_GLOBAL");
    }
}

}  // namespace orch
