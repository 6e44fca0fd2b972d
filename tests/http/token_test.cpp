#include "http/token.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <fstream>
#include <future>
#include <vector>

#include "base/error.hpp"
#include "support/temp_dir.hpp"

namespace orch::testing {

namespace fs = std::filesystem;

struct TokenTest : ::testing::Test {
    void write(const std::string& text, mode_t mode = 0600) {
        std::ofstream(file) << text;
        chmod(file.c_str(), mode);
    }
    std::string refusal() {
        try {
            return "accepted " + ensureToken(folder.path());
        } catch (const Error& error) {
            return error.what();
        }
    }
    TempDir folder;
    fs::path file = folder / "token";
};

TEST_F(TokenTest, ItIsMadeOnceAndOnlyForUs) {
    const auto token = ensureToken(folder.path());
    EXPECT_THAT(token, ::testing::MatchesRegex("[0-9a-f]{64}"));
    EXPECT_EQ(fs::status(file).permissions(), fs::perms::owner_read | fs::perms::owner_write);
    EXPECT_EQ(ensureToken(folder.path()), token);
    const auto files = std::distance(fs::directory_iterator(folder.path()), {});
    EXPECT_EQ(files, 1);
}

TEST_F(TokenTest, TwoStartersAgree) {
    std::vector<std::future<std::string>> starters;
    for (int i = 0; i < 8; ++i) {
        starters.push_back(
            std::async(std::launch::async, [&] { return ensureToken(folder.path()); }));
    }
    const auto first = starters[0].get();
    for (std::size_t i = 1; i < starters.size(); ++i) EXPECT_EQ(starters[i].get(), first);
}

TEST_F(TokenTest, AnOwnTokenIsTaken) {
    write(std::string(40, 'k') + "\n");
    EXPECT_EQ(ensureToken(folder.path()), std::string(40, 'k'));
}

TEST_F(TokenTest, OneThatOthersCanReadIsRefused) {
    for (const mode_t mode : {0644U, 0640U, 0606U}) {
        write(std::string(64, 'a'), mode);
        EXPECT_THAT(refusal(), ::testing::HasSubstr("can be read by others")) << mode;
    }
}

TEST_F(TokenTest, AnEmptyShortOrOddOneIsRefused) {
    for (const auto& text : {std::string(),
                             std::string("short"),
                             std::string(40, ' '),
                             std::string(40, 'a') + "\nb",
                             std::string(600, 'a')}) {
        write(text);
        EXPECT_THAT(refusal(), ::testing::HasSubstr("delete it")) << text;
    }
}

TEST_F(TokenTest, ALinkOrFolderInItsPlaceIsRefused) {
    fs::create_symlink("/etc/hostname", file);
    EXPECT_THAT(refusal(), ::testing::HasSubstr("cannot open the token file"));
    fs::remove(file);
    fs::create_directory(file);
    EXPECT_THAT(refusal(), ::testing::HasSubstr("is no file"));
}

TEST_F(TokenTest, WithoutTheFolderItSaysSo) {
    EXPECT_THROW(static_cast<void>(ensureToken(folder / "missing")), Error);
}

}  // namespace orch::testing
