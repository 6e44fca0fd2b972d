#include "pipeline/janitor_ledger.hpp"

#include <algorithm>

namespace orch {

namespace {

auto findIn(auto& list, const std::string& what) {
    return std::ranges::find_if(list, [&](const auto& each) { return each.what == what; });
}

}  // namespace

void JanitorLedger::removed(Count what, std::int64_t count, std::uint64_t bytes) {
    const std::lock_guard lock(mutex_);
    report_.*what += count;
    report_.freed += bytes;
}

bool JanitorLedger::failed(const std::string& what, const std::string& why, Instant now) {
    const std::lock_guard lock(mutex_);
    const auto known = findIn(report_.failures, what);
    if (known != report_.failures.end()) return known->why = why, false;
    report_.failures.push_back({what, why, now});
    return true;
}

bool JanitorLedger::mended(const std::string& what) {
    const std::lock_guard lock(mutex_);
    const auto known = findIn(report_.failures, what);
    if (known == report_.failures.end()) return false;
    report_.failures.erase(known);
    return true;
}

bool JanitorLedger::leftAlone(const std::string& what, const std::string& why) {
    const std::lock_guard lock(mutex_);
    if (findIn(report_.left_alone, what) != report_.left_alone.end()) return false;
    report_.left_alone.push_back({what, why});
    return true;
}

bool JanitorLedger::isLeftAlone(const std::string& what) const {
    const std::lock_guard lock(mutex_);
    return findIn(report_.left_alone, what) != report_.left_alone.end();
}

void JanitorLedger::beginRound(Instant now) {
    const std::lock_guard lock(mutex_);
    report_.last_round = now;
    report_.left_alone.clear();
}

JanitorReport JanitorLedger::report() const {
    const std::lock_guard lock(mutex_);
    return report_;
}

}  // namespace orch
