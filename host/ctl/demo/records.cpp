#include <set>

#include "ctl/demo/proofs.hpp"
#include "ctl/text_of.hpp"

namespace orch::ctl {

using nlohmann::json;

namespace {

json wholeJournal(const Client& orchd) {
    json entries = json::array();
    for (long after = 0;;) {
        const auto page = orchd.get("/api/v1/journal?limit=500&after=" + std::to_string(after));
        const auto& news = listOf(page, "entries");
        const auto next = numberOf(page, "next");
        entries.insert(entries.end(), news.begin(), news.end());
        if (news.empty() || next <= after) return entries;
        after = next;
    }
}

}  // namespace

Records readRecords(const Client& orchd, const std::string& task) {
    Records records{orchd.get("/api/v1/tasks/" + task), json::array(), wholeJournal(orchd)};
    for (const auto& job : listOf(records.task, "jobs")) {
        records.jobs.push_back(orchd.get("/api/v1/jobs/" + textOr(job, "id")));
    }
    return records;
}

int stagesOf(const Records& records) {
    std::set<std::string> stages;
    for (const auto& entry : records.journal) {
        if (textOr(entry, "rule") != "advance") continue;
        const auto& evidence = objectOf(entry, "evidence");
        stages.insert({textOr(evidence, "stage"), textOr(evidence, "to")});
    }
    return static_cast<int>(stages.size());
}

int reworkOf(const Records& records) {
    return static_cast<int>(numberOf(objectOf(records.task, "rework"), "total"));
}

}  // namespace orch::ctl
