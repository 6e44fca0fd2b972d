#include "lease/sightings.hpp"

namespace orch {

Milliseconds Sightings::unchangedFor(const std::string& name,
                                     const std::string& content,
                                     Milliseconds now) {
    const std::scoped_lock lock(mutex_);
    const auto [at, is_new] = seen_.try_emplace(name, Sighting{content, now});
    if (!is_new && at->second.content != content) at->second = {content, now};
    return now - at->second.first;
}

void Sightings::forget(const std::string& name) {
    const std::scoped_lock lock(mutex_);
    seen_.erase(name);
}

}  // namespace orch
