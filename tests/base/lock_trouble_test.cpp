#include "base/lock_trouble.hpp"

#include <gmock/gmock.h>

#include <cerrno>

#include "support/temp_dir.hpp"

namespace orch::testing {

using ::testing::HasSubstr;

int locksEverybody(int /*fd*/, int /*operation*/) {
    return 0;
}
int knowsNoLocks(int /*fd*/, int /*operation*/) {
    errno = ENOLCK;
    return -1;
}
int knowsNoLinks(const char* /*from*/, const char* /*to*/) {
    errno = EPERM;
    return -1;
}
int replaces(const char* /*from*/, const char* /*to*/) {
    return 0;
}

struct LockTroubleTest : ::testing::Test {
    TempDir folder;
    std::string trouble(const LockCalls& calls) const {
        return lockTrouble(folder.path(), calls).value_or("");
    }
    static LockCalls with(int (*flock)(int, int)) { return {flock, systemLockCalls().link}; }
    static LockCalls with(int (*link)(const char*, const char*)) {
        return {systemLockCalls().flock, link};
    }
};

TEST_F(LockTroubleTest, AnOrdinaryFolderIsFineAndLeftAsItWas) {
    EXPECT_EQ(trouble(systemLockCalls()), "");
    EXPECT_TRUE(std::filesystem::is_empty(folder.path()));
}

TEST_F(LockTroubleTest, LocksThatLetTwoInAreFound) {
    EXPECT_THAT(trouble(with(locksEverybody)), HasSubstr("lets two in at once"));
}

TEST_F(LockTroubleTest, AFileSystemWithoutLocksIsFound) {
    EXPECT_THAT(trouble(with(knowsNoLocks)), HasSubstr("flock fails: No locks available"));
    EXPECT_TRUE(std::filesystem::is_empty(folder.path()));
}

TEST_F(LockTroubleTest, AFileSystemWithoutLinksIsFound) {
    EXPECT_THAT(trouble(with(knowsNoLinks)), HasSubstr("link fails: Operation not permitted"));
}

TEST_F(LockTroubleTest, LinksThatReplaceAreFound) {
    EXPECT_THAT(trouble(with(replaces)), HasSubstr("link replaces a file"));
}

TEST_F(LockTroubleTest, TheSentenceNamesTheFolderAndWhatToDo) {
    const auto missing = folder / "missing";
    EXPECT_THAT(
        lockTrouble(missing).value_or(""),
        ::testing::AllOf(HasSubstr(missing.string()), HasSubstr("use a folder on a local")));
}

}  // namespace orch::testing
