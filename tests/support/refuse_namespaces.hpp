#pragma once

#include <functional>

namespace orch::testing {

/// Runs it in a thread for which, and for whatever it starts, the kernel refuses namespaces of
/// processes and of users: as containers do, with a filter of system calls. False when that cannot
/// be set up; then nothing ran.
[[nodiscard]] bool withoutNamespaces(const std::function<void()>& what);

}  // namespace orch::testing
