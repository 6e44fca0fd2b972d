#pragma once

#include <chrono>
#include <optional>
#include <semaphore>
#include <string>
#include <variant>

#include "http/api.hpp"
#include "http/connection_proof.hpp"
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
        std::string read_token;  ///< opens what is kRead, and nothing else; empty: none does
        bool read_open = false;  ///< what is kRead is anybody's
        int at_once = 64;        ///< handlers that run at a time
        FramingLimits limits;
    };
    Front(const Api& api, Rules rules)
        : api_(api), rules_(std::move(rules)), places_(rules_.at_once) {}

    /// A request that may send its body.
    struct Admitted {
        const Route* route;
        Request request;
    };
    struct Refusal {
        Reply reply;
        bool close;  ///< the connection cannot be used again
    };
    [[nodiscard]] std::variant<Admitted, Refusal> admit(const Head& head,
                                                        ConnectionProof& proof) const;

    /// Runs the handler. Never throws: every failure becomes a problem. At most Rules::at_once run
    /// at a time (each may take a connection to the database, and with it file descriptors that
    /// agents need too); who finds no place within kPatience is told to come again. Health always
    /// answers.
    [[nodiscard]] Reply answer(const Admitted& admitted, ConnectionProof& proof);

    static constexpr std::chrono::seconds kPatience{2};

private:
    [[nodiscard]] std::optional<Reply> accessProblem(const Head& head,
                                                     const Route& route,
                                                     ConnectionProof& proof) const;

    [[nodiscard]] Reply answerUnsigned(const Admitted& admitted, ConnectionProof& proof);
    [[nodiscard]] Reply handle(const Admitted& admitted, ConnectionProof& proof) const;

    const Api& api_;
    Rules rules_;
    std::counting_semaphore<> places_;
};

}  // namespace orch
