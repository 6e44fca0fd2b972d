#pragma once

#include <string>

#include "base/error.hpp"
#include "http/exchange.hpp"

namespace orch {

/// A request that cannot be served as it is; `status` is a 4xx or 5xx, the message a sentence.
class Rejected : public Error {
public:
    Rejected(int status, const std::string& detail) : Error(detail), status_(status) {}
    [[nodiscard]] int status() const { return status_; }

private:
    int status_;
};

/// RFC 9457: application/problem+json with type, title, status and `detail`.
[[nodiscard]] Reply problem(int status, const std::string& detail);

/// The standard's words for a status, "Not Found".
[[nodiscard]] std::string reasonPhrase(int status);

}  // namespace orch
