#include <algorithm>
#include <set>

#include "base/text.hpp"
#include "config/config.hpp"
#include "config/described.hpp"

namespace orch {

namespace {

struct Leaf {
    std::string value, shown;
};
using Leaves = std::map<std::string, Leaf>;

bool hasNames(const Described& list) {
    return !list.items.empty() && !list.items.front().name.empty();
}

/// A list as one leaf: its texts, or the names of its items in their order.
Leaf listLeaf(const Described& list) {
    std::vector<std::string> values, shown;
    for (const auto& [name, item] : list.items) {
        values.push_back(name.empty() ? item.value : name);
        shown.push_back(name.empty() ? item.shown : name);
    }
    return {join(values, std::string(1, '\0')), "[" + join(shown, ", ") + "]"};
}

void flatten(const Described& node, const std::string& key, Leaves& leaves) {
    if (node.kind == Described::Kind::kText) leaves[key] = {node.value, node.shown};
    if (node.kind == Described::Kind::kList) leaves[key] = listLeaf(node);
    if (node.kind == Described::Kind::kList && !hasNames(node)) return;
    for (const auto& [name, item] : node.items) {
        flatten(item, key.empty() ? name : key + "." + name, leaves);
    }
}

Leaves leavesOf(const Config& config) {
    Leaves leaves;
    flatten(describe(config), "", leaves);
    return leaves;
}

std::optional<ConfigChange> compare(const std::string& key, const Leaf* before, const Leaf* after) {
    if (before == nullptr) return ConfigChange{key, "", after->shown};
    if (after == nullptr) return ConfigChange{key, before->shown, ""};
    if (before->value == after->value) return {};
    const bool looks_same = before->shown == after->shown;
    return ConfigChange{
        key, before->shown, after->shown + (looks_same ? " (with another value)" : "")};
}

const Leaf* find(const Leaves& leaves, const std::string& key) {
    const auto found = leaves.find(key);
    return found == leaves.end() ? nullptr : &found->second;
}

}  // namespace

std::vector<ConfigChange> diff(const Config& before, const Config& after) {
    const auto old_leaves = leavesOf(before);
    const auto new_leaves = leavesOf(after);
    std::set<std::string> keys;
    for (const auto& [key, leaf] : old_leaves) keys.insert(key);
    for (const auto& [key, leaf] : new_leaves) keys.insert(key);
    std::vector<ConfigChange> changes;
    for (const auto& key : keys) {
        if (auto change = compare(key, find(old_leaves, key), find(new_leaves, key))) {
            changes.push_back(*std::move(change));
        }
    }
    return changes;
}

}  // namespace orch
