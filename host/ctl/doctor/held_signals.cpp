#include "ctl/doctor/held_signals.hpp"

#include <pthread.h>
#include <sys/signalfd.h>

#include <cerrno>
#include <system_error>

#include "base/error.hpp"

namespace orch::ctl {

HeldSignals::HeldSignals() {
    sigset_t held;
    sigemptyset(&held);
    for (const int signal : {SIGINT, SIGTERM, SIGHUP}) sigaddset(&held, signal);
    waiting_ = UniqueFd{signalfd(-1, &held, SFD_CLOEXEC | SFD_NONBLOCK)};
    if (!waiting_) {
        throw Error("cannot wait for signals: " + std::generic_category().message(errno));
    }
    pthread_sigmask(SIG_BLOCK, &held, &before_);
}

HeldSignals::~HeldSignals() {
    pthread_sigmask(SIG_SETMASK, &before_, nullptr);
}

}  // namespace orch::ctl
