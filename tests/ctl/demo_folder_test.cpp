#include <gtest/gtest.h>

#include "base/error.hpp"
#include "config/config.hpp"
#include "ctl/demo/settings.hpp"
#include "ctl/scene.hpp"

namespace orch::ctl {

namespace fs = std::filesystem;

TEST(DemoFolderTest, AFolderWithSomethingElseInItIsNotTouched) {
    const testing::TempDir temp;
    replaceFile(temp / "precious", "mine", Sync::kNo);
    EXPECT_THROW((void)claimDemoFolder({temp.path()}), Error);
    EXPECT_EQ(readFile(temp / "precious"), "mine");
}

TEST(DemoFolderTest, AnEarlierDemoIsEmptiedButForItsMarker) {
    const testing::TempDir temp;
    const DemoFolder folder{temp / "demo"};
    (void)claimDemoFolder(folder);
    replaceFile(folder.greeter() / "old", "", Sync::kNo);
    const auto lock = claimDemoFolder(folder);
    EXPECT_TRUE(fs::exists(folder.marker()));
    EXPECT_TRUE(fs::is_empty(folder.greeter()));
}

TEST(DemoFolderTest, TwoDemosInOneFolderAreRefused) {
    const testing::TempDir temp;
    const DemoFolder folder{temp / "demo"};
    const auto lock = claimDemoFolder(folder);
    EXPECT_THROW((void)claimDemoFolder(folder), Error);
}

TEST(DemoFolderTest, ALinkInsideIsRemovedNotFollowed) {
    const testing::TempDir temp;
    const DemoFolder folder{temp / "demo"};
    (void)claimDemoFolder(folder);
    replaceFile(temp / "outside", "mine", Sync::kNo);
    fs::create_directory_symlink(temp.path(), folder.root / "link");
    (void)claimDemoFolder(folder);
    EXPECT_EQ(readFile(temp / "outside"), "mine");
}

TEST(DemoSettings, AreGoodForOrchd) {
    Scene scene;
    writeSettings(scene.folder);
    const auto config = loadConfig(scene.folder.config(), {});
    EXPECT_EQ(config.server.port, 0);
    EXPECT_EQ(config.pipeline.stages.size(), 6U);
    EXPECT_EQ(config.state_dir, scene.folder.state());
    EXPECT_EQ(environmentProblems(config, "/usr/bin:/bin"), std::vector<std::string>{});
}

TEST(DemoLedger, ALineThatIsStillBeingWrittenIsLeftOut) {
    const testing::TempDir temp;
    replaceFile(temp / "ledger", "start 1.1 analysis 7\nend 1.1 anal", Sync::kNo);
    EXPECT_EQ(readLedger(temp / "ledger").lines.size(), 1U);
}

TEST(DemoLedger, ARetryIsNoDoubleRunButASecondEndIs) {
    Ledger ledger{{{"start", "3.1", "development", 7},
                   {"start", "3.2", "development", 8},
                   {"end", "3.2", "development", 8}}};
    EXPECT_EQ(ledger.doubleRuns(), 0);
    ledger.lines.push_back({"end", "3.1", "development", 7});
    EXPECT_EQ(ledger.doubleRuns(), 1);
}

}  // namespace orch::ctl
