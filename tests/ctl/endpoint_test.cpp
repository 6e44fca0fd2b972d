#include "ctl/endpoint.hpp"

#include <sys/stat.h>
#include <unistd.h>

#include "ctl/orchctl_fixture.hpp"
#include "ctl/trust.hpp"

namespace orch::ctl {

namespace fs = std::filesystem;

namespace {

constexpr const char* kMinimal = "state_dir: ./elsewhere\n";

struct EndpointTest : OrchctlTest {
    EndpointTest() { folder = fs::canonical(folder); }
    [[nodiscard]] Endpoint find(const EndpointOptions& options = {},
                                const std::string& from = "") const {
        fs::create_directories(folder / from);
        return findEndpoint(options, {environment, folder / from});
    }
    /// The sentence when nothing tells which orchd is meant.
    [[nodiscard]] std::string lost(const std::string& from = "") const {
        try {
            return "found " + find({}, from).place();
        } catch (const Unreachable& error) {
            return error.what();
        }
    }
    [[nodiscard]] std::string socketIn(const std::string& state) const {
        return (folder / state / "orchd.sock").string();
    }
    /// What an orchd's state folder has.
    void stateFolderAt(const std::string& state) const {
        fs::create_directories(folder / state / "worktrees/T-1");
        write(state + "/token", "secret\n");
    }
};

bool contains(const std::string& text, const std::string& part) {
    return text.find(part) != std::string::npos;
}

}  // namespace

TEST_F(EndpointTest, WithoutAnyHintNobodyIsAsked) {
    EXPECT_TRUE(contains(lost(), "cannot tell which orchd is meant")) << lost();
    EXPECT_EQ(orchctl({"status"}), 3);
    EXPECT_TRUE(contains(err, "--state-dir")) << err;
}

TEST_F(EndpointTest, TheConfigurationsStateDirIsFoundFromAnyFolderBelow) {
    write("config/orch.yaml", kMinimal);
    const auto endpoint = find({}, "src/deep/inside");
    EXPECT_EQ(endpoint.place(), socketIn("elsewhere"));
    EXPECT_EQ(endpoint.url, "");
    EXPECT_EQ(endpoint.token_file, folder / "elsewhere/token");
}

TEST_F(EndpointTest, TheFolderVarIsTheLastResort) {
    fs::create_directories(folder / "var");
    EXPECT_EQ(find().place(), socketIn("var"));
    write("orch.yaml", kMinimal);
    EXPECT_EQ(find().place(), socketIn("elsewhere"));
}

TEST_F(EndpointTest, OptionsStandAboveVariablesAndTheseAboveFiles) {
    write("orch.yaml", kMinimal);
    environment["ORCH_STATE_DIR"] = "by-variable";
    EXPECT_EQ(find().place(), socketIn("by-variable"));
    EXPECT_EQ(find({.state_dir = "by-option"}).place(), socketIn("by-option"));
    environment["ORCH_URL"] = "http://127.0.0.1:2222/";
    EXPECT_EQ(find().place(), "http://127.0.0.1:2222");
    EXPECT_EQ(find({.url = "http://127.0.0.1:3333"}).place(), "http://127.0.0.1:3333");
}

TEST_F(EndpointTest, AnAddressIsAskedToKnowTheTokenOfTheStateFolder) {
    write("orch.yaml", kMinimal);
    EXPECT_EQ(find({.url = "http://127.0.0.1:1"}).token_file, folder / "elsewhere/token");
    const EndpointOptions both{.url = "http://127.0.0.1:1", .token_file = "mine"};
    EXPECT_EQ(find(both).token_file, folder / "mine");
}

// proves X5
TEST_F(EndpointTest, WhatDaemonJsonSaysLeadsNobodyAnywhere) {
    write("real/token", "the-real-secret\n");
    orchd.answer("GET /queue", "{}");
    write("var/daemon.json",
          R"({"url":")" + orchd.url() + R"(","pid":1,"token_file":")" +
              (folder / "real/token").string() + "\"}");
    const auto endpoint = find();
    EXPECT_EQ(endpoint.place(), socketIn("var"));
    EXPECT_EQ(endpoint.token_file, folder / "var/token");
    EXPECT_EQ(orchctl({"status"}), 3);
    EXPECT_EQ(orchd.heard(), "");
}

