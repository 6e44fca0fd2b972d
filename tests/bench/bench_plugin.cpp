#include <orch/plugin.hpp>

// The least a plugin can be. plugins_bench copies it under other ids of the same length.
class BenchPlugin {
public:
    static constexpr orch::Descriptor descriptor{.id = "bench-000",
                                                 .version = "1.0.0",
                                                 .kill_switch = "ORCH_BENCH_000_ENABLED",
                                                 .interval = 1s,
                                                 .block = "bench_000"};
    BenchPlugin(orch::Host /*host*/, const orch::Settings& /*settings*/) {}
    void tick(const orch::Tick& /*tick*/) {}
};
ORCH_PLUGIN(BenchPlugin)
