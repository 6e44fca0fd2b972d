#include "launch/shim/bounded_log.hpp"

#include <fcntl.h>
#include <gtest/gtest.h>

#include <filesystem>

#include "support/temp_dir.hpp"

namespace orch {

struct BoundedLogTest : ::testing::Test {
    testing::TempDir dir;
    BoundedLog log{append(dir / "out.log"), 10};

    static UniqueFd append(const std::filesystem::path& file) {
        return UniqueFd{open(file.c_str(), O_WRONLY | O_CREAT | O_APPEND, 0600)};
    }

    [[nodiscard]] std::string text() const { return readFile(dir / "out.log").value(); }
};

TEST_F(BoundedLogTest, KeepsWhatFits) {
    log.take("0123");
    log.take("456789");
    log.finish();
    EXPECT_EQ(text(), "0123456789");
    EXPECT_EQ(log.total(), 10U);
}

TEST_F(BoundedLogTest, SaysOnALineOfItsOwnWhatIsMissing) {
    log.take("01234567");
    log.take("89ab");
    log.take("cd");
    log.finish();
    EXPECT_EQ(text(), "0123456789\n[orchd: 4 bytes of output discarded, limit 10B]\n");
    EXPECT_EQ(log.total(), 14U);
}

TEST_F(BoundedLogTest, AddsNoEmptyLineAfterAWholeOne) {
    log.take("012345678\nab");
    log.finish();
    EXPECT_EQ(text(), "012345678\n[orchd: 2 bytes of output discarded, limit 10B]\n");
}

TEST_F(BoundedLogTest, IE7FullDiskIsCountedNotThrown) {
    BoundedLog full(append("/dev/full"), 10);
    full.take("abc");
    full.finish();
    EXPECT_EQ(full.total(), 3U);
}

}  // namespace orch
