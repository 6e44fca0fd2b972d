#pragma once

#include "base/clock.hpp"

namespace orch {

/// How long what is not needed any more is kept, each counted from when it was last of use. 0: for
/// ever. Whatever a task that is not done or cancelled may still need is kept whatever its age.
struct Retention {
    Milliseconds logs{std::chrono::hours{24 * 30}};      ///< folders of attempts: prompt, output
    Milliseconds jobs{std::chrono::hours{24 * 90}};      ///< rows of finished jobs
    Milliseconds messages{std::chrono::hours{24 * 30}};  ///< delivered ones, bodies of webhooks
    Milliseconds branches{std::chrono::hours{24 * 30}};  ///< of landed tasks, in orchd's mirrors
    bool operator==(const Retention&) const = default;
};

}  // namespace orch
