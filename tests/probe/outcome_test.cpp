#include "probe/outcome.hpp"

#include <curl/curl.h>
#include <gtest/gtest.h>

#include <cerrno>

namespace orch {

using std::chrono::seconds;

ProbeEnd endOf(int code, int os_error = 0) {
    return {.code = code,
            .os_error = os_error,
            .target = {.host = "example.test", .port = "80"},
            .timeout = seconds{5}};
}

TEST(ProbeOutcomeTest, NoDescriptorsSayNothingOfTheOtherSide) {
    const auto judged = judgeProbe(endOf(CURLE_COULDNT_CONNECT, EMFILE));
    EXPECT_EQ(judged.outcome, ProbeOutcome::kNoRoute);
    EXPECT_EQ(judged.detail, "no way to example.test:80: Too many open files");
}

TEST(ProbeOutcomeTest, AnUnreachableNetworkIsNoRoute) {
    const auto judged = judgeProbe(endOf(CURLE_COULDNT_CONNECT, ENETUNREACH));
    EXPECT_EQ(judged.outcome, ProbeOutcome::kNoRoute);
}

TEST(ProbeOutcomeTest, AFailureWithoutAReasonIsOurOwn) {
    EXPECT_EQ(judgeProbe(endOf(CURLE_COULDNT_CONNECT)).outcome, ProbeOutcome::kNoRoute);
    EXPECT_EQ(judgeProbe(endOf(CURLE_OUT_OF_MEMORY)).outcome, ProbeOutcome::kNoRoute);
    EXPECT_EQ(judgeProbe(endOf(CURLE_SSL_CACERT_BADFILE)).outcome, ProbeOutcome::kNoRoute);
}

TEST(ProbeOutcomeTest, AKernelThatGivesUpIsNoConnectionInTime) {
    EXPECT_EQ(judgeProbe(endOf(CURLE_COULDNT_CONNECT, ETIMEDOUT)).outcome,
              ProbeOutcome::kConnectTimeout);
}

TEST(ProbeOutcomeTest, TheTimeoutMeansWhatWasGoingOn) {
    auto end = endOf(CURLE_OPERATION_TIMEDOUT);
    EXPECT_EQ(judgeProbe(end).outcome, ProbeOutcome::kNameNotResolved);
    EXPECT_EQ(judgeProbe(end).detail, "the name example.test was not resolved within 5 s");
    end.resolved = true;
    EXPECT_EQ(judgeProbe(end).outcome, ProbeOutcome::kConnectTimeout);
    end.connected = true;
    EXPECT_EQ(judgeProbe(end).outcome, ProbeOutcome::kAnswerTimeout);
}

TEST(ProbeOutcomeTest, AHandshakeThatIsResetIsAReset) {
    EXPECT_EQ(judgeProbe(endOf(CURLE_SSL_CONNECT_ERROR, ECONNRESET)).outcome, ProbeOutcome::kReset);
    EXPECT_EQ(judgeProbe(endOf(CURLE_PEER_FAILED_VERIFICATION)).outcome, ProbeOutcome::kTls);
}

TEST(ProbeOutcomeTest, EveryOutcomeHasItsName) {
    EXPECT_EQ(nameOf(ProbeOutcome::kAnswered), "answered");
    EXPECT_EQ(nameOf(ProbeOutcome::kAnswerTimeout), "answer_timeout");
    EXPECT_EQ(nameOf(ProbeOutcome::kNoRoute), "no_route");
    EXPECT_EQ(nameOf(ProbeOutcome::kBadUrl), "bad_url");
}

}  // namespace orch
