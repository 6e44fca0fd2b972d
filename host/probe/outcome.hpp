#pragma once

#include <string>

#include "core/probe.hpp"

namespace orch {

/// Whom a URL names: nothing of it that may be secret.
struct ProbeTarget {
    std::string host, port;
    std::string wrong;  ///< why it is no URL for a probe; empty: it is one

    [[nodiscard]] std::string text() const { return host + ":" + port; }
};
[[nodiscard]] ProbeTarget targetOf(const std::string& url);

/// What libcurl tells of a transfer that is over.
struct ProbeEnd {
    int code{};      ///< CURLcode
    int os_error{};  ///< errno of the last connect; 0: none
    bool resolved = false, connected = false;
    bool full = false;  ///< ended by us, since as much as was wanted has come
    ProbeTarget target;
    Milliseconds timeout{};
};

struct JudgedProbe {
    ProbeOutcome outcome{};
    std::string detail;
};
/// Which class it is, told by code, phase and errno: pure.
[[nodiscard]] JudgedProbe judgeProbe(const ProbeEnd& end);

}  // namespace orch
