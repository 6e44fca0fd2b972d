#include "notify/log_notifier.hpp"

#include <gtest/gtest.h>

#include <vector>

#include "base/error.hpp"

namespace orch {

struct LogNotifierTest : testing::Test {
    std::vector<std::string> lines;
    LogNotifier notifier{[this](const std::string& line) { lines.push_back(line); }};
};

TEST_F(LogNotifierTest, ANoticeIsOneLine) {
    notifier.send("T-1 waits", "for your approval\nof the architecture\n", "key");
    ASSERT_EQ(lines.size(), 1U);
    EXPECT_EQ(lines[0], "notice \"T-1 waits\": for your approval / of the architecture");
}

TEST_F(LogNotifierTest, WhatIsNoTextCannotForgeALineOrATerminalSequence) {
    notifier.send("a\rb", "\x1b[31mred \xff", "key");
    ASSERT_EQ(lines.size(), 1U);
    for (const char bad : {'\r', '\x1b', '\n', '\xff'}) {
        EXPECT_EQ(lines[0].find(bad), std::string::npos);
    }
}

TEST_F(LogNotifierTest, AVeryLongNoticeIsCut) {
    notifier.send("T-1", std::string(1'000'000, 'x'), "key");
    EXPECT_LE(lines[0].size(), 2000U);
}

TEST(LogNotifier, WhatTheSinkThrowsReachesTheCaller) {
    LogNotifier notifier{[](const std::string&) { throw RemoteError("sink is down", true); }};
    EXPECT_THROW(notifier.send("T-1", "text", "key"), RemoteError);
}

TEST(LogNotifier, TheDefaultSinkIsStandardError) {
    testing::internal::CaptureStderr();
    LogNotifier{}.send("T-1", "text", "key");
    EXPECT_EQ(testing::internal::GetCapturedStderr(), "notice \"T-1\": text\n");
}

}  // namespace orch
