#include "ctl/demo/ledger.hpp"

#include <algorithm>
#include <set>
#include <sstream>

#include "base/files.hpp"

namespace orch::ctl {

namespace {

std::string jobOf(const std::string& run) {
    return run.substr(0, run.find('.'));
}

}  // namespace

std::vector<LedgerLine> Ledger::starts() const {
    std::vector<LedgerLine> found;
    for (const auto& line : lines) {
        if (line.what == "start") found.push_back(line);
    }
    return found;
}

std::vector<LedgerLine> Ledger::unfinished() const {
    auto open = starts();
    for (const auto& line : lines) {
        if (line.what != "end") continue;
        std::erase_if(open, [&](const LedgerLine& start) {
            return start.run == line.run && start.pid == line.pid;
        });
    }
    return open;
}

int Ledger::doubleRuns() const {
    std::set<std::string> started;
    std::set<std::string> ended;
    int doubles = 0;
    for (const auto& line : lines) {
        if (line.what == "overlap") ++doubles;
        if (line.what == "start" && !started.insert(line.run).second) ++doubles;
        if (line.what == "end" && !ended.insert(jobOf(line.run)).second) ++doubles;
    }
    return doubles;
}

const LedgerLine* Ledger::startOf(const std::string& run) const {
    const auto found = std::find_if(lines.begin(), lines.end(), [&](const LedgerLine& line) {
        return line.what == "start" && line.run == run;
    });
    return found == lines.end() ? nullptr : &*found;
}

Ledger readLedger(const std::filesystem::path& file) {
    const auto text = readFile(file).value_or("");
    std::istringstream in{text.substr(0, text.rfind('\n') + 1)};
    Ledger ledger;
    for (std::string line; std::getline(in, line);) {
        LedgerLine entry;
        std::istringstream words{line};
        if (words >> entry.what >> entry.run >> entry.stage >> entry.pid) {
            ledger.lines.push_back(std::move(entry));
        }
    }
    return ledger;
}

}  // namespace orch::ctl
