#include "base/digest.hpp"

#include <gtest/gtest.h>

namespace orch {

// FIPS 180-2, appendix B.
TEST(Sha256, GivesThePublishedDigests) {
    EXPECT_EQ(sha256("abc"), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    EXPECT_EQ(sha256(""), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
    EXPECT_EQ(sha256(std::string(1'000'000, 'a')),
              "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0");
}

TEST(Sha256, TakesBytesNotAString) {
    EXPECT_NE(sha256({"\0a", 2}), sha256({"\0b", 2}));
}

TEST(Sha256, OfPiecesIsThatOfTheWhole) {
    Sha256 none;
    EXPECT_EQ(none.hex(), sha256(""));
    Sha256 pieces;
    pieces.add("a");
    pieces.add("");
    pieces.add("bc");
    EXPECT_EQ(pieces.hex(), sha256("abc"));
}

TEST(RandomHex, HasTwoDigitsAByteAndNeverRepeats) {
    EXPECT_EQ(randomHex(0), "");
    EXPECT_EQ(randomHex(16).size(), 32U);
    EXPECT_EQ(randomHex(16).find_first_not_of("0123456789abcdef"), std::string::npos);
    EXPECT_NE(randomHex(16), randomHex(16));
}

TEST(EqualConstantTime, IsEqualityOfBytes) {
    EXPECT_TRUE(equalConstantTime("", ""));
    EXPECT_TRUE(equalConstantTime("secret", "secret"));
    EXPECT_FALSE(equalConstantTime("secret", "secreT"));
    EXPECT_FALSE(equalConstantTime("secret", "secre"));
    EXPECT_FALSE(equalConstantTime({"a\0b", 3}, {"a\0c", 3}));
}

}  // namespace orch
