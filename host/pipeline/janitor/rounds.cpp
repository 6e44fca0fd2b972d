#include "pipeline/janitor/rounds.hpp"

#include <algorithm>
#include <utility>

namespace orch {

namespace {

constexpr std::chrono::minutes kAfterFailure{10};

}  // namespace

JanitorRounds::JanitorRounds(const Clock& clock,
                             Alarm& alarm,
                             Milliseconds apart,
                             std::function<void()> round)
    : clock_(clock), alarm_(alarm), apart_(apart), round_(std::move(round)) {}

void JanitorRounds::begin() {
    const std::lock_guard lock(mutex_);
    next_.reset();
}

void JanitorRounds::dueAt(Instant at) {
    const auto now = clock_.now();
    const std::lock_guard lock(mutex_);
    if (next_ && *next_ <= at) return;
    next_ = at;
    alarm_.set("janitor", now.awake + (at - now.at), round_);
}

void JanitorRounds::dueAfter(std::optional<Instant> last_use, Milliseconds keep) {
    if (keep.count() == 0 || !last_use) return;
    const auto soonest = clock_.now().at + apart_;
    dueAt(std::max(*last_use + keep + Milliseconds{1}, soonest));
}

void JanitorRounds::retry() {
    alarm_.set("janitor.again", AwakeTime::clock::now() + kAfterFailure, round_);
}

}  // namespace orch
