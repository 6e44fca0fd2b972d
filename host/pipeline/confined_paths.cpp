#include "pipeline/confined_paths.hpp"

#include <algorithm>

#include "base/files.hpp"

namespace orch {

namespace fs = std::filesystem;

namespace {

class Rules {
public:
    /// The path as it is named and as it is: rules through links allow nothing, so the first only
    /// keeps the link where it is.
    void guard(const fs::path& path, PathAccess access) {
        rules_.push_back({path.lexically_normal(), access});
        const auto real = realPathOf(path);
        if (real != rules_.back().path) rules_.push_back({real, access});
    }
    void give(const fs::path& path, PathAccess access) {
        if (!path.empty()) rules_.push_back({realPathOf(path), access});
    }
    [[nodiscard]] std::vector<PathRule> take() { return std::move(rules_); }

private:
    std::vector<PathRule> rules_;
};

}  // namespace

std::vector<PathRule> confinedPaths(const GuardedPaths& guarded, const OwnPaths& own) {
    Rules rules;
    for (const auto& path : guarded.read_only) rules.guard(path, PathAccess::kRead);
    // After them: where a repository holds the state folder, or is it, that is out of reach.
    rules.guard(guarded.state_dir, PathAccess::kNone);
    rules.give(own.worktree, PathAccess::kWrite);
    rules.give(own.artefacts, PathAccess::kWrite);
    rules.give(own.prompt, PathAccess::kRead);
    rules.give(own.temporary, PathAccess::kWrite);
    for (const auto& rule : own.git) rules.give(rule.path, rule.access);
    return rules.take();
}

bool leadsToGuarded(const fs::path& folder, const std::vector<PathRule>& rules) {
    const auto real = realPathOf(folder);
    return std::any_of(rules.begin(), rules.end(), [&](const PathRule& rule) {
        const auto within = rule.path.lexically_relative(real);
        return rule.access != PathAccess::kWrite && !within.empty() && *within.begin() != "..";
    });
}

}  // namespace orch
