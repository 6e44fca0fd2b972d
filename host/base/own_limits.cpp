#include "base/own_limits.hpp"

#include <signal.h>
#include <sys/resource.h>

#include <array>

namespace orch {

namespace {

struct Limit {
    __rlimit_resource_t resource;
    const char* word;  ///< as prlimit(1) calls it
    const char* what;
    bool fatal;
};

constexpr std::array kLimits{
    Limit{RLIMIT_CPU, "cpu", "seconds of CPU time", true},
    Limit{RLIMIT_FSIZE, "fsize", "bytes a file", false},
    Limit{RLIMIT_AS, "as", "bytes of address space", false},
    Limit{RLIMIT_DATA, "data", "bytes of data", false},
};

/// What is in force afterwards; RLIM_INFINITY: nothing.
rlim_t lift(__rlimit_resource_t resource) {
    rlimit limit{};
    if (getrlimit(resource, &limit) != 0) return RLIM_INFINITY;
    const rlimit none{RLIM_INFINITY, RLIM_INFINITY};
    if (limit.rlim_cur == RLIM_INFINITY || setrlimit(resource, &none) == 0) return RLIM_INFINITY;
    limit.rlim_cur = limit.rlim_max;
    setrlimit(resource, &limit);
    return limit.rlim_cur;
}

}  // namespace

OwnLimits liftOwnLimits() {
    signal(SIGXFSZ, SIG_IGN);
    OwnLimits left;
    for (const auto& limit : kLimits) {
        const auto most = lift(limit.resource);
        if (most == RLIM_INFINITY) continue;
        auto sentence = "it may use " + std::to_string(most) + " " + limit.what +
                        " and cannot change that: start it with prlimit --" + limit.word +
                        "=unlimited, or see the Limit lines of its systemd unit";
        (limit.fatal ? left.fatal : left.narrow).push_back(std::move(sentence));
    }
    return left;
}

}  // namespace orch
