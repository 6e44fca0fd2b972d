#include "http/json.hpp"

namespace orch {

Reply jsonReply(const Json& value, int status) {
    Reply reply;
    reply.status = status;
    reply.body = value.dump(-1, ' ', false, Json::error_handler_t::replace) + "\n";
    return reply;
}

}  // namespace orch
