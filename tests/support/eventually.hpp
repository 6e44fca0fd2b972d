#pragma once

#include <chrono>
#include <thread>

namespace orch::testing {

/// Asks until `condition` holds; false when it still does not after `patience`. For what another
/// process does and nothing announces.
template <typename Condition>
[[nodiscard]] bool eventually(Condition condition,
                              std::chrono::milliseconds patience = std::chrono::seconds{30}) {
    const auto until = std::chrono::steady_clock::now() + patience;
    while (!condition()) {
        if (std::chrono::steady_clock::now() > until) return false;
        std::this_thread::sleep_for(std::chrono::milliseconds{2});
    }
    return true;
}

}  // namespace orch::testing
