#include "forge/packed_away.hpp"

#include <sstream>
#include <string_view>

#include "base/files.hpp"

namespace orch {

namespace fs = std::filesystem;

namespace {

constexpr std::uint64_t kLongestList = 4U << 20U;
constexpr std::string_view kTasks = " refs/heads/orch/";

/// Somebody else's list may name anything: what git does not take for a branch is left out.
void giveBack(const GitMirror& mirror, const std::string& sha, const std::string& ref) {
    if (fs::exists(mirror.folder() / ref)) return;
    const auto& git = mirror.git();
    if (!git.ask({"check-ref-format", ref}).ok()) return;
    if (!git.ask({"cat-file", "-e", "--end-of-options", sha + "^{commit}"}).ok()) return;
    // Only where there is none: the empty old value says so.
    static_cast<void>(
        git.ask({"update-ref", "-m", "orchd: out of a worktree's packed-refs", ref, sha, ""}));
}

void giveBackOf(const GitMirror& mirror, const fs::path& list) {
    const auto text = readPlainFile(list, kLongestList);
    if (!text) return;
    std::istringstream lines(*text);
    for (std::string line; std::getline(lines, line);) {
        const auto at = line.find(kTasks);
        if (at == std::string::npos || line.front() == '#') continue;
        giveBack(mirror, line.substr(0, at), line.substr(at + 1));
    }
}

}  // namespace

void giveBackBranches(const GitMirror& mirror) {
    const auto worktrees = mirror.folder() / "worktrees";
    if (!fs::is_directory(worktrees)) return;
    for (const auto& entry : fs::directory_iterator(worktrees)) {
        giveBackOf(mirror, entry.path() / "common/packed-refs");
    }
}

}  // namespace orch
