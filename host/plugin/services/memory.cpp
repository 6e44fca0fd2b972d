#include "plugin/services/memory.hpp"

#include <algorithm>
#include <utility>

namespace orch {

bool BoundedSet::insert(const std::string& member) {
    if (!members_.insert(member).second) return false;
    order_.push_back(member);
    if (order_.size() > most_) {
        members_.erase(order_.front());
        order_.pop_front();
    }
    return true;
}

void BoundedSet::erase(const std::string& member) {
    if (members_.erase(member) > 0) order_.erase(std::find(order_.begin(), order_.end(), member));
}

PluginMemory& ServiceMemory::of(const std::string& plugin) {
    const std::lock_guard lock(mutex_);
    return plugins_[plugin];
}

bool ServiceMemory::noteDenied(const std::string& plugin,
                               const std::string& method,
                               std::int64_t generation) {
    const std::lock_guard lock(mutex_);
    auto& noted = plugins_[plugin].denied[method];
    return std::exchange(noted, generation) != generation;
}

std::vector<std::string> ServiceMemory::denied(const std::string& plugin) const {
    const std::lock_guard lock(mutex_);
    std::vector<std::string> methods;
    const auto known = plugins_.find(plugin);
    if (known == plugins_.end()) return methods;
    for (const auto& [method, generation] : known->second.denied) methods.push_back(method);
    return methods;
}

}  // namespace orch
