#include "core/plugin_backoff.hpp"

#include <algorithm>
#include <utility>

namespace orch {

std::optional<Milliseconds> PluginBackoff::failed(AwakeTime now) {
    if (++in_a_row_ < kPatience) return std::nullopt;
    const auto wait = std::exchange(next_, std::min(2 * next_, kLongest));
    until_ = now + wait;
    return wait;
}

bool PluginBackoff::succeeded() {
    const bool ended = until_.has_value();
    *this = {};
    return ended;
}

}  // namespace orch
