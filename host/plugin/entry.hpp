#pragma once

#include <orch/plugin.h>

#include <atomic>
#include <cstdint>
#include <stop_token>
#include <string>

#include "base/clock.hpp"
#include "plugin/gate_state.hpp"

namespace orch {

/// One entry into a plugin, while it lasts. cancel() and cancelled() may be called by any thread.
class Entry {
public:
    /// `what` for people: "tick", "create". `permit`: what the gate gave when it began.
    Entry(std::string what, AwakeTime begun, AwakeTime deadline, Permit permit)
        : what_(std::move(what)), begun_(begun), deadline_(deadline), permit_(permit) {}
    Entry(const Entry&) = delete;
    Entry& operator=(const Entry&) = delete;

    [[nodiscard]] const std::string& what() const { return what_; }
    [[nodiscard]] AwakeTime begun() const { return begun_; }
    [[nodiscard]] AwakeTime deadline() const { return deadline_; }
    [[nodiscard]] Permit permit() const { return permit_; }
    /// The entry should return soon, and changes nothing more.
    void cancel() { stop_.request_stop(); }
    [[nodiscard]] std::stop_token token() const { return stop_.get_token(); }

    /// What the plugin is shown of it; valid as long as this.
    [[nodiscard]] orch_tick view(const Now& now,
                                 std::uint64_t number,
                                 std::uint64_t missed,
                                 std::uint32_t flags) const {
        return {.size = sizeof(orch_tick),
                .flags = flags,
                .number = number,
                .missed = missed,
                .awake_ms = milliseconds(now.awake),
                .boot_ms = bootMilliseconds(),
                .wall_ms = wallMilliseconds(now),
                .deadline_ms = milliseconds(deadline_),
                .context = this,
                .cancelled = isCancelled};
    }

private:
    static std::int64_t milliseconds(AwakeTime at) {
        return std::chrono::duration_cast<Milliseconds>(at.time_since_epoch()).count();
    }
    static std::int64_t wallMilliseconds(const Now& now) {
        return std::chrono::duration_cast<Milliseconds>(now.wall.time_since_epoch()).count();
    }
    static std::int32_t isCancelled(const void* context) {
        return static_cast<const Entry*>(context)->stop_.stop_requested() ? 1 : 0;
    }

    std::string what_;
    AwakeTime begun_, deadline_;
    Permit permit_;
    std::stop_source stop_;
};

}  // namespace orch
