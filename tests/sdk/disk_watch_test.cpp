// The plugin of the guide and of the front page, as authors are told to write and to test it.
#include "examples/disk-watch/disk_watch.cpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "orch/testing.hpp"

namespace orch {

using testing::EndsWith;

struct DiskWatchTest : testing::Test {
    FakeHost host;
};

TEST_F(DiskWatchTest, ADiskWithRoomIsNotWorthAWord) {
    FakePlugin plugin{host, *orch_plugin_v1(), R"({"path":"/","min_free":"1B"})"};
    EXPECT_TRUE(plugin.tick().ok());
    EXPECT_TRUE(host.calls().empty());
}

TEST_F(DiskWatchTest, AFullDiskIsToldWithWhatIsLeft) {
    FakePlugin plugin{host, *orch_plugin_v1(), R"({"path":"/","min_free":"1000000TB"})"};
    EXPECT_TRUE(plugin.tick().ok());
    ASSERT_EQ(host.notices().size(), 1U);
    EXPECT_EQ(host.notices()[0].subject, "disk:/");
    EXPECT_THAT(host.notices()[0].text, EndsWith("B left on /"));
}

TEST_F(DiskWatchTest, ACancelledTickSaysNothing) {
    FakePlugin plugin{host, *orch_plugin_v1(), R"({"path":"/","min_free":"1000000TB"})"};
    host.cancel();
    EXPECT_TRUE(plugin.tick().ok());
    EXPECT_TRUE(host.calls().empty());
}

TEST_F(DiskWatchTest, APathThatIsNotThereFailsTheTickWithItsName) {
    FakePlugin plugin{host, *orch_plugin_v1(), R"({"path":"/no/such/disk"})"};
    const auto failed = plugin.tick();
    EXPECT_EQ(failed.status, ORCH_EXCEPTION);
    EXPECT_THAT(failed.text, testing::HasSubstr("/no/such/disk"));
}

TEST_F(DiskWatchTest, APathIsNeeded) {
    EXPECT_THROW((FakePlugin{host, *orch_plugin_v1(), "{}"}), std::runtime_error);
}

}  // namespace orch
