#include "ctl/endpoint.hpp"

#include <unistd.h>

#include "ctl/orchctl_fixture.hpp"

namespace orch::ctl {

namespace {

struct EndpointTest : OrchctlTest {
    [[nodiscard]] Endpoint find(const EndpointOptions& options = {},
                                const std::string& from = "") const {
        std::filesystem::create_directories(folder / from);
        return findEndpoint(options, {environment, folder / from});
    }
    void daemonAt(const std::string& state, const std::string& url) const {
        write(state + "/daemon.json",
              R"({"url":")" + url + R"(","pid":1,"token_file":"./)" + state + R"(/token"})");
    }
};

}  // namespace

TEST_F(EndpointTest, WithoutAnyHintItIsTheDefaultAddress) {
    EXPECT_EQ(find().url, "http://127.0.0.1:8080");
    EXPECT_FALSE(find().token_file);
}

TEST_F(EndpointTest, ARunningOrchdIsFoundFromAnyFolderBelow) {
    daemonAt("var", "http://127.0.0.1:4242");
    const auto endpoint = find({}, "src/deep/inside");
    EXPECT_EQ(endpoint.url, "http://127.0.0.1:4242");
    EXPECT_EQ(endpoint.token_file, folder / "var/token");
}

TEST_F(EndpointTest, TheConfigurationsStateDirIsLookedAtToo) {
    write("config/orch.yaml", "state_dir: ./elsewhere\n");
    daemonAt("elsewhere", "http://127.0.0.1:4243");
    EXPECT_EQ(find().url, "http://127.0.0.1:4243");
}

TEST_F(EndpointTest, OptionsStandAboveVariablesAndTheseAboveFiles) {
    daemonAt("var", "http://127.0.0.1:1111");
    environment["ORCH_URL"] = "http://127.0.0.1:2222/";
    EXPECT_EQ(find().url, "http://127.0.0.1:2222");
    EXPECT_EQ(find({"http://127.0.0.1:3333", ""}).url, "http://127.0.0.1:3333");
}

TEST_F(EndpointTest, AFoundTokenGoesOnlyToItsOwnAddress) {
    daemonAt("var", "http://127.0.0.1:1111");
    EXPECT_FALSE(find({"http://example.org", ""}).token_file);
    EXPECT_TRUE(find({"http://127.0.0.1:1111", ""}).token_file);
}

TEST_F(EndpointTest, ADamagedFileIsAsGoodAsNone) {
    for (const std::string content : {"", "{", "[]", R"({"url":7})"}) {
        write("var/daemon.json", content);
        EXPECT_EQ(find().url, "http://127.0.0.1:8080") << content;
    }
}

TEST_F(EndpointTest, SomebodyElsesFileIsNotBelieved) {
    if (geteuid() != 0) GTEST_SKIP() << "only root can give a file away";
    daemonAt("var", "http://127.0.0.1:4242");
    ASSERT_EQ(chown((folder / "var/daemon.json").c_str(), 65534, 65534), 0);
    EXPECT_EQ(find().url, "http://127.0.0.1:8080");
}

}  // namespace orch::ctl
