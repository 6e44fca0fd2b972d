#include "base/files.hpp"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <thread>

#include "base/error.hpp"
#include "support/child.hpp"
#include "support/temp_dir.hpp"

namespace orch {

namespace fs = std::filesystem;
using testing::Child;

struct FilesTest : ::testing::Test {
    const testing::TempDir folder;
    const fs::path file = folder / "file";

    [[nodiscard]] std::size_t entries() const {
        return static_cast<std::size_t>(
            std::distance(fs::directory_iterator{folder.path()}, fs::directory_iterator{}));
    }
};

unsigned modeOf(const fs::path& path) {
    struct stat info {};
    EXPECT_EQ(stat(path.c_str(), &info), 0);
    return info.st_mode & 07777U;
}

TEST_F(FilesTest, ReplacedFileHasTheContentAndTheModeAndNoCompany) {
    replaceFile(file, "old");
    replaceFile(file, "new", Sync::kNo, 0640);
    EXPECT_EQ(readFile(file), "new");
    EXPECT_EQ(modeOf(file), 0640U);
    EXPECT_EQ(entries(), 1U);
}

TEST_F(FilesTest, ReplacedFileIsForItsOwnerAlone) {
    replaceFile(file, "secret");
    EXPECT_EQ(modeOf(file), 0600U);
}

TEST_F(FilesTest, ReplacingWhatCannotBeReplacedLeavesNothingBehind) {
    ensureFolder(file);
    EXPECT_THROW(replaceFile(file, "new"), Error);
    EXPECT_TRUE(fs::is_directory(file));
    EXPECT_EQ(entries(), 1U);
}

TEST_F(FilesTest, ReplacingInAMissingFolderNamesTheFile) {
    try {
        replaceFile(folder / "missing/file", "new");
        FAIL() << "no error";
    } catch (const Error& error) {
        EXPECT_NE(std::string{error.what()}.find("missing/file: No such file"), std::string::npos);
    }
}

TEST_F(FilesTest, ReaderSeesTheOldOrTheNewContentWhateverIsKilled) {
    const std::string old_content(100'000, 'o');
    const std::string new_content(50'000, 'n');
    replaceFile(file, old_content, Sync::kNo);
    for (int round = 0; round < 10; ++round) {
        const Child writer{[&]() -> int {
            while (true) {
                replaceFile(file, new_content, Sync::kNo);
                replaceFile(file, old_content, Sync::kNo);
            }
        }};
        for (int i = 0; i < 50; ++i) {
            const auto seen = readFile(file);
            ASSERT_TRUE(seen == old_content || seen == new_content);
        }
    }
}

TEST_F(FilesTest, WritersAtTheSameTimeDoNotShareATemporaryFile) {
    const auto write = [&](char letter) {
        for (int i = 0; i < 50; ++i) replaceFile(file, std::string(1000, letter), Sync::kNo);
    };
    std::jthread{write, 'a'}, std::jthread{write, 'b'};
    const auto content = readFile(file);
    EXPECT_TRUE(content == std::string(1000, 'a') || content == std::string(1000, 'b'));
    EXPECT_EQ(entries(), 1U);
}

TEST_F(FilesTest, ReadsAtMostTheLimit) {
    replaceFile(file, "0123456789");
    EXPECT_EQ(readFile(file, 4), "0123");
    EXPECT_EQ(readFile(file, 0), "");
}

TEST_F(FilesTest, ReadsFilesThatDoNotTellTheirSize) {
    EXPECT_NE(readFile("/proc/self/status")->find("Tgid:"), std::string::npos);
}

TEST_F(FilesTest, MissingFileIsNothingAndAFolderAnError) {
    EXPECT_EQ(readFile(file), std::nullopt);
    EXPECT_EQ(readTail(file, 10), "");
    EXPECT_THROW((void)readFile(folder.path()), Error);
}

TEST_F(FilesTest, PipeInTheFilesPlaceHoldsNobodyUp) {
    ASSERT_EQ(mkfifo(file.c_str(), 0600), 0);
    EXPECT_EQ(readFile(file), "");
    EXPECT_EQ(lockState(file), LockState::kFree);
}

TEST_F(FilesTest, TailBeginsWithAWholeLine) {
    replaceFile(file, "first\nsecond\nthird\n");
    EXPECT_EQ(readTail(file, 9), "third\n");
    EXPECT_EQ(readTail(file, 6), "third\n");
    EXPECT_EQ(readTail(file, 100), "first\nsecond\nthird\n");
}

TEST_F(FilesTest, TailOfOneLongLineIsItsEnd) {
    replaceFile(file, "0123456789\n");
    EXPECT_EQ(readTail(file, 4), "789\n");
    EXPECT_EQ(readTail(file, 0), "");
}

TEST_F(FilesTest, LockIsHeldByOneAtATime) {
    auto lock = tryLock(file);
    ASSERT_TRUE(lock);
    EXPECT_FALSE(tryLock(file));
    EXPECT_EQ(lockState(file), LockState::kHeld);
    lock->reset();
    EXPECT_EQ(lockState(file), LockState::kFree);
    EXPECT_TRUE(tryLock(file));
}

TEST_F(FilesTest, LockFileIsForItsOwnerAloneAndNotInherited) {
    const auto lock = tryLock(file);
    EXPECT_EQ(modeOf(file), 0600U);
    EXPECT_TRUE(fcntl(lock->get(), F_GETFD) & FD_CLOEXEC);
}

TEST_F(FilesTest, AskingForALockDoesNotCreateIt) {
    EXPECT_EQ(lockState(file), LockState::kAbsent);
    EXPECT_EQ(entries(), 0U);
}

TEST_F(FilesTest, LockEndsWithItsHolder) {
    Child holder{[&] {
        const auto lock = tryLock(file);
        raise(SIGSTOP);
        return 0;
    }};
    holder.awaitState(WSTOPPED);
    EXPECT_EQ(lockState(file), LockState::kHeld);
    kill(holder.pid(), SIGKILL);
    EXPECT_EQ(holder.exitCode(), -1);
    EXPECT_EQ(lockState(file), LockState::kFree);
}

TEST_F(FilesTest, LockInAMissingFolderIsAnError) {
    EXPECT_THROW((void)tryLock(folder / "missing/lock"), Error);
}

TEST_F(FilesTest, ACreatedFileTakesANameAwayAndNotAContent) {
    createFile(file, "old");
    fs::create_hard_link(file, folder / "other");
    createFile(file, "new");
    EXPECT_EQ(readFile(file), "new");
    EXPECT_EQ(readFile(folder / "other"), "old");
    EXPECT_EQ(modeOf(file), 0600U);
}

TEST_F(FilesTest, CreatingWhereAFolderIsIsAnError) {
    ensureFolder(file);
    EXPECT_THROW(createFile(file, "new"), Error);
    EXPECT_THROW(syncFolder(folder / "missing"), Error);
}

TEST_F(FilesTest, FoldersAreMadeForTheirOwnerAlone) {
    ensureFolder(folder / "a/b/c");
    EXPECT_EQ(modeOf(folder / "a"), 0700U);
    EXPECT_EQ(modeOf(folder / "a/b/c"), 0700U);
    EXPECT_NO_THROW(ensureFolder(folder / "a/b/c/"));
}

TEST_F(FilesTest, FolderThatIsThereKeepsItsMode) {
    fs::permissions(folder.path(), fs::perms{0755});
    ensureFolder(folder.path());
    EXPECT_EQ(modeOf(folder.path()), 0755U);
}

TEST_F(FilesTest, FileInAFoldersPlaceIsAnError) {
    replaceFile(file, "");
    EXPECT_THROW(ensureFolder(file), Error);
    EXPECT_THROW(ensureFolder(file / "below"), Error);
}

TEST(UniqueFdTest, ClosesWhatItOwnsOnce) {
    UniqueFd one{dup(0)};
    const int number = one.get();
    UniqueFd other = std::move(one);
    EXPECT_EQ(other.get(), number);
    other = UniqueFd{};
    EXPECT_FALSE(other);
    EXPECT_EQ(fcntl(number, F_GETFD), -1);
}

}  // namespace orch
