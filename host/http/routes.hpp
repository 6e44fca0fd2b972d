#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "http/api.hpp"
#include "http/exchange.hpp"

namespace orch {

/// Who may call. kRead needs a token unless the configuration opens it (server.read).
enum class Access { kAnybody, kRead, kChange };

struct Route {
    std::string_view method;   ///< "GET" (HEAD as well) or "POST"
    std::string_view pattern;  ///< "/api/v1/tasks/{}/explain"
    Access access;
    Reply (*handle)(const Api&, const Request&);  ///< null: the connection's challenge
    std::vector<std::string> query;               ///< the names its query may have
};

/// Everything orchd serves, in one table.
[[nodiscard]] const std::vector<Route>& routes();

/// What each "{}" of the pattern stands for in a path that matches: anything but '/', not empty.
[[nodiscard]] std::optional<std::vector<std::string>> matches(std::string_view pattern,
                                                              std::string_view path);

}  // namespace orch
