#include "base/landlock.hpp"

#include <sys/syscall.h>
#include <unistd.h>

#include <cstddef>

namespace orch::landlock {

namespace {

constexpr unsigned kCreateRulesetVersion = 1U << 0U;
constexpr int kPathBeneath = 1;

/// How much of the structure a kernel of that version knows.
std::size_t sizeFor(int version) {
    if (version >= 6) return sizeof(LandlockRuleset);
    return version >= 4 ? offsetof(LandlockRuleset, scoped)
                        : offsetof(LandlockRuleset, handled_access_net);
}

}  // namespace

int version() {
    return static_cast<int>(
        syscall(SYS_landlock_create_ruleset, nullptr, 0, kCreateRulesetVersion));
}

int createRuleset(const LandlockRuleset& ruleset, int version) {
    return static_cast<int>(syscall(SYS_landlock_create_ruleset, &ruleset, sizeFor(version), 0U));
}

int allowBeneath(int ruleset, const LandlockPathBeneath& rule) {
    return static_cast<int>(syscall(SYS_landlock_add_rule, ruleset, kPathBeneath, &rule, 0U));
}

int restrictSelf(int ruleset) {
    return static_cast<int>(syscall(SYS_landlock_restrict_self, ruleset, 0U));
}

}  // namespace orch::landlock
