#include "launch/poller.hpp"

#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>

#include "base/error.hpp"

namespace orch {

namespace {

constexpr Poller::Token kKick = ~Poller::Token{0};

int millisecondsUntil(std::optional<AwakeTime> until) {
    if (!until) return -1;
    const auto left = std::chrono::ceil<Milliseconds>(*until - std::chrono::steady_clock::now());
    return static_cast<int>(std::clamp<std::int64_t>(left.count(), 0, 3'600'000));
}

}  // namespace

Poller::Poller()
    : epoll_(epoll_create1(EPOLL_CLOEXEC)), kick_(eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)) {
    if (epoll_ && kick_ && add(kick_, kKick)) return;
    throw LaunchError(std::string{"cannot watch processes: "} + strerror(errno));
}

bool Poller::add(const UniqueFd& fd, Token token) {
    epoll_event event{};
    event.events = EPOLLIN;
    event.data.u64 = token;
    return epoll_ctl(epoll_.get(), EPOLL_CTL_ADD, fd.get(), &event) == 0;
}

void Poller::remove(const UniqueFd& fd) {
    epoll_ctl(epoll_.get(), EPOLL_CTL_DEL, fd.get(), nullptr);  // not in it: as wanted
}

void Poller::kick() {
    const std::uint64_t one = 1;
    (void)!write(kick_.get(), &one, sizeof one);  // full: a kick is pending already
}

std::vector<Poller::Token> Poller::wait(std::optional<AwakeTime> until) {
    std::array<epoll_event, 64> events{};
    const int count =
        epoll_wait(epoll_.get(), events.data(), events.size(), millisecondsUntil(until));
    std::vector<Token> tokens;
    for (int i = 0; i < count; ++i) {
        const auto token = events[static_cast<std::size_t>(i)].data.u64;
        if (token != kKick) tokens.push_back(token);
    }
    std::uint64_t kicks{};
    if (static_cast<std::size_t>(std::max(count, 0)) > tokens.size()) {
        (void)!read(kick_.get(), &kicks, sizeof kicks);
    }
    return tokens;
}

}  // namespace orch
