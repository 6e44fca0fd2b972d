#include <limits>

#include "http/encode.hpp"
#include "http/json.hpp"
#include "http/problem.hpp"
#include "http/resources.hpp"
#include "http/target.hpp"

namespace orch {

namespace {

JournalFilter filterIn(const Request& request) {
    JournalFilter filter(textIn(request, "subject"), textIn(request, "actor"));
    if (filter.actor.find('#') == std::string::npos) return filter;
    throw Rejected(400,
                   "actor is asked for without its generation: " +
                       filter.actor.substr(0, filter.actor.find('#')));
}

}  // namespace

Reply getJournal(const Api& api, const Request& request) {
    const auto filter = filterIn(request);
    const auto limit = static_cast<int>(numberIn(request, "limit", {1, 1000, 100}));
    const bool newest = !request.query.contains("after");
    const auto after = numberIn(request, "after", {0, std::numeric_limits<std::int64_t>::max(), 0});
    const auto rows = api.store.read([&](Connection& db) {
        return newest ? lastJournal(db, filter, limit) : readJournal(db, filter, after, limit);
    });
    const auto now = api.clock.now();
    Json entries = Json::array();
    for (const auto& row : rows) entries.push_back(journalJson(row, now));
    return jsonReply({{"entries", entries}, {"next", rows.empty() ? after : rows.back().seq}});
}

}  // namespace orch
