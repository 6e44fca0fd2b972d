#include "common/teller.hpp"

namespace orch::common {

namespace {
/// More than anybody reads; the oldest is dropped for a newer one.
constexpr std::size_t kMostWaiting = 100;
}  // namespace

void Teller::keep(Word word) {
    if (waiting_.size() >= kMostWaiting) {
        host_.log(Level::kWarning, "too much waits to be said: the oldest of it is dropped");
        waiting_.pop_front();
    }
    waiting_.push_back(std::move(word));
}

bool Teller::sayNow(const Remark& remark) {
    host_.journal().write(remark.why, remark.subject);
    return true;
}

bool Teller::sayNow(const Notice& notice) {
    return host_.notify().send(notice).effect != Effect::kHeld;
}

bool Teller::say(const Word& word) {
    try {
        return std::visit([&](const auto& it) { return sayNow(it); }, word);
    } catch (const Cancelled&) {
        throw;
    } catch (const CallFailed& failure) {
        if (failure.later()) return false;
        host_.log(Level::kError, failure.what());
        return true;
    }
}

void Teller::say() {
    while (!waiting_.empty() && say(waiting_.front())) waiting_.pop_front();
}

}  // namespace orch::common
