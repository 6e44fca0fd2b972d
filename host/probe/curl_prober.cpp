#include "probe/curl_prober.hpp"

#include "probe/outcome.hpp"
#include "probe/transfer.hpp"

namespace orch {
namespace {

ProbeAnswer finish(ProbeAnswer answer, const ProbeEnd& end, AwakeTime begun) {
    const auto judged = judgeProbe(end);
    answer.outcome = judged.outcome;
    answer.detail = judged.detail;
    if (answer.outcome != ProbeOutcome::kAnswered) {
        answer = {.outcome = answer.outcome, .detail = answer.detail};
    }
    answer.took =
        std::chrono::duration_cast<Milliseconds>(std::chrono::steady_clock::now() - begun);
    return answer;
}

}  // namespace

std::optional<ProbeAnswer> CurlProber::probe(const HttpProbe& probe,
                                             const std::function<bool()>& cancelled) const {
    const auto begun = std::chrono::steady_clock::now();
    const auto target = targetOf(probe.url);
    if (!target.wrong.empty()) {
        return ProbeAnswer{.outcome = ProbeOutcome::kBadUrl, .detail = target.wrong};
    }
    Transfer transfer(probe);
    auto end = transfer.run(cancelled);
    if (!end) return std::nullopt;
    end->target = target;
    end->timeout = probe.timeout;
    return finish(transfer.takeAnswer(), *end, begun);
}

}  // namespace orch
