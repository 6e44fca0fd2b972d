#pragma once

#include <mutex>

#include "base/clock.hpp"

namespace orch::testing {

/// All three clocks stand still until they are told. Begins at 2026-11-22T14:00:00Z. Thread-safe.
class FakeClock final : public Clock {
public:
    [[nodiscard]] Now now() const override {
        const std::lock_guard lock(mutex_);
        return now_;
    }
    void forward(std::chrono::nanoseconds span) {
        const std::lock_guard lock(mutex_);
        now_.at += std::chrono::duration_cast<Milliseconds>(span);
        now_.awake += span;
        now_.wall += span;
    }

private:
    mutable std::mutex mutex_;
    Now now_{fromMilliseconds(1'795'356'000'000),
             AwakeTime{std::chrono::seconds{1000}},
             WallTime{std::chrono::seconds{1'795'356'000}}};
};

}  // namespace orch::testing
