#pragma once

#include "base/process.hpp"

namespace orch {

/// Signals this very process and, while it lives and leads it, the other processes of its group;
/// each by identity, orchd itself never. True when it is gone and nobody of its group lives: once
/// the leader is gone, nothing proves whose the others are, so they are only waited for. Throws
/// LaunchError when /proc cannot be listed.
[[nodiscard]] bool endWithGroup(const ProcessIdentity& leader, int signal);

}  // namespace orch
