#include "ctl/demo/patience.hpp"

#include <array>
#include <csignal>
#include <thread>

#include "base/text.hpp"

namespace orch::ctl {

namespace {

/// SIGPIPE as well: who looked on is gone, and what runs must not be left behind.
constexpr std::array kSignals{SIGINT, SIGTERM, SIGHUP, SIGPIPE};
constexpr std::chrono::milliseconds kStep{60};

volatile std::sig_atomic_t interrupted = 0;  // a handler can reach nothing but a global

void handle(int /*signal*/) {
    interrupted = 1;
}

}  // namespace

InterruptGuard::InterruptGuard() {
    interrupted = 0;
    struct sigaction action {};
    action.sa_handler = handle;
    for (const int signal : kSignals) sigaction(signal, &action, nullptr);
}

InterruptGuard::~InterruptGuard() {
    for (const int signal : kSignals) std::signal(signal, SIG_DFL);
}

Patience::Patience(std::string what, std::chrono::milliseconds limit)
    : what_(std::move(what)), limit_(limit), deadline_(std::chrono::steady_clock::now() + limit) {}

void Patience::step() const {
    if (interrupted != 0) throw Interrupted{};
    if (std::chrono::steady_clock::now() > deadline_) {
        throw Error("waited " + formatDuration(limit_) + " in vain for " + what_);
    }
    std::this_thread::sleep_for(kStep);
    if (interrupted != 0) throw Interrupted{};
}

}  // namespace orch::ctl
