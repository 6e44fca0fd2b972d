#include "plugin/switchboard.hpp"

#include <gmock/gmock.h>

#include <future>
#include <latch>

#include "base/error.hpp"
#include "store/journal.hpp"
#include "store/plugin_switches.hpp"
#include "support/temp_dir.hpp"

namespace orch::testing {

using namespace std::chrono_literals;
using ::testing::ElementsAre;
using ::testing::EndsWith;
using ::testing::HasSubstr;
using ::testing::StartsWith;

struct SwitchboardTest : ::testing::Test {
    SwitchboardTest() { gate = board.add("reaper", "ORCH_REAPER_ENABLED", std::nullopt); }

    [[nodiscard]] std::map<std::string, SwitchRow> rows() { return store.read(readPluginSwitches); }
    [[nodiscard]] std::vector<JournalRow> journal() {
        return store.read([](Connection& db) { return lastJournal(db, "plugin reaper", 10); });
    }
    /// The disk refuses the table of switches.
    void breakRows() {
        store.write([](Tx& tx) {
            tx.db().execute(
                "CREATE TRIGGER broken BEFORE INSERT ON plugin_switches BEGIN "
                "SELECT RAISE(ABORT, 'no space'); END");
        });
    }

    TempDir folder;
    Store store{folder / "orch.db", 0ms};
    std::vector<std::string> heard;
    Switchboard board{store,
                      {{"ORCH_OFF_ENABLED", "false"}, {"ORCH_ODD_ENABLED", "ture"}},
                      [this](const std::string& plugin) {
                          heard.push_back(plugin + (board.on(plugin) ? " on" : " off"));
                      }};
    std::shared_ptr<CommitGate> gate;
};

TEST_F(SwitchboardTest, APluginNobodyVotedAboutIsOn) {
    EXPECT_TRUE(gate->isOpen());
    EXPECT_EQ(board.text("reaper"), "on");
}

// proves H4
TEST_F(SwitchboardTest, TheEnvironmentAndTheConfigurationSwitchOff) {
    EXPECT_FALSE(board.add("off", "ORCH_OFF_ENABLED", true)->isOpen());
    EXPECT_EQ(board.text("off"), "off (environment: ORCH_OFF_ENABLED=false)");
    EXPECT_FALSE(board.add("odd", "ORCH_ODD_ENABLED", true)->isOpen());
    EXPECT_THAT(board.text("odd"), HasSubstr("neither on nor off"));
    EXPECT_FALSE(board.add("calm", "ORCH_CALM_ENABLED", false)->isOpen());
    EXPECT_EQ(board.text("calm"), "off (configuration)");
}

// proves H4, X3
TEST_F(SwitchboardTest, AnOrderIsARowAJournalRowAndASentence) {
    const auto answer = board.order("reaper", false, "me");
    EXPECT_FALSE(answer.on);
    EXPECT_THAT(answer.sentence, StartsWith("reaper is off (operator me, 20"));
    EXPECT_FALSE(gate->isOpen());
    EXPECT_FALSE(rows().at("reaper").on);
    ASSERT_EQ(journal().size(), 1U);
    EXPECT_EQ(journal()[0].rule, "switch");
    EXPECT_EQ(journal()[0].actor, "operator:me");
    EXPECT_EQ(journal()[0].decision, "reaper is switched off by me");
}

// proves H4
TEST_F(SwitchboardTest, WhatSomeoneOrderedHoldsAfterARestart) {
    (void)board.order("reaper", false, "me");
    Switchboard next(store, {}, [](const std::string&) {});
    EXPECT_FALSE(next.add("reaper", "ORCH_REAPER_ENABLED", true)->isOpen());
    EXPECT_THAT(next.text("reaper"), StartsWith("off (operator me, 20"));
}

TEST_F(SwitchboardTest, SwitchingOnOpensTheGateAgain) {
    (void)board.order("reaper", false, "me");
    const auto answer = board.order("reaper", true, "you");
    EXPECT_TRUE(answer.on);
    EXPECT_EQ(answer.sentence, "reaper is on");
    EXPECT_TRUE(gate->isOpen());
    EXPECT_TRUE(rows().at("reaper").on);
}

// proves H4
TEST_F(SwitchboardTest, SwitchingOnDoesNotOverruleTheOtherSides) {
    const auto off = board.add("off", "ORCH_OFF_ENABLED", std::nullopt);
    const auto answer = board.order("off", true, "me");
    EXPECT_FALSE(answer.on);
    EXPECT_EQ(answer.sentence, "off is off (environment: ORCH_OFF_ENABLED=false)");
    EXPECT_FALSE(off->isOpen());
}

TEST_F(SwitchboardTest, TheListenerHearsOfEachChangeAndOnlyOfChanges) {
    (void)board.order("reaper", true, "me");
    (void)board.order("reaper", false, "me");
    (void)board.configure("reaper", false);
    (void)board.order("reaper", true, "me");
    (void)board.configure("reaper", std::nullopt);
    EXPECT_THAT(heard, ElementsAre("reaper off", "reaper on"));
}

// proves H4: the configuration's side gives the same promise
TEST_F(SwitchboardTest, AConfigurationThatSaysOffShutsTheGate) {
    const auto permit = gate->permit().value();
    const auto answer = board.configure("reaper", false);
    EXPECT_EQ(answer.sentence, "reaper is off (configuration)");
    EXPECT_FALSE(gate->permits(permit));
    EXPECT_TRUE(board.configure("reaper", true).on);
    EXPECT_FALSE(gate->permits(permit));
}

// proves H4: off is off even when the disk is full
TEST_F(SwitchboardTest, AnOffThatCannotBeRecordedHoldsAndSaysSo) {
    breakRows();
    const auto answer = board.order("reaper", false, "me");
    EXPECT_FALSE(answer.on);
    EXPECT_FALSE(gate->isOpen());
    EXPECT_THAT(answer.sentence, HasSubstr("not recorded: "));
    EXPECT_THAT(answer.sentence, EndsWith("a restart forgets it: order it again"));
    EXPECT_TRUE(journal().empty());
}

TEST_F(SwitchboardTest, AnOnThatCannotBeRecordedChangesNothing) {
    (void)board.order("reaper", false, "me");
    breakRows();
    const auto answer = board.order("reaper", true, "me");
    EXPECT_FALSE(answer.on);
    EXPECT_FALSE(gate->isOpen());
    EXPECT_THAT(answer.sentence, StartsWith("reaper stays off (operator me"));
    EXPECT_THAT(answer.sentence, HasSubstr("could not be recorded: "));
}

// proves H4: a commit that waits behind the switch-off does not happen
TEST_F(SwitchboardTest, ACommitThatWaitedForTheWriterIsRefusedOnceThePluginIsOff) {
    std::promise<void> go;
    auto held = store.post([&](Tx&) { go.get_future().wait(); });
    auto off = std::async(std::launch::async, [&, permit = *gate->permit()] {
        auto commit = store.post([&, permit](Tx&) { return gate->permits(permit); });
        auto answer =
            std::async(std::launch::async, [&] { return board.order("reaper", false, "me"); });
        while (gate->isOpen()) std::this_thread::yield();
        go.set_value();
        return std::pair{answer.get().on, commit.get()};
    });
    held.get();
    EXPECT_EQ(off.get(), (std::pair{false, false}));
}

TEST_F(SwitchboardTest, RevokingLeavesThePluginOn) {
    const auto permit = gate->permit().value();
    board.revoke("reaper");
    EXPECT_FALSE(gate->permits(permit));
    EXPECT_TRUE(board.on("reaper"));
}

TEST_F(SwitchboardTest, APluginThatGoesKeepsItsVoteForWhenItComesAgain) {
    (void)board.order("reaper", false, "me");
    EXPECT_TRUE(board.remove("reaper"));
    EXPECT_FALSE(board.add("reaper", "ORCH_REAPER_ENABLED", true)->isOpen());
    EXPECT_FALSE(gate->isOpen());
}

TEST_F(SwitchboardTest, AnUnknownPluginIsRefusedWithItsNeighbour) {
    try {
        (void)board.order("reapr", false, "me");
        FAIL();
    } catch (const Refused& refused) {
        EXPECT_EQ(refused.why(), Refused::Why::kNotFound);
        EXPECT_STREQ(refused.what(), "there is no plugin reapr: did you mean reaper?");
    }
    EXPECT_TRUE(rows().empty());
}

TEST_F(SwitchboardTest, APluginComesInOnce) {
    EXPECT_THROW((void)board.add("reaper", "X", std::nullopt), std::invalid_argument);
    EXPECT_TRUE(gate->isOpen());
}

// proves H4: what was ordered last holds, whatever the disk does first
TEST(PluginSwitchTest, AnOnThatEndsAfterALaterOffDoesNotOverruleIt) {
    PluginSwitch votes{SwitchVotes{}};
    const auto on = votes.begin({true, "you", "", ""});
    const auto off = votes.begin({false, "me", "", ""});
    votes.end(off, "");
    votes.end(on, "");
    EXPECT_EQ(votes.decide().text, "off (operator me)");
}

/// All that takes a plugin's permits away.
using WayOff = void (*)(Switchboard&);
struct WaysOffTest : SwitchboardTest, ::testing::WithParamInterface<WayOff> {
    /// Somebody takes the permits away, on a thread of his own.
    [[nodiscard]] std::future<void> takeAway() {
        return std::async(std::launch::async, [this] { GetParam()(board); });
    }
    std::promise<void> finish;
    std::latch begun{1};
};

INSTANTIATE_TEST_SUITE_P(
    All,
    WaysOffTest,
    ::testing::Values([](Switchboard& board) { (void)board.order("reaper", false, "me"); },
                      [](Switchboard& board) { (void)board.configure("reaper", false); },
                      [](Switchboard& board) { board.revoke("reaper"); },
                      [](Switchboard& board) { (void)board.remove("reaper"); }));

// proves H4
TEST_P(WaysOffTest, AnswersOnlyWhenNoActRunsAnyMore) {
    auto act = std::async(std::launch::async, [this, permit = *gate->permit()] {
        return gate->act(permit, [this] {
            begun.count_down();
            finish.get_future().wait();
        });
    });
    begun.wait();
    auto answer = takeAway();
    EXPECT_EQ(answer.wait_for(20ms), std::future_status::timeout);
    finish.set_value();
    answer.get();
    EXPECT_TRUE(act.get());
}

// proves H4
TEST_P(WaysOffTest, AnswersOnlyWhenWhatHadPassedTheGateIsCommitted) {
    auto commit = store.post([this, permit = *gate->permit()](Tx&) {
        begun.count_down();
        finish.get_future().wait();
        return gate->permits(permit);
    });
    begun.wait();
    auto answer = takeAway();
    EXPECT_EQ(answer.wait_for(20ms), std::future_status::timeout);
    finish.set_value();
    answer.get();
    EXPECT_EQ(commit.wait_for(0ms), std::future_status::ready);
}

}  // namespace orch::testing
