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
    const auto rank = static_cast<std::size_t>(std::ceil(share * static_cast<double>(count)));
    auto values = values_;
    const auto begin = values.begin();
    const auto nth =
        begin + static_cast<std::ptrdiff_t>(std::clamp<std::size_t>(rank, 1, count) - 1);
    std::nth_element(begin, nth, begin + static_cast<std::ptrdiff_t>(count));
    return *nth;
}

}  // namespace orch
