#include "base/lanes.hpp"

#include <algorithm>

namespace orch {

Lanes::Lanes(unsigned threads) {
    for (unsigned i = 0; i < std::max(threads, 1U); ++i) {
        threads_.emplace_back([this](const std::stop_token& stop) { run(stop); });
    }
}

Lanes::~Lanes() {
    stop();
}

void Lanes::post(const std::string& key, std::function<void()> work) {
    const std::lock_guard lock(mutex_);
    if (stopping_) return;
    const auto [lane, is_new] = lanes_.try_emplace(key);
    lane->second.push_back(std::move(work));
    if (!is_new) return;
    ready_.push_back(key);
    changed_.notify_all();
}

void Lanes::stop() {
    dropWaiting();
    threads_.clear();
}

void Lanes::dropWaiting() {
    std::map<std::string, std::deque<Work>> dropped;  // destroyed without the lock: it may call us
    const std::lock_guard lock(mutex_);
    stopping_ = true;
    ready_.clear();
    dropped.swap(lanes_);
    changed_.notify_all();
}

void Lanes::waitIdle() {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [this] { return ready_.empty() && working_ == 0; });
}

void Lanes::run(const std::stop_token& stop) {
    std::unique_lock lock(mutex_);
    while (changed_.wait(lock, stop, [this] { return !ready_.empty(); })) runNext(lock);
}

void Lanes::runNext(std::unique_lock<std::mutex>& lock) {
    const auto key = std::move(ready_.front());
    ready_.pop_front();
    auto& waiting = lanes_.at(key);
    auto work = std::move(waiting.front());
    waiting.pop_front();
    ++working_;
    lock.unlock();
    work();
    work = nullptr;
    lock.lock();
    --working_;
    const auto lane = lanes_.find(key);  // gone when stop() came meanwhile
    if (lane != lanes_.end() && lane->second.empty()) {
        lanes_.erase(lane);
    } else if (lane != lanes_.end()) {
        ready_.push_back(key);
    }
    changed_.notify_all();
}

}  // namespace orch
