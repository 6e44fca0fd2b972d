#pragma once

#include <string>
#include <vector>

namespace orch::ctl {

enum class Health { kOk, kWarn, kFail };

/// What one look at the set-up found.
struct Finding {
    std::string check;  ///< what was looked at: "git", "repository greeter"
    Health health = Health::kOk;
    std::string what;  ///< what was found, one line, never a secret
    std::string fix;   ///< what to do; empty when nothing has to be done
};

using Findings = std::vector<Finding>;

/// "ok", "warn" or "fail".
[[nodiscard]] std::string nameOf(Health health);

}  // namespace orch::ctl
