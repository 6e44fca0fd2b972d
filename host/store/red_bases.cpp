#include "store/red_bases.hpp"

#include "store/job_row.hpp"
#include "store/jobs_sql.hpp"

namespace orch {
namespace {

std::vector<std::string> projectNames(Connection& db) {
    auto& query = db.prepared("SELECT name FROM projects ORDER BY name").bind();
    std::vector<std::string> names;
    while (query.step()) names.push_back(query.text(0));
    return names;
}

}  // namespace

std::vector<RedBase> redBases(Connection& db, Instant now) {
    std::vector<RedBase> reds;
    for (const auto& project : projectNames(db)) {
        const auto checks = readJobs(db.prepared(jobs_sql::kBaseChecks).bind(project));
        if (auto red = redBase(checks, now)) reds.push_back(std::move(*red));
    }
    return reds;
}

}  // namespace orch