TEST_F(EndpointTest, BelowAStateFolderOnlyThatFolderCounts) {
    stateFolderAt("state");
    write("state/worktrees/T-1/orch.yaml", "state_dir: ./trap\n");
    write("state/worktrees/T-1/config/orch.yaml", "state_dir: ./trap\n");
    fs::create_directories(folder / "state/worktrees/T-1/var");
    stateFolderAt("state/worktrees/T-1/nested");
    for (const std::string from : {"", "/src", "/nested/worktrees/T-1", "/var"}) {
        EXPECT_EQ(find({}, "state/worktrees/T-1" + from).place(), socketIn("state")) << from;
    }
}

TEST_F(EndpointTest, WhatOthersCanWriteIsIgnoredWithASentence) {
    write("orch.yaml", kMinimal);
    chmod((folder / "orch.yaml").c_str(), 0666);
    EXPECT_TRUE(contains(lost(), "orch.yaml is ignored: others can write")) << lost();
    chmod((folder / "orch.yaml").c_str(), 0644);
    chmod(folder.c_str(), 0777);
    EXPECT_TRUE(contains(lost(), "others can write " + folder.string())) << lost();
    chmod(folder.c_str(), 01777);
    EXPECT_EQ(find().place(), socketIn("elsewhere"));
}

TEST_F(EndpointTest, WhatWasIgnoredIsToldToWhoeverIsServedByAnother) {
    write("orch.yaml", kMinimal);
    write("inner/orch.yaml", "state_dir: ./trap\n");
    chmod((folder / "inner/orch.yaml").c_str(), 0666);
    const auto endpoint = find({}, "inner");
    EXPECT_EQ(endpoint.place(), socketIn("elsewhere"));
    ASSERT_EQ(endpoint.ignored.size(), 1U);
    EXPECT_TRUE(contains(endpoint.ignored[0], "inner/orch.yaml is ignored"));
}

TEST_F(EndpointTest, SomebodyElsesFileFolderOrLinkIsNotBelieved) {
    if (geteuid() != 0) GTEST_SKIP() << "only root can give a file away";
    write("orch.yaml", kMinimal);
    ASSERT_EQ(chown((folder / "orch.yaml").c_str(), 65534, 65534), 0);
    EXPECT_TRUE(contains(lost(), "orch.yaml belongs to nobody")) << lost();
    fs::remove(folder / "orch.yaml");
    fs::create_directories(folder / "var");
    ASSERT_EQ(chown((folder / "var").c_str(), 65534, 65534), 0);
    EXPECT_TRUE(contains(lost(), "var belongs to nobody")) << lost();
    fs::remove(folder / "var");
    write("real.yaml", kMinimal);
    fs::create_symlink(folder / "real.yaml", folder / "orch.yaml");
    EXPECT_EQ(find().place(), socketIn("elsewhere"));
    ASSERT_EQ(lchown((folder / "orch.yaml").c_str(), 65534, 65534), 0);
    EXPECT_TRUE(contains(lost(), "orch.yaml belongs to nobody")) << lost();
}

TEST_F(EndpointTest, ALinkIntoAFolderOfOthersIsNotBelieved) {
    write("shared/orch.yaml", kMinimal);
    chmod((folder / "shared").c_str(), 0777);
    fs::create_directories(folder / "mine");
    fs::create_symlink(folder / "shared/orch.yaml", folder / "mine/orch.yaml");
    EXPECT_TRUE(contains(lost("mine"), "others can write " + (folder / "shared").string()));
}

}  // namespace orch::ctl
