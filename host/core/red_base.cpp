#include "core/red_base.hpp"

#include <algorithm>
#include <chrono>

namespace orch {
namespace {

constexpr std::chrono::hours kNews{1};

}  // namespace

bool judged(const Job& check) {
    return check.status == JobStatus::kTimedOut ||
           (check.status == JobStatus::kFailed && check.lost_count == 0 && check.exit_code);
}

std::optional<RedBase> redBase(const std::vector<Job>& checks, Instant now) {
    const auto over = [](const Job& job) { return isFinal(job.status) && job.finished_at; };
    const auto last = std::ranges::find_if(checks, over);
    if (last == checks.end() || !judged(*last)) return std::nullopt;
    const bool again = last != checks.begin();
    if (!again && now - *last->finished_at > kNews) return std::nullopt;
    RedBase red{last->project, last->payload.base, last->id, last->reason, {}, *last->finished_at};
    for (auto each = last; each != checks.end(); ++each) {
        if (!judged(*each) || each->payload.base != red.base) break;
        red.since = each->finished_at.value_or(red.checked);
    }
    return red;
}

}  // namespace orch
