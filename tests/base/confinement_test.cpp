#include "base/confinement.hpp"

#include <gtest/gtest.h>

namespace orch {

TEST(ConfinementTest, MachineWithoutLandlockSaysWhy) {
    const ConfinementSupport none{.why_not = "the kernel has no Landlock"};
    EXPECT_EQ(describe(none), "none: the kernel has no Landlock");
    EXPECT_FALSE(none.files() || none.truncation() || none.signals());
}

TEST(ConfinementTest, NothingIsClaimedThatTheVersionDoesNotHave) {
    EXPECT_EQ(describe({.landlock_abi = 2}), "landlock 2: files (which may still be emptied)");
    EXPECT_EQ(describe({.landlock_abi = 3}), "landlock 3: files");
    EXPECT_EQ(describe({.landlock_abi = 5}), "landlock 5: files");
    EXPECT_EQ(describe({.landlock_abi = 6}), "landlock 6: files, signals");
}

TEST(ConfinementTest, ThisMachineHasLandlockOrAReason) {
    const auto support = confinementSupport();
    EXPECT_NE(support.files(), !support.why_not.empty());
}

}  // namespace orch
