#include "daemon/behaviours.hpp"

namespace orch {

Behaviours::Behaviours(const Parts& parts, PluginPlaces places, const std::vector<PluginDef>& defs)
    : running_(parts.store, parts.setup, parts.launcher, parts.worker.inHand()),
      flipper_(running_,
               parts.launcher,
               parts.finisher,
               parts.recovery.unblocker(),
               parts.setup,
               parts.told),
      services_({.store = parts.store,
                 .setup = parts.setup,
                 .running = running_,
                 .flipper = flipper_,
                 .launcher = parts.launcher,
                 .leases = parts.leases,
                 .http = http_,
                 .told = parts.told}),
      host_({.store = parts.store,
             .worker = parts.worker,
             .services = services_,
             .lanes = parts.lanes,
             .alarm = parts.alarm,
             .state_dir = parts.setup.state_dir,
             .places = std::move(places),
             .told = parts.told},
            defs) {}

}  // namespace orch
