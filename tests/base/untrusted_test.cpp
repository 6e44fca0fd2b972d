#include "base/untrusted.hpp"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <sys/un.h>
#include <unistd.h>

#include <atomic>
#include <cstring>
#include <fstream>
#include <thread>

#include "support/temp_dir.hpp"

namespace orch::testing {

namespace fs = std::filesystem;

struct UntrustedTest : ::testing::Test {
    void write(const fs::path& name, const std::string& text) const {
        std::ofstream(dir / name, std::ios::binary) << text;
    }
    [[nodiscard]] UntrustedText read(const fs::path& name, std::uint64_t limit = 1'000'000) const {
        return readUntrusted(dir.path(), name, limit);
    }
    TempDir dir;
};

TEST_F(UntrustedTest, AnOrdinaryFileIsReadWhole) {
    const std::string text("a\0b\n\xFF", 5);
    write("file", text);
    EXPECT_EQ(read("file").text, text);
    EXPECT_EQ(read("file", text.size()).text, text);
    write("empty", "");
    EXPECT_EQ(read("empty").text, "");
}

TEST_F(UntrustedTest, WhatIsNotThereIsAbsent) {
    const auto seen = read("file");
    EXPECT_TRUE(seen.absent);
    EXPECT_FALSE(seen.text);
    EXPECT_FALSE(seen.unsure);
    EXPECT_EQ(seen.trouble, "does not exist");
}

TEST_F(UntrustedTest, NoLinkIsFollowedWhereverItLeads) {
    write("file", "secret");
    fs::create_symlink(dir / "file", dir / "link");
    fs::create_symlink("loop", dir / "loop");
    fs::create_symlink("nowhere", dir / "dangling");
    fs::create_directories(dir / "folder");
    write("folder/file", "secret");
    fs::create_directory_symlink("folder", dir / "folders_link");
    for (const auto* name : {"link", "loop", "dangling"}) {
        EXPECT_EQ(read(name).trouble, "is a symbolic link") << name;
        EXPECT_FALSE(read(name).absent) << name;
        EXPECT_FALSE(isUntrustedFile(dir.path(), name)) << name;
    }
    EXPECT_EQ(read("folders_link/file").trouble, "lies behind a symbolic link");
    EXPECT_EQ(read("folder/file").text, "secret");
}

TEST_F(UntrustedTest, NothingOutsideOfTheFolderIsRead) {
    fs::create_directories(dir / "inner");
    write("file", "secret");
    EXPECT_EQ(readUntrusted(dir / "inner", "../file", 100).trouble, "leads out of its folder");
    EXPECT_EQ(readUntrusted(dir / "inner", dir / "file", 100).trouble, "leads out of its folder");
}

TEST_F(UntrustedTest, APipeAFolderASocketAndADeviceAreNoFilesAndNothingWaitsForThem) {
    ASSERT_EQ(mkfifo((dir / "pipe").c_str(), 0600), 0);
    fs::create_directories(dir / "folder");
    const UniqueFd socket_fd{socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0)};
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    strncpy(address.sun_path, (dir / "socket").c_str(), sizeof address.sun_path - 1);
    ASSERT_EQ(bind(socket_fd.get(), reinterpret_cast<sockaddr*>(&address), sizeof address), 0);
    EXPECT_EQ(read("pipe").trouble, "is a pipe, no ordinary file");
    EXPECT_EQ(tailUntrusted(dir.path(), "pipe", 10).trouble, "is a pipe, no ordinary file");
    EXPECT_EQ(read("folder").trouble, "is a folder");
    EXPECT_EQ(read("socket").trouble, "is a socket, no ordinary file");
    EXPECT_EQ(readUntrusted("/dev", "zero", 10).trouble, "is a device, no ordinary file");
}

