#include "forge/nested_links.hpp"

#include <filesystem>

#include "base/error.hpp"

namespace orch {

namespace {

/// "./x" and "../x" are about where the repository itself is from (gitmodules(5)).
std::string absolute(const GitMirror& mirror, const std::string& url) {
    if (!url.starts_with("./") && !url.starts_with("../")) return url;
    const auto& from = mirror.origin();
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
