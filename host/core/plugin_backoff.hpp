#pragma once

#include <cstdint>
#include <optional>

#include "base/clock.hpp"

namespace orch {

/// How long a plugin that keeps failing is left alone: nothing for the first two failures in a row,
/// then 1, 2, 4 … minutes up to an hour. It is never given up, and one success ends it.
class PluginBackoff {
public:
    static constexpr int kPatience = 3;  ///< failures in a row that bring the first quarantine
    static constexpr Milliseconds kFirst = std::chrono::minutes{1};
    static constexpr Milliseconds kLongest = std::chrono::hours{1};

    /// What this failure brings: how long to wait from `now`, or nothing yet.
    std::optional<Milliseconds> failed(AwakeTime now);
    /// True when this ended a quarantine.
    bool succeeded();

    [[nodiscard]] std::int64_t failuresInARow() const { return in_a_row_; }
    /// The wait that stands; past waits count until a success.
    [[nodiscard]] std::optional<AwakeTime> until() const { return until_; }
    [[nodiscard]] bool waits(AwakeTime now) const { return until_ && now < *until_; }

private:
    std::int64_t in_a_row_ = 0;
    Milliseconds next_ = kFirst;
    std::optional<AwakeTime> until_;
};

}  // namespace orch
