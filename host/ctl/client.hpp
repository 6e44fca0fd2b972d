#pragma once

#include <functional>
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "ctl/endpoint.hpp"

namespace orch::ctl {

using Headers = std::vector<std::pair<std::string, std::string>>;

/// Talks to one orchd; a connection a call. Every call throws Unreachable when nobody answers (or
/// somebody who is not orchd) and RefusedByOrchd with orchd's own sentence when it says no.
class Client {
public:
    explicit Client(Endpoint endpoint) : endpoint_(std::move(endpoint)) {}

    [[nodiscard]] nlohmann::json get(const std::string& path) const;
    nlohmann::json post(const std::string& path,
                        const nlohmann::json& body,
                        const Headers& headers = {}) const;
    /// Plain text, piece by piece as it comes, until orchd has sent everything.
    void stream(const std::string& path, const std::function<void(std::string_view)>& piece) const;

    /// An order whose answer comes piece by piece.
    void streamPost(const std::string& path,
                    const nlohmann::json& body,
                    const std::function<void(std::string_view)>& piece) const;

    [[nodiscard]] const Endpoint& endpoint() const { return endpoint_; }

private:
    [[nodiscard]] std::string token(bool required) const;

    Endpoint endpoint_;
};

/// "a b/c" as one part of a path or query: "a%20b%2Fc".
[[nodiscard]] std::string urlPart(const std::string& text);

/// "?task=T-3&limit=5" from the pairs that have a value; empty when none has.
[[nodiscard]] std::string query(const Headers& pairs);

}  // namespace orch::ctl
