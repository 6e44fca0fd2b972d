#include "plugin/services/method.hpp"

#include <algorithm>

namespace orch {

const std::vector<Method>& methodTable() {
    static const std::vector<Method> table{
        {"exec.start", true, {"command", "timeout_ms", "key", "why"}, startCommandFor},
        {"exec.status", false, {"job"}, showCommandFor},
        {"jobs.finish", true, {"job", "attempt", "pid", "pid_start", "cause", "why"}, finishJobFor},
        {"jobs.running", false, {"alive_after_ms"}, listRunningFor},
        {"journal.write", false, {"subject", "rule", "decision", "evidence"}, writeJournalFor},
        {"leases.list", false, {}, listLeasesFor},
        {"leases.reclaim", true, {"repository", "token", "why"}, reclaimLeaseFor},
        {"notify.send", true, {"subject", "text", "cause"}, sendNoticeFor},
        {"probe.http", false, {"url", "timeout_ms", "headers", "body_limit"}, probeHttpFor},
        {"state_dir.path", false, {}, stateDirFor},
        {"tasks.list", false, {"project", "stage", "state", "limit"}, listTasksFor}};
    return table;
}

const Method* findMethod(std::string_view name) {
    const auto& table = methodTable();
    const auto found = std::lower_bound(
        table.begin(), table.end(), name, [](const Method& method, std::string_view wanted) {
            return method.name < wanted;
        });
    return found != table.end() && found->name == name ? &*found : nullptr;
}

}  // namespace orch
