#include "plugin/service_scene.hpp"
#include "plugin/services/notices.hpp"

namespace orch {

using namespace testing;
using namespace std::chrono_literals;

struct ServiceNotifyTest : ServiceScene {
    std::string say(const std::string& text, const std::string& cause = "full") {
        return ask("notify.send",
                   {{"subject", "disk:/"}, {"text", text}, {"cause", cause}})["result"];
    }
};
using Strings = std::vector<std::string>;

// proves X3
TEST_F(ServiceNotifyTest, ANoticeIsAMessageAndAJournalRow) {
    EXPECT_EQ(say("2 GB left on /"), "done");
    EXPECT_EQ(notices(), Strings{"2 GB left on /"});
    const auto rows = journal();
    ASSERT_EQ(rows.size(), 1U);
    EXPECT_EQ(rows[0].actor, "plugin:reaper#3");
    EXPECT_EQ(rows[0].subject, "disk:/");
    EXPECT_EQ(rows[0].rule, "notice");
    EXPECT_EQ(rows[0].decision, "2 GB left on /");
    EXPECT_EQ(told, 1);
}

TEST_F(ServiceNotifyTest, TheSameCauseIsSaidOnce) {
    EXPECT_EQ(say("2 GB left"), "done");
    EXPECT_EQ(say("1 GB left"), "nothing");
    EXPECT_EQ(notices(), Strings{"2 GB left"});
}

TEST_F(ServiceNotifyTest, WithoutACauseTheTextTellsThemApart) {
    EXPECT_EQ(say("2 GB left", ""), "done");
    EXPECT_EQ(say("2 GB left", ""), "nothing");
    EXPECT_EQ(say("1 GB left", ""), "done");
}

TEST_F(ServiceNotifyTest, AChangeIsSaidAtOnceAlsoBack) {
    EXPECT_EQ(say("a", "full"), "done");
    EXPECT_EQ(say("b", "gone"), "done");
    EXPECT_EQ(say("c", "full"), "done");
}

// proves X1
TEST_F(ServiceNotifyTest, ARestartRepeatsNothing) {
    EXPECT_EQ(say("2 GB left"), "done");
    restart();
    ++generation;
    EXPECT_EQ(say("2 GB left"), "nothing");
    EXPECT_EQ(say("gone", "gone"), "done");
}

TEST_F(ServiceNotifyTest, TwoPluginsDoNotSilenceEachOther) {
    EXPECT_EQ(say("2 GB left"), "done");
    restart();
    plugin = "disk-watch";
    EXPECT_EQ(say("2 GB left"), "done");
    EXPECT_EQ(notices().size(), 2U);
}

// proves X4
TEST_F(ServiceNotifyTest, ObservingTellsNobody) {
    mode = PluginMode::kObserve;
    EXPECT_EQ(say("2 GB left"), "observed");
    EXPECT_TRUE(notices().empty());
    mode = PluginMode::kLive;
    EXPECT_EQ(say("2 GB left"), "done");
}

TEST_F(ServiceNotifyTest, WordsAreCutAndCleaned) {
    EXPECT_EQ(say("bell\a" + std::string(5000, 'x')), "done");
    EXPECT_EQ(notices().at(0).size(), 4000U);
    EXPECT_TRUE(notices().at(0).starts_with("bell\xEF\xBF\xBDx"));
}

TEST_F(ServiceNotifyTest, ANoticeWithoutASubjectIsRefused) {
    EXPECT_EQ(refusal(ORCH_BAD_REQUEST, "notify.send", {{"text", "x"}}),
              "notify.send: subject is missing");
    EXPECT_EQ(
        refusal(
            ORCH_BAD_REQUEST, "notify.send", {{"subject", std::string(201, 's')}, {"text", "x"}}),
        "notify.send: subject must not be longer than 200 bytes");
}

constexpr Instant kStart{1000h};

TEST(NoticeTest, ARepeatedOneIsSaidAfterADayAndAfterThreeAndNoMore) {
    std::optional<SaidNotice> said;
    std::vector<std::chrono::hours> times;
    for (auto hour = 0h; hour < 1000h; ++hour) {
        if (const auto next = nextNotice(said, "full", kStart + hour)) {
            times.push_back(hour);
            said = next;
        }
        said->asked = kStart + hour;
    }
    EXPECT_EQ(times, (std::vector<std::chrono::hours>{0h, 24h, 72h}));
}

TEST(NoticeTest, OneThatComesBackAfterThreeDaysIsNew) {
    const SaidNotice said{"full", kStart, kStart + 100h, 3};
    EXPECT_FALSE(nextNotice(said, "full", kStart + 171h));
    const auto next = nextNotice(said, "full", kStart + 172h);
    ASSERT_TRUE(next);
    EXPECT_EQ(next->times, 1);
    EXPECT_EQ(next->first, kStart + 172h);
}

TEST(NoticeTest, AReminderThatWasMissedIsNotSaidTwice) {
    const SaidNotice said{"full", kStart, kStart + 70h, 1};
    const auto next = nextNotice(said, "full", kStart + 80h);
    ASSERT_TRUE(next);
    EXPECT_EQ(next->times, 3);
}

}  // namespace orch
