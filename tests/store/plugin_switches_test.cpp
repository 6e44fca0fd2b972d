#include "store/plugin_switches.hpp"

#include "store/store_fixture.hpp"

namespace orch::testing {

using PluginSwitchesTest = RowsTest;

TEST_F(PluginSwitchesTest, NobodyHasVotedAtFirst) {
    EXPECT_TRUE(readPluginSwitches(db).empty());
}

TEST_F(PluginSwitchesTest, AVoteIsReadAsItWasWritten) {
    writePluginSwitch(tx, "reaper", false, "me");
    const auto row = readPluginSwitches(db).at("reaper");
    EXPECT_FALSE(row.on);
    EXPECT_EQ(row.by, "me");
    EXPECT_EQ(row.at, tx.at());
}

TEST_F(PluginSwitchesTest, TheLaterVoteReplacesTheEarlierOfItsPluginAlone) {
    writePluginSwitch(tx, "reaper", false, "me");
    writePluginSwitch(tx, "mergelease", false, "me");
    auto later = at(2'000'000);
    writePluginSwitch(later, "reaper", true, "you");
    const auto rows = readPluginSwitches(db);
    EXPECT_TRUE(rows.at("reaper").on);
    EXPECT_EQ(rows.at("reaper").by, "you");
    EXPECT_EQ(rows.at("reaper").at, fromMilliseconds(2'000'000));
    EXPECT_FALSE(rows.at("mergelease").on);
}

// proves H4: fail-safe
TEST_F(PluginSwitchesTest, AVoteThatCannotBeReadCountsAsOff) {
    db.execute("INSERT INTO plugin_switches(name, vote, set_by, at) VALUES('x', 'perhaps', '', 0)");
    EXPECT_FALSE(readPluginSwitches(db).at("x").on);
}

}  // namespace orch::testing
