#pragma once

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "core/confinement.hpp"

namespace orch {

/// Rules about paths, and what has to be allowed so that they hold. Landlock can only allow, a
/// folder with everything in it: to keep something out of a folder that is otherwise allowed, each
/// of the folder's other entries is allowed instead. Nothing new can then be made in such a folder.
class PathTree {
public:
    /// What an entry was when its folder was listed; by now it may be something else.
    enum class Kind { kUnknown, kFolder, kFile };
    struct Entry {
        std::string name;
        Kind kind = Kind::kUnknown;
    };
    struct Allowed {
        std::string path;
        PathAccess access;
        Kind kind = Kind::kUnknown;
    };
    /// The entries of a folder; none for what is no folder, or cannot be listed.
    using List = std::function<std::vector<Entry>(const std::filesystem::path& folder)>;

    /// "/" may be written unless a rule says otherwise.
    explicit PathTree(const std::vector<PathRule>& rules);

    /// What to allow, never kNone. An entry may be a symbolic link, which is nothing to allow:
    /// what it leads to has a path of its own.
    [[nodiscard]] std::vector<Allowed> allowed(const List& list) const;

private:
    struct Node {
        std::optional<PathAccess> access;
        std::map<std::string, std::unique_ptr<Node>> children;
    };
    class Walk;
    void add(const PathRule& rule);
    /// The least access anywhere from this node on.
    [[nodiscard]] static PathAccess least(const Node& node, PathAccess inherited);

    Node root_;
};

}  // namespace orch
