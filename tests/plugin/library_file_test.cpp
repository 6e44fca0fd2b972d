#include "plugin/library_file.hpp"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <sys/mman.h>
#include <unistd.h>

#include <fstream>

#include "base/digest.hpp"
#include "base/error.hpp"
#include "base/files.hpp"
#include "support/temp_dir.hpp"

namespace orch {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::StartsWith;

namespace fs = std::filesystem;
constexpr Account kOwn{1000, 1000};

struct LibraryFileTest : ::testing::Test {
    testing::TempDir folder;
    fs::path file = fs::canonical(folder.path()) / "a.so";

    LibraryFileTest() { createFile(file, "code"); }
    static std::string refusal(const fs::path& path) {
        try {
            (void)readLibraryFile(path);
            return "";
        } catch (const PluginError& error) {
            return error.what();
        }
    }
    static void write(const fs::path& path, const std::string& bytes) {
        std::ofstream(path, std::ios::binary | std::ios::trunc) << bytes;
    }
    /// What readUnchanging says when `change` happens between its two readings.
    template <typename Change>
    std::string whileReading(Change change) {
        const UniqueFd fd{open(file.c_str(), O_RDONLY | O_CLOEXEC)};
        try {
            (void)readUnchanging(fd.get(), file, change);
            return "";
        } catch (const PluginError& error) {
            return error.what();
        }
    }
};

TEST_F(LibraryFileTest, ATrustedFileIsReadWithItsDigest) {
    const auto library = readLibraryFile(file);
    EXPECT_EQ(library.bytes, "code");
    EXPECT_EQ(library.sha256, sha256("code"));
    EXPECT_EQ(library.path, file);
}

TEST_F(LibraryFileTest, ALinkIsFollowedToTheFileItself) {
    fs::create_symlink(file, folder / "link.so");
    EXPECT_EQ(readLibraryFile(folder / "link.so").path, file);
}

TEST_F(LibraryFileTest, AMissingFileIsNamed) {
    EXPECT_EQ(refusal("/no/such.so"),
              "/no/such.so does not exist: build or install it, or correct `library`");
    fs::create_symlink("/no/such.so", folder / "dangling.so");
    EXPECT_THAT(refusal(folder / "dangling.so"), HasSubstr("does not exist"));
}

TEST_F(LibraryFileTest, OnlyAFileIsALibrary) {
    EXPECT_THAT(refusal(file.parent_path()), HasSubstr("is not a file"));
    ASSERT_EQ(mkfifo((folder / "pipe.so").c_str(), 0600), 0);
    EXPECT_THAT(refusal(folder / "pipe.so"), HasSubstr("is not a file"));
}

TEST_F(LibraryFileTest, AFileThatEverybodyMayWriteIsRefusedWithItsCure) {
    ASSERT_EQ(chmod(file.c_str(), 0666), 0);
    EXPECT_EQ(refusal(file),
              file.string() + " may be written by everybody (mode 0666); chmod o-w " +
                  file.string() + ", orchd runs what stands here");
}

TEST_F(LibraryFileTest, AFolderThatEverybodyMayWriteIsRefusedHoweverFarUp) {
    const auto deep = file.parent_path() / "b" / "c";
    fs::create_directories(deep);
    fs::copy_file(file, deep / "a.so");
    for (const auto& open_folder : {deep, file.parent_path()}) {
        ASSERT_EQ(chmod(open_folder.c_str(), 0777), 0);
        EXPECT_THAT(refusal(deep / "a.so"),
                    StartsWith(open_folder.string() + " may be written by everybody (mode 0777)"));
        ASSERT_EQ(chmod(open_folder.c_str(), 0755), 0);
    }
}

TEST_F(LibraryFileTest, AFileTooLargeIsNotRead) {
    fs::resize_file(file, 64'000'001);
    EXPECT_THAT(refusal(file), HasSubstr("has more than 64MB"));
}

TEST_F(LibraryFileTest, AFileThatGrowsIsBeingWritten) {
    EXPECT_EQ(whileReading([] {}), "");
    EXPECT_THAT(whileReading([&] { write(file, "more code"); }), HasSubstr("is being written"));
}

TEST_F(LibraryFileTest, AFileThatShrinksIsBeingWritten) {
    EXPECT_THAT(whileReading([&] { write(file, ""); }), HasSubstr("is being written"));
}

TEST_F(LibraryFileTest, AFileWrittenThroughMemoryIsBeingWrittenThoughItsTimesStandStill) {
    const UniqueFd fd{open(file.c_str(), O_RDWR | O_CLOEXEC)};
    auto* const memory = mmap(nullptr, 4, PROT_READ | PROT_WRITE, MAP_SHARED, fd.get(), 0);
    ASSERT_NE(memory, MAP_FAILED);
    static_cast<char*>(memory)[0] = 'C';  // from now on the page is dirty, and times do not move
    EXPECT_THAT(whileReading([&] { static_cast<char*>(memory)[1] = 'O'; }),
                HasSubstr("is being written"));
    munmap(memory, 4);
}

TEST_F(LibraryFileTest, AFileWrittenAgainWithTheSameBytesIsBeingWritten) {
    EXPECT_THAT(whileReading([&] {
                    write(file, "code");
                    ASSERT_EQ(chmod(file.c_str(), 0640), 0);
                    fs::last_write_time(file,
                                        fs::file_time_type::clock::now() - std::chrono::hours{1});
                }),
                HasSubstr("is being written"));
}

struct stat standing(mode_t mode, uid_t user, gid_t group) {
    struct stat info {};
    info.st_mode = mode;
    info.st_uid = user;
    info.st_gid = group;
    return info;
}

TEST(MayChangeTest, RootAndOrchdsUserAreTrusted) {
    EXPECT_FALSE(mayChange(standing(S_IFREG | 0755, 0, 0), Place::kNear, kOwn));
    EXPECT_FALSE(mayChange(standing(S_IFREG | 0755, 1000, 100), Place::kNear, kOwn));
}

TEST(MayChangeTest, AnotherOwnerIsNot) {
    EXPECT_EQ(mayChange(standing(S_IFDIR | 01755, 1001, 1000), Place::kAbove, kOwn),
              "belongs to user 1001, who is neither root nor orchd's user; chown root");
}

TEST(MayChangeTest, AFoldersStickyBitKeepsOthersFromReplacing) {
    EXPECT_FALSE(mayChange(standing(S_IFDIR | 01777, 0, 0), Place::kAbove, kOwn));
    EXPECT_TRUE(mayChange(standing(S_IFREG | 01666, 0, 0), Place::kNear, kOwn));
}

TEST(MayChangeTest, OnlyRootsGroupAndOrchdsOwnMayWrite) {
    EXPECT_FALSE(mayChange(standing(S_IFREG | 0775, 0, 0), Place::kNear, kOwn));
    EXPECT_FALSE(mayChange(standing(S_IFREG | 0775, 1000, 1000), Place::kNear, kOwn));
    EXPECT_EQ(mayChange(standing(S_IFREG | 0775, 1000, 50), Place::kNear, kOwn),
              "may be written by group 50 (mode 0775); chmod g-w");
    EXPECT_TRUE(mayChange(standing(S_IFREG | 0775, 0, 1000), Place::kNear, kOwn));
}

TEST(MayChangeTest, AGroupsFolderFurtherUpIsAllowed) {
    EXPECT_FALSE(mayChange(standing(S_IFDIR | 02775, 0, 50), Place::kAbove, kOwn));
}

}  // namespace orch
