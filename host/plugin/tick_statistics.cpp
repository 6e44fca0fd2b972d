#include "plugin/tick_statistics.hpp"

#include <algorithm>
#include <cmath>

namespace orch {

void LastValues::add(Value value) {
    values_[added_++ % kKept] = value;
}

std::optional<LastValues::Value> LastValues::percentile(double share) const {
    const auto count = std::min(added_, kKept);
    if (count == 0) return std::nullopt;
    auto sorted = values_;
    std::sort(sorted.begin(), sorted.begin() + static_cast<std::ptrdiff_t>(count));
    const auto rank = static_cast<std::size_t>(std::ceil(share * static_cast<double>(count)));
    return sorted[std::clamp<std::size_t>(rank, 1, count) - 1];
}

}  // namespace orch
