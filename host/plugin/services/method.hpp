#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "plugin/services.hpp"
#include "plugin/services/memory.hpp"
#include "plugin/services/request.hpp"

namespace orch {

struct Method;

/// One call while it is served.
struct Call {
    const ServiceWorld& world;
    ServiceMemory& memory;
    const Caller& caller;
    const Method& method;
    const CallRequest& request;
};

/// One method as plugins know it.
struct Method {
    const char* name;
    bool changes;
    std::vector<const char*> members;  ///< of its request
    /// The reply. Throws CallRefused for another status than ORCH_OK; StoreError becomes
    /// ORCH_UNAVAILABLE and any other Error ORCH_FAILED.
    Json (*serve)(const Call& call);
};

/// The one place that says which methods there are, sorted by name.
[[nodiscard]] const std::vector<Method>& methodTable();
/// Nullptr for a method that is not there.
[[nodiscard]] const Method* findMethod(std::string_view name);

// One function a method, each in the file of its group.
[[nodiscard]] Json startCommandFor(const Call& call);
[[nodiscard]] Json showCommandFor(const Call& call);
[[nodiscard]] Json listRunningFor(const Call& call);
[[nodiscard]] Json finishJobFor(const Call& call);
[[nodiscard]] Json listTasksFor(const Call& call);
[[nodiscard]] Json listLeasesFor(const Call& call);
[[nodiscard]] Json reclaimLeaseFor(const Call& call);
[[nodiscard]] Json sendNoticeFor(const Call& call);
[[nodiscard]] Json writeJournalFor(const Call& call);
[[nodiscard]] Json stateDirFor(const Call& call);
[[nodiscard]] Json probeHttpFor(const Call& call);

}  // namespace orch
