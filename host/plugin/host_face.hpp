#pragma once

#include <orch/plugin.h>

#include <deque>
#include <functional>
#include <mutex>
#include <shared_mutex>
#include <string>
#include <thread>

#include "base/clock.hpp"
#include "plugin/call_result.hpp"
#include "plugin/entry.hpp"

namespace orch {

/// What one generation sees of orchd: plugin.h's orch_host. It is asked by foreign code on foreign
/// threads, so it answers sensibly whatever happens, also when nothing is behind it any more.
class HostFace {
public:
    using Serve = std::function<CallResult(const Entry&, std::string_view, std::string_view)>;

    /// `speaker` for people: "plugin reaper". `serve` runs on the generation's thread and is not
    /// called after revoke().
    HostFace(std::string speaker, Serve serve);
    HostFace(const HostFace&) = delete;
    HostFace& operator=(const HostFace&) = delete;

    [[nodiscard]] const orch_host* table() const { return &table_; }

    /// An entry lasts as long as this; on the thread that enters.
    class Inside {
    public:
        Inside(HostFace& face, const Entry& entry);
        ~Inside();
        Inside(const Inside&) = delete;
        Inside& operator=(const Inside&) = delete;

    private:
        HostFace& face_;
    };

    /// From now on every call answers ORCH_CANCELLED. Returns once none is being served.
    void revoke();

private:
    static void log(void* context, std::int32_t level, orch_text text);
    static std::int32_t call(void* context, orch_text method, orch_text request, orch_sink reply);
    static const void* getExtension(void* context, const char* id);
    [[nodiscard]] CallResult answer(std::string_view method, std::string_view request);
    void say(std::int32_t level, std::string_view text);
    [[nodiscard]] bool mayLog(AwakeTime now);

    std::string speaker_;
    Serve serve_;
    orch_host table_;
    std::shared_mutex serving_;  ///< shared while a call is served
    bool revoked_ = false;       ///< under serving_
    std::atomic<const Entry*> entry_ = nullptr;
    std::atomic<std::thread::id> inside_{};

    std::mutex log_mutex_;
    std::deque<AwakeTime> logged_;  ///< within the last minute
    std::uint64_t dropped_ = 0;
};

}  // namespace orch
