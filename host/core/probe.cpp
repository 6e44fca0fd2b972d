#include "core/probe.hpp"

namespace orch {

std::string_view nameOf(ProbeOutcome outcome) {
    switch (outcome) {
        case ProbeOutcome::kAnswered:
            return "answered";
        case ProbeOutcome::kRefused:
            return "refused";
        case ProbeOutcome::kReset:
            return "reset";
        case ProbeOutcome::kConnectTimeout:
            return "connect_timeout";
        case ProbeOutcome::kAnswerTimeout:
            return "answer_timeout";
        case ProbeOutcome::kNameNotResolved:
            return "name_not_resolved";
        case ProbeOutcome::kTls:
            return "tls";
        case ProbeOutcome::kNoRoute:
            return "no_route";
        case ProbeOutcome::kBadUrl:
            return "bad_url";
    }
    return "bad_url";
}

}  // namespace orch
