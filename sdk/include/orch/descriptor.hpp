#pragma once

#include <chrono>

namespace orch {
inline namespace sdk {

/// Who a plugin is: a constant in its class. orch/plugin.h has the exact rules.
struct Descriptor {
    const char* id = nullptr;           ///< "disk-watch": its name in the configuration
    const char* version = nullptr;      ///< "1.0.0"
    const char* kill_switch = nullptr;  ///< environment variable, ends with _ENABLED
    std::chrono::milliseconds interval{std::chrono::seconds{60}};  ///< 100 ms to 1 day
    const char* needs = nullptr;            ///< methods it calls, separated by blanks
    const char* settings_schema = nullptr;  ///< sdk/docs/guide.md, "Settings"
    const char* block = nullptr;            ///< its key in GET /queue; the id with _ for -
    const char* jobs = nullptr;             ///< reserved agents whose jobs it runs, with blanks
};

}  // namespace sdk
}  // namespace orch
