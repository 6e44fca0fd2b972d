#pragma once

#include <map>
#include <mutex>
#include <string>

#include "base/clock.hpp"

namespace orch {

/// Since when this observer has seen each lease file as it is, by its own clock: what another
/// machine's clock wrote into it cannot be compared with ours. Kept in memory: a restart starts the
/// ages again, which delays and never hastens. Thread-safe.
class Sightings {
public:
    /// For how long `content` has been what is seen of `name`; 0 at its first sight.
    Milliseconds unchangedFor(const std::string& name,
                              const std::string& content,
                              Milliseconds now);
    /// There is no such file now.
    void forget(const std::string& name);

private:
    struct Sighting {
        std::string content;
        Milliseconds first{};
    };
    std::mutex mutex_;
    std::map<std::string, Sighting> seen_;
};

}  // namespace orch
