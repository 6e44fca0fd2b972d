#include "forge/nested_links.hpp"

#include <algorithm>
#include <filesystem>
#include <map>
#include <string_view>

#include "base/error.hpp"
#include "base/text.hpp"

namespace orch {

namespace {

constexpr std::size_t kMost = 20;
constexpr std::string_view kLinkMode = "160000";

/// ":<mode> <mode> <sha> <sha> <status>\0<path>\0" each, as git-diff-tree(1) describes for -z.
std::vector<NestedLink> linksIn(std::string_view raw) {
    std::vector<NestedLink> links;
    while (!raw.empty() && links.size() < kMost) {
        const auto heading_end = raw.find('\0');
        const auto path_end = raw.find('\0', heading_end + 1);
        if (path_end == std::string_view::npos) break;
        const auto heading = raw.substr(0, heading_end);
        const auto path = raw.substr(heading_end + 1, path_end - heading_end - 1);
        raw.remove_prefix(path_end + 1);
        if (heading.size() < 8 || heading.substr(8, kLinkMode.size()) != kLinkMode) continue;
        const auto from = heading.find(' ', heading.find(' ', 8) + 1) + 1;
        links.push_back({cleanUtf8(std::string{path}),
                         std::string{heading.substr(from, heading.find(' ', from) - from)},
                         {}});
    }
    return links;
}

/// "submodule.<name>.path\n<path>\0" and the same for url: url by path.
std::map<std::string, std::string> urlsIn(std::string_view listing) {
    std::map<std::string, std::string> paths;
    std::map<std::string, std::string> urls;
    while (!listing.empty()) {
        const auto end = std::min(listing.find('\0'), listing.size());
        const auto entry = listing.substr(0, end);
        listing.remove_prefix(std::min(end + 1, listing.size()));
        const auto line = entry.find('\n');
        const auto dot = entry.substr(0, line).rfind('.');
        if (line == std::string_view::npos || dot == std::string_view::npos) continue;
        const std::string name{entry.substr(0, dot)};
        const std::string value{entry.substr(line + 1)};
        (entry.substr(dot + 1, line - dot - 1) == "path" ? paths : urls)[name] = value;
    }
    std::map<std::string, std::string> by_path;
    for (const auto& [name, path] : paths) by_path[path] = urls[name];
    return by_path;
}

/// "./x" and "../x" are about where the repository itself is from (gitmodules(5)).
std::string absolute(const GitMirror& mirror, const std::string& url) {
    if (!url.starts_with("./") && !url.starts_with("../")) return url;
    const auto origin = mirror.remoteGit().ask({"config", "--get", "remote.origin.url"});
    const auto from =
        origin.ok() ? origin.output.substr(0, origin.output.find('\n')) : mirror.remote();
    const auto scheme = from.find("://");
    const auto host = scheme == std::string::npos ? 0 : from.find('/', scheme + 3);
    if (host == std::string::npos) return {};
    const auto way = (std::filesystem::path{from.substr(host)} / url).lexically_normal();
    return from.substr(0, host) + way.string();
}

}  // namespace

std::vector<NestedLink> changedLinks(const GitMirror& mirror,
                                     const std::string& base,
                                     const std::string& head) {
    const auto& git = mirror.git();
    // A history of its own left the base nowhere: then all that differs counts.
    const auto shared = git.ask({"merge-base", base, head});
    const auto from = shared.ok() ? shared.output.substr(0, shared.output.find('\n')) : base;
    auto links = linksIn(git.run("links to other repositories in " + head,
                                 {"diff",
                                  "--raw",
                                  "-z",
                                  "--no-renames",
                                  "--no-abbrev",
                                  "--no-ext-diff",
                                  "--ignore-submodules=none",
                                  from,
                                  head,
                                  "--"}));
    if (links.empty()) return links;
    const auto listed =
        git.ask({"config", "-z", "--blob", head + ":.gitmodules", "--get-regexp", "^submodule\\."});
    const auto urls = urlsIn(listed.output);
    for (auto& link : links) {
        const auto found = urls.find(link.path);
        if (found != urls.end()) link.url = absolute(mirror, found->second);
    }
    return links;
}

/// In a repository of its own: a shallow history must not become the agent's.
bool canBeFetched(const AgentAccess& access,
                  const std::filesystem::path& folder,
                  const NestedLink& link) {
    const AgentGit git(access, folder, folder / ".git/orchd-probe");
    try {
        return git.ask({"init", "--quiet"}).ok() && git.ask({"fetch",
                                                             "--quiet",
                                                             "--no-tags",
                                                             "--no-write-fetch-head",
                                                             "--no-recurse-submodules",
                                                             "--depth=1",
                                                             "--",
                                                             link.url,
                                                             link.commit})
                                                        .ok();
    } catch (const RemoteError&) {
        return false;  // it answers too late
    }
}

}  // namespace orch
