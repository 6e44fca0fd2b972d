#include "forge/listings.hpp"

#include <algorithm>

#include "base/text.hpp"

namespace orch {

namespace {

constexpr std::size_t kMost = 20;
constexpr std::string_view kLinkMode = "160000";

}  // namespace

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
        links.push_back({cleanUtf8(path),
                         std::string{heading.substr(from, heading.find(' ', from) - from)},
                         {}});
    }
    return links;
}

/// "submodule.<name>.path\n<path>\0" and the same for url.
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

/// "<tree>\0<path>\0<path>\0\0<messages>", as git-merge-tree(1) describes for -z --name-only.
std::vector<std::string> conflictsIn(std::string_view output) {
    std::vector<std::string> paths;
    auto from = output.find('\0') + 1;
    while (from < output.size() && paths.size() < kMost) {
        const auto end = std::min(output.find('\0', from), output.size());
        if (end == from) break;
        paths.push_back(cleanUtf8(output.substr(from, end - from)));
        from = end + 1;
    }
    if (paths.empty()) paths.emplace_back("(git names no path)");
    return paths;
}

}  // namespace orch
