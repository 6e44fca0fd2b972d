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
    return jsonReply(disk.empty() ? Json{{"ready", true}}
                                  : Json{{"ready", true}, {"detail", disk}});
}

}  // namespace orch
