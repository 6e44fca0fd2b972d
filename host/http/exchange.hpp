#pragma once

#include <functional>
#include <map>
#include <string>
#include <utility>
#include <vector>

namespace orch {

class ReplyStream;

/// A request that passed the front door, as handlers see it.
struct Request {
    std::string method;  ///< "GET" for HEAD as well
    std::string path;
    std::string id;    ///< what the route's first "{}" matched; empty without one
    std::string part;  ///< what its second one matched
    std::map<std::string, std::string> query;
    std::string idempotency_key;  ///< empty: none
    std::string body;
};

/// What is sent back: `body`, or what `stream` writes piece by piece when it is set.
struct Reply {
    int status = 200;
    std::string type = "application/json";
    std::string body;
    std::vector<std::pair<std::string, std::string>> headers;
    std::function<void(ReplyStream&)> stream;
};

}  // namespace orch
