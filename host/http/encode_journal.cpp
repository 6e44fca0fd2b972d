#include "http/encode.hpp"
#include "http/json.hpp"

namespace orch {

Json journalJson(const JournalRow& row, const Now& now) {
    return {{"seq", row.seq},
            {"at", timeJson(row.at, now)},
            {"actor", row.actor},
            {"subject", row.subject},
            {"rule", row.rule},
            {"decision", row.decision},
            {"evidence", evidenceJson(row.evidence)},
            {"mode", row.mode}};
}

}  // namespace orch
