#include "http/json.hpp"
#include "http/resources.hpp"

namespace orch {

Reply getConfig(const Api& api, const Request& /*request*/) {
    return jsonReply({{"yaml", api.config_text}, {"file", api.config_file}});
}

}  // namespace orch
