#pragma once

#include <vector>

#include "lease/file_leases.hpp"
#include "pipeline/flip.hpp"
#include "pipeline/recovery.hpp"
#include "plugin/plugin_host.hpp"
#include "probe/curl_prober.hpp"

namespace orch {

/// What stands behind orchd's plugins, put together: what they are shown, what they may ask for,
/// and the host that runs them. Start and stop the host itself.
class Behaviours {
public:
    struct Parts {
        Store& store;
        const Setup& setup;
        MergeLeases& leases;
        Launcher& launcher;
        Worker& worker;
        Finisher& finisher;
        Recovery& recovery;
        Lanes& lanes;
        Alarm& alarm;
        std::function<void()> told;  ///< a message waits in the outbox
    };
    Behaviours(const Parts& parts, PluginPlaces places, const std::vector<PluginDef>& defs);

    [[nodiscard]] PluginHost& host() { return host_; }

private:
    CurlProber http_;
    RunningJobs running_;
    Flipper flipper_;
    Services services_;
    PluginHost host_;
};

}  // namespace orch
