#pragma once

#include <orch/plugin.h>

#include <functional>
#include <string>
#include <string_view>

namespace orch::testing {

/// A plugin's table in this very program: what its entries do is set by the test. One at a time.
struct FakePlugin {
    FakePlugin();
    ~FakePlugin();
    FakePlugin(const FakePlugin&) = delete;
    FakePlugin& operator=(const FakePlugin&) = delete;

    std::function<void(const orch_host&, std::string_view settings)> on_create;
    std::function<std::int32_t(const orch_tick&, orch_sink error)> on_tick;
    std::function<std::string()> on_snapshot;
    std::int32_t snapshot_status = 0;  ///< what the snapshot answers
    std::function<std::string(std::string_view job)> on_run;
    std::function<void()> on_destroy;
    const orch_host* host = nullptr;  ///< between create and destroy
    bool refuses = false;             ///< create answers null

    [[nodiscard]] static const orch_plugin& table();
    /// A call as the plugin would make it; its status, and the reply in `reply`.
    std::int32_t call(std::string_view method, std::string* reply = nullptr) const;
};

void say(orch_sink sink, std::string_view text);

}  // namespace orch::testing
