#include "forge/lfs_pointer.hpp"

#include <gtest/gtest.h>

namespace orch::testing {

namespace {

const std::string kOid(64, 'a');
const std::string kVersion = "version https://git-lfs.github.com/spec/v1\n";

std::string pointer(const std::string& oid, const std::string& size) {
    return kVersion + "oid sha256:" + oid + "\nsize " + size + "\n";
}

}  // namespace

TEST(LfsPointerTest, IsReadAsGitLfsWritesIt) {
    EXPECT_EQ(parseLfsPointer(pointer(kOid, "12345")), (LfsPointer{kOid, 12345}));
    EXPECT_EQ(parseLfsPointer(pointer(kOid, "0")), (LfsPointer{kOid, 0}));
}

TEST(LfsPointerTest, MayNameExtensions) {
    const auto text = kVersion + "ext-0-foo sha256:" + std::string(64, 'b') +
                      "\noid sha256:" + kOid + "\nsize 1\n";
    EXPECT_EQ(parseLfsPointer(text), (LfsPointer{kOid, 1}));
}

TEST(LfsPointerTest, AnythingElseIsNone) {
    const std::vector<std::string> odd{
        pointer(std::string(64, 'A'), "1"),
        pointer(std::string(63, 'a'), "1"),
        pointer(std::string(65, 'a'), "1"),
        pointer("../../../../../../../../../../../../../../../../../../../../etc/pas", "1"),
        pointer(std::string(63, 'a') + '\0', "1"),
        pointer(kOid, ""),
        pointer(kOid, "-1"),
        pointer(kOid, "+1"),
        pointer(kOid, "01"),
        pointer(kOid, "1 "),
        pointer(kOid, "0x1"),
        pointer(kOid, "9223372036854775808"),
        pointer(kOid, "99999999999999999999"),
        pointer(kOid, "1") + "more\n",
        pointer(kOid, "1") + "\n",
        "\n" + pointer(kOid, "1"),
        kVersion + "size 1\noid sha256:" + kOid + "\n",
        "version http://git-media.io/v/2\noid sha256:" + kOid + "\nsize 1\n",
        kVersion + "oid md5:" + kOid + "\nsize 1\n",
        kVersion + "oid sha256:" + kOid + "\r\nsize 1\r\n",
        kVersion + "oid sha256:" + kOid + "\n",
        kVersion + "ext-0-a b sha256:" + kOid + "\noid sha256:" + kOid + "\nsize 1\n"};
    for (const auto& text : odd) {
        EXPECT_FALSE(parseLfsPointer(text)) << text;
    }
    const auto cut = pointer(kOid, "1");
    for (std::size_t size = 0; size < cut.size(); ++size) {
        EXPECT_FALSE(parseLfsPointer(cut.substr(0, size))) << size;
    }
}

TEST(LfsPointerTest, LongTextsAreNone) {
    const auto long_name = "ext-0-" + std::string(kLfsPointerLimit, 'x') + " sha256:";
    EXPECT_FALSE(
        parseLfsPointer(kVersion + long_name + kOid + "\noid sha256:" + kOid + "\nsize 1\n"));
}

}  // namespace orch::testing
