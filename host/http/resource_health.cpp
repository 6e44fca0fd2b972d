#include "http/json.hpp"
#include "http/problem.hpp"
#include "http/resources.hpp"

namespace orch {

Reply getHealth(const Api& /*api*/, const Request& /*request*/) {
    return jsonReply({{"status", "ok"}});
}

Reply getReadiness(const Api& api, const Request& /*request*/) {
    const auto trouble = api.trouble();
    return trouble.empty() ? jsonReply({{"ready", true}}) : problem(503, trouble);
}

}  // namespace orch
