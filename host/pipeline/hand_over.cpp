#include "pipeline/hand_over.hpp"

#include <iostream>
#include <system_error>

#include "base/ownership.hpp"

namespace orch {

namespace fs = std::filesystem;

namespace {

void tell(const Given& given, const fs::path& path, const UserIds& user) {
    if (given.left == 0) return;
    std::cerr << "orchd: " << path.string() << ": " << given.left << " files are not given to "
              << user.name << ", as they are devices or have a second name elsewhere (first: "
              << given.first_left << ")\n";
}

}  // namespace

void openTheWay(const fs::path& state_dir, const fs::path& path, gid_t group) {
    auto folder = state_dir;
    letPass(folder, group);
    const auto way = path.lexically_relative(state_dir);
    for (auto part = way.begin(); part != std::prev(way.end()); ++part) {
        letPass(folder /= *part, group);
    }
}

void handOver(const fs::path& state_dir, const std::vector<PathRule>& rules, const UserIds& user) {
    const auto real = fs::canonical(state_dir);
    for (const auto& rule : rules) {
        const auto inside = rule.path.lexically_relative(real);
        if (inside.empty() || *inside.begin() == ".." || inside == ".") continue;
        std::error_code unknown;
        if (!fs::exists(fs::symlink_status(rule.path, unknown)))
            continue;  // the prompt: its folder is made by the launcher
        openTheWay(real, rule.path, user.group);
        if (rule.access != PathAccess::kWrite) continue;
        tell(giveTo(rule.path, user.user, user.group), rule.path, user);
    }
}

}  // namespace orch
