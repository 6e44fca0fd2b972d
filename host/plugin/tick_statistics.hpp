#pragma once

#include <array>
#include <chrono>
#include <cstddef>
#include <optional>

namespace orch {

/// The last 256 values of something, and what share of them lies below.
class LastValues {
public:
    using Value = std::chrono::microseconds;
    static constexpr std::size_t kKept = 256;

    void add(Value value);
    /// The value that `share` (0–1) of those kept do not exceed, by nearest rank; nothing without
    /// any.
    [[nodiscard]] std::optional<Value> percentile(double share) const;

private:
    std::array<Value, kKept> values_{};
    std::size_t added_ = 0;
};

}  // namespace orch