TEST_F(UntrustedTest, WhatIsTooLargeIsNotReadAtAll) {
    write("file", "12345");
    EXPECT_EQ(read("file", 4).trouble, "is larger than 4 B");
    write("sparse", "");
    if (truncate((dir / "sparse").c_str(), off_t{1} << 40U) != 0) {
        GTEST_SKIP() << "no file of 1 TB can be made here";
    }
    EXPECT_EQ(read("sparse").trouble, "is larger than 1 MB");
    EXPECT_EQ(tailUntrusted(dir.path(), "sparse", 10).text, std::string(10, '\0'));
}

TEST_F(UntrustedTest, AFileThatGrowsWhileItIsReadStaysWithinTheLimit) {
    write("file", "");
    std::atomic<bool> stop = false;
    std::thread writer([&] {
        std::ofstream out(dir / "file", std::ios::binary);
        const std::string piece(4096, 'x');
        for (int i = 0; i < 5000 && !stop; ++i) out << piece << std::flush;
    });
    for (int i = 0; i < 300; ++i) {
        const auto seen = read("file", 100'000);
        EXPECT_TRUE(seen.text ? seen.text->size() <= 100'000
                              : seen.trouble == "is larger than 100 KB");
        EXPECT_LE(tailUntrusted(dir.path(), "file", 1000).text.value_or("").size(), 1000U);
    }
    stop = true;
    writer.join();
}

TEST_F(UntrustedTest, AFileThatIsReplacedAllTheTimeIsNeverTakenForWhatItsLinkLeadsTo) {
    write("secret", "secret");
    write("plain", "plain");
    std::atomic<bool> stop = false;
    std::thread replacing([&] {
        while (!stop) {
            std::error_code ignored;
            fs::create_symlink("secret", dir / "next", ignored);
            fs::rename(dir / "next", dir / "file", ignored);
            fs::create_hard_link(dir / "plain", dir / "next", ignored);
            fs::rename(dir / "next", dir / "file", ignored);
        }
    });
    int texts = 0;
    for (int i = 0; i < 20'000; ++i) {
        const auto seen = read("file");
        if (!seen.text) continue;
        ++texts;
        ASSERT_EQ(seen.text, "plain");
    }
    stop = true;
    replacing.join();
    EXPECT_GT(texts, 0);
}

TEST_F(UntrustedTest, OddNamesAreReadLikeOthers) {
    for (const auto& name : {std::string{"a\nb"}, std::string{"\xFF\xFE"}, std::string(255, 'n')}) {
        write(name, "x");
        EXPECT_EQ(read(name).text, "x");
    }
    EXPECT_FALSE(read(std::string(256, 'n')).text);
    EXPECT_FALSE(read(std::string(5000, 'n')).unsure);
}

TEST_F(UntrustedTest, WhatMayNotBeReadIsUnsureAndNotAbsent) {
    if (geteuid() == 0) GTEST_SKIP() << "root may read everything";
    fs::create_directories(dir / "closed");
    write("closed/file", "x");
    write("file", "x");
    chmod((dir / "file").c_str(), 0);
    chmod((dir / "closed").c_str(), 0);
    for (const auto* name : {"file", "closed/file"}) {
        EXPECT_TRUE(read(name).unsure) << name;
        EXPECT_FALSE(read(name).absent) << name;
        EXPECT_EQ(read(name).trouble, "cannot be read: Permission denied") << name;
    }
    chmod((dir / "closed").c_str(), 0700);
}

TEST_F(UntrustedTest, ATailBeginsWhereALineDoes) {
    write("log", "first\nsecond\nthird\n");
    EXPECT_EQ(tailUntrusted(dir.path(), "log", 100).text, "first\nsecond\nthird\n");
    EXPECT_EQ(tailUntrusted(dir.path(), "log", 8).text, "third\n");
    EXPECT_EQ(tailUntrusted(dir.path(), "log", 6).text, "third\n");
    write("log", "one long line");
    EXPECT_EQ(tailUntrusted(dir.path(), "log", 4).text, "line");
}

}  // namespace orch::testing
