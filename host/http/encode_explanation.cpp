#include "core/names.hpp"
#include "http/encode.hpp"
#include "http/json.hpp"

namespace orch {
namespace {

Json verdictJson(const Verdict& verdict) {
    return {{"gate", verdict.gate},
            {"colour", nameOf(verdict.colour)},
            {"reason", verdict.reason},
            {"findings", verdict.findings},
            {"evidence", evidenceJson(verdict.evidence)}};
}

}  // namespace

Json standingJson(const std::vector<Standing>& standing) {
    Json list = Json::array();
    for (const auto& each : standing) {
        list.push_back({{"verb", each.verb},
                        {"gate", each.gate},
                        {"what", each.what},
                        {"shown", each.bound_to},
                        {"reason", each.reason}});
    }
    return list;
}

Json explanationJson(const Explanation& explanation) {
    Json verdicts = Json::array();
    for (const auto& verdict : explanation.verdicts) verdicts.push_back(verdictJson(verdict));
    return {{"id", name(explanation.task)},
            {"summary", explanation.summary},
            {"lines", explanation.lines},
            {"verdicts", verdicts},
            {"answers", standingJson(explanation.standing)},
            {"actions", explanation.actions}};
}

}  // namespace orch
