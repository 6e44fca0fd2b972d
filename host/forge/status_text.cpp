#include "forge/status_text.hpp"

#include <algorithm>

#include "base/text.hpp"

namespace orch {

namespace {

constexpr std::size_t kMostPaths = 20;
constexpr std::size_t kLongestPath = 4096;

/// Where the path of an entry begins: after so many fields, each ended by a space.
std::optional<std::size_t> fieldsBefore(char kind) {
    switch (kind) {
        case '1':
            return 8;  // 1 <XY> <sub> <mH> <mI> <mW> <hH> <hI> <path>
        case 'u':
            return 10;  // u <XY> <sub> <m1> <m2> <m3> <mW> <h1> <h2> <h3> <path>
        case '?':
        case '!':
            return 1;
        default:
            return std::nullopt;
    }
}

std::optional<std::string> pathIn(std::string_view entry) {
    const auto fields = fieldsBefore(entry.front());
    if (!fields) return std::nullopt;
    std::size_t from = 0;
    for (std::size_t field = 0; field < *fields; ++field) {
        from = entry.find(' ', from);
        if (from == std::string_view::npos) return std::nullopt;
        ++from;
    }
    return cleanUtf8(std::string{entry.substr(from, kLongestPath)});
}

bool readHeader(std::string_view entry, TreeStatus& status) {
    constexpr std::string_view kHead = "# branch.oid ";
    constexpr std::string_view kBranch = "# branch.head ";
    if (entry.starts_with(kHead)) status.head = entry.substr(kHead.size());
    if (entry.starts_with(kBranch)) status.branch = entry.substr(kBranch.size());
    return entry.front() == '#';
}

}  // namespace

std::optional<TreeStatus> parseStatus(std::string_view text) {
    TreeStatus status;
    for (std::size_t from = 0; from < text.size();) {
        const auto end = std::min(text.find('\0', from), text.size());
        const auto entry = text.substr(from, end - from);
        from = end + 1;
        if (entry.empty()) return std::nullopt;
        if (readHeader(entry, status)) continue;
        if (status.dirty.size() == kMostPaths) break;
        auto path = pathIn(entry);
        if (!path) return std::nullopt;
        status.dirty.push_back(std::move(*path));
    }
    if (status.head == "(initial)") status.head.clear();
    if (status.branch == "(detached)") status.branch.clear();
    return status;
}

}  // namespace orch
