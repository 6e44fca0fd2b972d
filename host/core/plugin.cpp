#include "core/plugin.hpp"

namespace orch {

const std::vector<std::string>& knownMethods() {
    static const std::vector<std::string> methods{"exec.start",
                                                  "exec.status",
                                                  "jobs.finish",
                                                  "jobs.running",
                                                  "journal.write",
                                                  "leases.list",
                                                  "leases.reclaim",
                                                  "notify.send",
                                                  "probe.http",
                                                  "state_dir.path",
                                                  "tasks.list"};
    return methods;
}

}  // namespace orch
