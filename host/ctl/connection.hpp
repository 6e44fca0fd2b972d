#pragma once

#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "ctl/endpoint.hpp"
#include "ctl/exit_code.hpp"

namespace orch::ctl {

using Headers = std::vector<std::pair<std::string, std::string>>;

struct HttpRequest {
    std::string method, path, body;
    Headers headers;
};
struct HttpAnswer {
    int status{};
    std::string type;
    std::string proof;    ///< the field Orchd-Proof; empty without one
    std::string refusal;  ///< the body, unless the status says it is what was asked for
};
using Reader = std::function<void(std::string_view)>;

/// One connection to orchd, through the state folder's socket or TCP. It is never made anew, so
/// what was proved on it holds for all that is sent on it. Every call throws Unreachable with a
/// sentence when nobody answers, or somebody who cannot be orchd.
class Connection {
public:
    /// Connects. The other end of a socket must be this user's process, root's or that of the
    /// folder's owner, in a folder that nobody else can write. Throws UsageError on an address that
    /// is none.
    Connection(const Endpoint& endpoint, long answer_seconds);
    ~Connection();
    Connection(const Connection&) = delete;
    Connection& operator=(const Connection&) = delete;

    /// Sends it and passes on the body of a good answer, piece by piece as it comes.
    HttpAnswer exchange(const HttpRequest& request, const Reader& read);

    /// "/api/v1/tasks" as it is sent: below the path of the address.
    [[nodiscard]] std::string target(const std::string& path) const;

private:
    struct Session;
    const Endpoint& endpoint_;
    std::unique_ptr<Session> session_;
};

/// What the failure of a connection means for the one who asked.
[[nodiscard]] Unreachable unreachable(const Endpoint& endpoint, const std::string& cause);
/// The same, where it may simply not run.
[[nodiscard]] Unreachable notRunning(const Endpoint& endpoint, const std::string& cause);

/// Appends to `body`; throws Unreachable when it becomes larger than 64 MB.
[[nodiscard]] Reader into(std::string& body);

}  // namespace orch::ctl
