#include "common/pace.hpp"

#include <algorithm>
#include <vector>

namespace orch::common {

namespace {

constexpr std::size_t kSteps = 5;

Milliseconds median(std::vector<Milliseconds> steps) {
    if (steps.empty()) return {};
    const auto middle = steps.begin() + static_cast<std::ptrdiff_t>(steps.size() / 2);
    std::nth_element(steps.begin(), middle, steps.end());
    return *middle;
}

}  // namespace

Milliseconds Pace::at(Milliseconds awake, std::uint64_t missed) {
    const auto usual = median({steps_.begin(), steps_.end()});
    if (last_) steps_.push_back((awake - *last_) / (static_cast<std::int64_t>(missed) + 1));
    if (steps_.size() > kSteps) steps_.pop_front();
    last_ = awake;
    return usual;
}

}  // namespace orch::common
