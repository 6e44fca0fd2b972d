#pragma once

#include <cstring>
#include <exception>
#include <string>
#include <type_traits>

#include "orch/call.hpp"
#include "orch/detail/checks.hpp"
#include "orch/detail/sink.hpp"
#include "orch/plugin.h"

// The C functions of one plugin class. Nothing thrown leaves any of them.

namespace orch {
inline namespace sdk {
namespace detail {

/// Runs `work`; what it throws goes to `error` in words. Cancelled is no failure of the plugin's.
template <class Work>
std::int32_t guarded(orch_sink error, const Work& work) noexcept {
    try {
        return work();
    } catch (const Cancelled& cancelled) {
        put(error, cancelled.what());
        return ORCH_CANCELLED;
    } catch (const std::exception& failure) {
        put(error, failure.what());
    } catch (...) {
        put(error, "something was thrown that is no std::exception");
    }
    return ORCH_EXCEPTION;
}

inline std::int32_t answer(orch_sink sink, orch_sink error, std::string_view text) {
    if (put(sink, text)) return ORCH_OK;
    put(error, "orchd did not take all of it (" + std::to_string(text.size()) + " bytes)");
    return ORCH_FAILED;
}

inline std::string asText(const JsonObject& object) {
    return object.text();
}
inline std::string asText(std::string text) {
    return text;
}

/// Throws std::runtime_error when this header is too young for orchd.
inline void checkHost(const orch_host* host) {
    if (host == nullptr || !ORCH_HAS(host, orch_host, get_extension) ||
        host->abi >> 16 != ORCH_ABI_MAJOR) {
        throw std::runtime_error("this orchd does not speak version 1 of orch/plugin.h");
    }
}

template <class P>
struct Entries {
    struct Instance {
        explicit Instance(const orch_host& table, orch_text settings)
            : host(table), plugin(host, Settings{view(settings)}) {}
        Host host;
        P plugin;
    };

    static P& plugin(orch_instance* instance) noexcept {
        return reinterpret_cast<Instance*>(instance)->plugin;
    }

    static orch_instance* create(const orch_host* host,
                                 orch_text settings,
                                 orch_sink error) noexcept {
        Instance* made = nullptr;
        guarded(error, [&] {
            checkHost(host);
            made = new Instance(*host, settings);
            return ORCH_OK;
        });
        return reinterpret_cast<orch_instance*>(made);
    }

    static std::int32_t tick(orch_instance* instance,
                             const orch_tick* tick,
                             orch_sink error) noexcept {
        return guarded(error, [&] {
            plugin(instance).tick(Tick{*tick});
            return ORCH_OK;
        });
    }

    static void destroy(orch_instance* instance) noexcept {
        const auto host = reinterpret_cast<Instance*>(instance)->host;
        Collected error;
        guarded(error.sink(), [&] {
            delete reinterpret_cast<Instance*>(instance);
            return ORCH_OK;
        });
        if (!error.text().empty()) host.log(Level::kError, error.text());
    }

    static std::int32_t save(orch_instance* instance, orch_sink state, orch_sink error) noexcept {
        return guarded(error, [&] { return answer(state, error, plugin(instance).save()); });
    }

    static std::int32_t load(orch_instance* instance,
                             std::uint32_t schema,
                             orch_text state,
                             orch_sink error) noexcept {
        return guarded(error, [&] {
            plugin(instance).load(schema, view(state));
            return ORCH_OK;
        });
    }

    /// Its one sink gets the object, or what went wrong.
    static std::int32_t snapshot(orch_instance* instance, orch_sink object) noexcept {
        return guarded(object,
                       [&] { return answer(object, {}, asText(plugin(instance).snapshot())); });
    }

    static std::int32_t run(orch_instance* instance,
                            const orch_tick* tick,
                            orch_text job,
                            orch_sink result,
                            orch_sink error) noexcept {
        return guarded(error, [&] {
            const auto became = plugin(instance).run(readReservedJob(view(job)), Tick{*tick});
            return answer(result, error, dump(toJson(became)));
        });
    }

    static const void* get_extension(const char* id) noexcept;
};

// Tables of the abilities: constants, instantiated only for a class that has the ability.
template <class P>
inline constexpr orch_ext_state kState{
    sizeof(orch_ext_state), P::state_schema, &Entries<P>::save, &Entries<P>::load};
template <class P>
inline constexpr orch_ext_snapshot kSnapshot{sizeof(orch_ext_snapshot), 0, &Entries<P>::snapshot};
template <class P>
inline constexpr orch_ext_jobs kJobs{
    sizeof(orch_ext_jobs), 0, P::descriptor.jobs, &Entries<P>::run};

template <class P>
const void* Entries<P>::get_extension(const char* id) noexcept {
    const std::string_view asked{id};
    if constexpr (Stateful<P>) {
        if (asked == ORCH_EXT_STATE) return &kState<P>;
    }
    if constexpr (Showing<P>) {
        if (asked == ORCH_EXT_SNAPSHOT) return &kSnapshot<P>;
    }
    if constexpr (Working<P>) {
        if (asked == ORCH_EXT_JOBS) return &kJobs<P>;
    }
    return nullptr;
}

template <class P>
inline constexpr orch_plugin kTable{sizeof(orch_plugin),
                                    ORCH_ABI,
                                    P::descriptor.id,
                                    P::descriptor.version,
                                    P::descriptor.kill_switch,
                                    P::descriptor.block,
                                    P::descriptor.needs,
                                    P::descriptor.settings_schema,
                                    P::descriptor.interval.count(),
                                    &Entries<P>::create,
                                    &Entries<P>::tick,
                                    &Entries<P>::destroy,
                                    &Entries<P>::get_extension};

}  // namespace detail

/// The C table of a plugin class; null, after ORCH_CHECK_PLUGIN's sentence, for anything else.
template <class P>
[[nodiscard]] constexpr const orch_plugin* pluginTable() noexcept {
    if constexpr (detail::Plugin<P>) return &detail::kTable<P>;
    return nullptr;
}

}  // namespace sdk
}  // namespace orch
