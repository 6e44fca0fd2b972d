// sources: host/forge/listings.cpp host/base/text.cpp host/base/units.cpp

// git's lists about commits that agents made: bounded, valid UTF-8, and nothing that is not in
// them.
#include "forge/listings.hpp"

#include <cstdint>
#include <cstdlib>

#include "base/text.hpp"

namespace {

constexpr std::size_t kMost = 20;

void lookAtLinks(std::string_view text) {
    const auto links = orch::linksIn(text);
    if (links.size() > kMost) abort();
    for (const auto& link : links) {
        if (orch::cleanUtf8(link.path) != link.path || !link.url.empty()) abort();
        if (link.commit.find(' ') != std::string::npos) abort();
        if (text.find(link.commit) == std::string_view::npos) abort();
    }
}

void lookAtUrls(std::string_view text) {
    std::size_t bytes = 0;
    for (const auto& [path, url] : orch::urlsIn(text)) bytes += path.size() + url.size();
    if (bytes > text.size()) abort();
}

void lookAtConflicts(std::string_view text) {
    const auto paths = orch::conflictsIn(text);
    if (paths.empty() || paths.size() > kMost) abort();
    for (const auto& path : paths) {
        if (path.empty() || orch::cleanUtf8(path) != path) abort();
    }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view text(reinterpret_cast<const char*>(data), size);
    lookAtLinks(text);
    lookAtUrls(text);
    lookAtConflicts(text);
    return 0;
}
