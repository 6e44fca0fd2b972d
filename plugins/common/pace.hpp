#pragma once

#include <cstdint>
#include <deque>
#include <optional>

#include "orch/types.hpp"

namespace orch::common {

/// Learns how far apart a plugin's ticks usually are: the configuration's interval, which a plugin
/// is not told.
class Pace {
public:
    /// Called once a tick. The usual distance of the ticks before this one, the median of a few; 0
    /// while there is none. `missed`: ticks that were left out since the last one.
    Milliseconds at(Milliseconds awake, std::uint64_t missed);

private:
    std::optional<Milliseconds> last_;
    std::deque<Milliseconds> steps_;
};

}  // namespace orch::common
