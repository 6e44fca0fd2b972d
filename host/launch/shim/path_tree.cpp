#include "launch/shim/path_tree.hpp"

#include <algorithm>
#include <utility>

namespace orch {

namespace fs = std::filesystem;

class PathTree::Walk {
public:
    explicit Walk(const List& list) : list_(list) {}

    /// `granted`: what was allowed for a folder above, and so for this.
    void visit(const fs::path& path, const Node& node, PathAccess inherited, PathAccess granted) {
        const auto access = node.access.value_or(inherited);
        if (least(node, access) < access) return visitEntries(path, node, access);
        if (access > granted) allow(path.string(), access);
        for (const auto& [name, child] : node.children) {
            visit(path / name, *child, access, std::max(access, granted));
        }
    }
    [[nodiscard]] std::vector<Allowed> take() { return std::move(rules_); }

private:
    /// The folder itself must not be allowed: its entries are, one by one.
    void visitEntries(const fs::path& folder, const Node& node, PathAccess access) {
        const auto within = (folder / "").string();
        for (const auto& entry : list_(folder)) {
            if (!node.children.contains(entry.name)) allow(within + entry.name, access, entry.kind);
        }
        for (const auto& [name, child] : node.children) {
            visit(folder / name, *child, access, PathAccess::kNone);
        }
    }
    void allow(std::string path, PathAccess access, Kind kind = Kind::kUnknown) {
        if (access != PathAccess::kNone) rules_.push_back({std::move(path), access, kind});
    }

    const List& list_;
    std::vector<Allowed> rules_;
};

PathTree::PathTree(const std::vector<PathRule>& rules) {
    root_.access = PathAccess::kWrite;
    for (const auto& rule : rules) add(rule);
}

void PathTree::add(const PathRule& rule) {
    auto* node = &root_;
    for (const auto& part : rule.path.lexically_normal().relative_path()) {
        if (part.empty()) continue;  // after a last slash
        auto& child = node->children[part.string()];
        if (!child) child = std::make_unique<Node>();
        node = child.get();
    }
    node->access = rule.access;
}

PathAccess PathTree::least(const Node& node, PathAccess inherited) {
    const auto access = node.access.value_or(inherited);
    auto found = access;
    for (const auto& [name, child] : node.children) found = std::min(found, least(*child, access));
    return found;
}

std::vector<PathTree::Allowed> PathTree::allowed(const List& list) const {
    Walk walk(list);
    walk.visit("/", root_, PathAccess::kWrite, PathAccess::kNone);
    return walk.take();
}

}  // namespace orch
