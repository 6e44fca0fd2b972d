#include <limits>

#include "http/encode.hpp"
#include "http/json.hpp"
#include "http/resources.hpp"
#include "http/target.hpp"

namespace orch {

Reply getJournal(const Api& api, const Request& request) {
    const auto subject = textIn(request, "subject");
    const auto limit = static_cast<int>(numberIn(request, "limit", {1, 1000, 100}));
    const bool newest = !request.query.contains("after");
    const auto after = numberIn(request, "after", {0, std::numeric_limits<std::int64_t>::max(), 0});
    const auto rows = api.store.read([&](Connection& db) {
        return newest ? lastJournal(db, subject, limit) : readJournal(db, subject, after, limit);
    });
    const auto now = api.clock.now();
    Json entries = Json::array();
    for (const auto& row : rows) entries.push_back(journalJson(row, now));
    return jsonReply({{"entries", entries}, {"next", rows.empty() ? after : rows.back().seq}});
}

}  // namespace orch
