#include "system/ledger.hpp"

#include <algorithm>
#include <map>
#include <sstream>

#include "base/files.hpp"

namespace orch::testing {

Ledger::Ledger(const std::filesystem::path& file) : text_(readFile(file).value_or("")) {
    std::istringstream lines(text_);
    Entry entry;
    while (lines >> entry.event >> entry.attempt >> entry.task >> entry.stage >> entry.pid) {
        entries_.push_back(entry);
    }
}

std::size_t Ledger::count(const std::string& event, const std::string& stage) const {
    return static_cast<std::size_t>(std::ranges::count_if(entries_, [&](const Entry& entry) {
        return entry.event == event && (stage.empty() || entry.stage == stage);
    }));
}

std::vector<std::string> Ledger::twice() const {
    std::map<std::string, int> starts;
    for (const auto& entry : entries_) starts[entry.attempt] += entry.event == "start";
    std::vector<std::string> attempts;
    for (const auto& [attempt, count] : starts) {
        if (count > 1) attempts.push_back(attempt);
    }
    return attempts;
}

}  // namespace orch::testing
