#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "base/clock.hpp"
#include "base/files.hpp"

namespace orch {

/// epoll with a kick. Events are keyed by a token, never by a descriptor: a number that was closed
/// and given out again must not be taken for the old one. Only kick() may be called by another
/// thread than wait()'s.
class Poller {
public:
    using Token = std::uint64_t;

    /// Throws LaunchError when the kernel gives no descriptors.
    Poller();

    /// False when the kernel has no room for another watch.
    [[nodiscard]] bool add(const UniqueFd& fd, Token token);
    /// To be called before the descriptor is closed: a child that still holds a copy of it would
    /// keep it in the set.
    void remove(const UniqueFd& fd);
    /// Makes a wait() return, now or the next time.
    void kick();
    /// The tokens of what became readable or hung up. Sleeps until then, a kick or `until`.
    [[nodiscard]] std::vector<Token> wait(std::optional<AwakeTime> until);

private:
    UniqueFd epoll_, kick_;
};

}  // namespace orch
