#pragma once

#include <functional>
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <string_view>

#include "ctl/connection.hpp"
#include "ctl/endpoint.hpp"

namespace orch::ctl {

/// Talks to one orchd; a connection a call. The token is never sent: before an order is, the other
/// end has to prove on the same connection that it knows it, and the order and a good answer carry
/// such a proof too (base/token_proof.hpp; of a stream its beginning). Every call throws
/// Unreachable when nobody answers (or somebody who is not orchd) and RefusedByOrchd with orchd's
/// own sentence when it says no.
class Client {
public:
    explicit Client(Endpoint endpoint) : endpoint_(std::move(endpoint)) {}

    [[nodiscard]] nlohmann::json get(const std::string& path) const;
    nlohmann::json post(const std::string& path,
                        const nlohmann::json& body,
                        const Headers& headers = {}) const;
    /// Plain text, whole.
    [[nodiscard]] std::string text(const std::string& path) const;
    /// Plain text, piece by piece as it comes, until orchd has sent everything.
    void stream(const std::string& path, const std::function<void(std::string_view)>& piece) const;

    /// An order whose answer comes piece by piece.
    void streamPost(const std::string& path,
                    const nlohmann::json& body,
                    const std::function<void(std::string_view)>& piece) const;

    /// Does anybody answer? Asks without any proof.
    [[nodiscard]] bool lives() const;

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
