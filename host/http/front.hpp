#pragma once

#include <string>
#include <variant>

#include "http/api.hpp"
#include "http/exchange.hpp"
#include "http/framing.hpp"
#include "http/head.hpp"
#include "http/routes.hpp"

namespace orch {

/// The front door: everything that is decided about a request before and after its handler.
/// Knows no sockets. Thread-safe.
class Front {
public:
    struct Rules {
        std::string listen_host;
        std::string token;
        FramingLimits limits;
    };
    Front(const Api& api, Rules rules) : api_(api), rules_(std::move(rules)) {}

    /// A request that may send its body.
    struct Admitted {
        const Route* route;
        Request request;
    };
    struct Refusal {
        Reply reply;
        bool close;  ///< the connection cannot be used again
    };
    [[nodiscard]] std::variant<Admitted, Refusal> admit(const Head& head) const;

    /// Runs the handler. Never throws: every failure becomes a problem.
    [[nodiscard]] Reply answer(const Admitted& admitted) const;

private:
    [[nodiscard]] std::optional<Reply> accessProblem(const Head& head, const Route& route) const;

    const Api& api_;
    Rules rules_;
};

}  // namespace orch
