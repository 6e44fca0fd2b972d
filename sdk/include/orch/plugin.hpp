#pragma once

// What the author of a plugin includes. A plugin is a class:
//
//     class DiskWatch {
//     public:
//         static constexpr orch::Descriptor descriptor{.id = "disk-watch", …};
//         DiskWatch(orch::Host host, const orch::Settings& settings);
//         void tick(const orch::Tick& tick);
//     };
//     ORCH_PLUGIN(DiskWatch)
//
// and, where it has the ability,
//
//     static constexpr std::uint32_t state_schema = 1;      // survives a hot swap
//     std::string save();
//     void load(std::uint32_t schema, std::string_view state);
//     orch::JsonObject snapshot();                          // its block in GET /queue
//     orch::JobAnswer run(const orch::ReservedJob&, const orch::Tick&);  // with .jobs
//
// All of them are called on one thread, one at a time. Whatever they throw is caught, becomes the
// sentence of a failed entry and harms nobody else. sdk/docs/guide.md tells the rest.

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>

#include "orch/descriptor.hpp"
#include "orch/detail/checks.hpp"
#include "orch/detail/entries.hpp"
#include "orch/json.hpp"
#include "orch/plugin.h"
#include "orch/services.hpp"
#include "orch/settings.hpp"
#include "orch/tick.hpp"
#include "orch/types.hpp"
#include "orch/units.hpp"

// So that `60s` and `10_GB` are read as they stand; only authors of plugins include this file.
using namespace std::chrono_literals;
using namespace orch::literals;

/// Makes the class `P` the plugin of this library. Once in a library, outside any namespace.
#define ORCH_PLUGIN(P)                                                   \
    ORCH_CHECK_PLUGIN(P);                                                \
    extern "C" __attribute__((visibility("default"))) const orch_plugin* \
    orch_plugin_v1() noexcept {                                          \
        return orch::pluginTable<P>();                                   \
    }
