// sources: host/forge/status_text.cpp host/base/text.cpp host/base/units.cpp

// What `git status` says of an agent's worktree: read within its limits or refused, and what is
// written as git writes it is read as it was meant.
#include "forge/status_text.hpp"

#include <cstdint>
#include <cstdlib>

#include "base/text.hpp"

namespace {

constexpr std::size_t kMostPaths = 20;
constexpr std::size_t kLongestPath = 4096;

void requireBounded(const orch::TreeStatus& status, std::size_t size) {
    if (status.head.size() > size || status.branch.size() > size) abort();
    if (status.dirty.size() > kMostPaths) abort();
    for (const auto& path : status.dirty) {
        if (path.size() > 3 * kLongestPath || orch::cleanUtf8(path) != path) abort();
    }
}

/// One untracked file whose name is whatever the input is.
void requireRead(std::string name) {
    std::erase(name, '\0');
    const std::string zero(1, '\0');
    const auto said = "# branch.oid 0123" + zero + "# branch.head b" + zero + "? " + name + zero;
    const auto status = orch::parseStatus(said);
    if (!status || status->head != "0123" || status->branch != "b") abort();
    if (status->dirty.size() != 1) abort();
    if (status->dirty.front() != orch::cleanUtf8(name.substr(0, kLongestPath))) abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string text(reinterpret_cast<const char*>(data), size);
    if (const auto status = orch::parseStatus(text)) requireBounded(*status, size);
    requireRead(text);
    return 0;
}
