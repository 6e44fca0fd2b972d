#include "http/json.hpp"
#include "http/problem.hpp"
#include "http/resources.hpp"

namespace orch {

Reply getHealth(const Api& /*api*/, const Request& /*request*/) {
    return jsonReply({{"status", "ok"}});
}

Reply getReadiness(const Api& api, const Request& /*request*/) {
    const auto trouble = api.trouble();
    if (!trouble.empty()) return problem(503, trouble);
    const auto hung = api.hung();
    if (!hung.empty()) return problem(503, hung);
    // It answers and writes, so it is ready; whoever watches learns that nothing begins.
    const auto disk = api.disk().reason;
    Json ready{{"ready", true}};
    if (!disk.empty()) ready["detail"] = disk;
    // The other projects are served. Names only: whoever asks has shown no token.
    for (const auto& project : api.projects()) {
        if (project.state == ProjectState::kHeld) ready["held"].push_back(project.name);
    }
    return jsonReply(ready);
}

}  // namespace orch
