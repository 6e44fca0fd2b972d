#include "plugin/services/notices.hpp"

namespace orch {
namespace {

constexpr std::chrono::hours kFirstReminder{24};
constexpr std::chrono::hours kLastReminder{72};
constexpr std::chrono::hours kEnded{72};
constexpr int kMostTimes = 3;

bool goesOn(const SaidNotice& said, const std::string& cause, Instant now) {
    return said.cause == cause && now - said.asked < kEnded;
}

/// How often it should have been said since it was first.
int dueTimes(const SaidNotice& said, Instant now) {
    const auto since = now - said.first;
    if (since >= kLastReminder) return kMostTimes;
    return since >= kFirstReminder ? 2 : 1;
}

}  // namespace

std::optional<SaidNotice> nextNotice(const std::optional<SaidNotice>& said,
                                     const std::string& cause,
                                     Instant now) {
    if (!said || !goesOn(*said, cause, now)) return SaidNotice{cause, now, now, 1};
    const int due = dueTimes(*said, now);
    if (said->times >= due) return std::nullopt;
    return SaidNotice{cause, said->first, now, due};
}

}  // namespace orch
