#include "plugin/job_text.hpp"

#include <gtest/gtest.h>

#include "base/error.hpp"

namespace orch {

using Kind = HandlerAnswer::Kind;
constexpr Instant kNow{std::chrono::hours{1}};

std::string answerRefusal(const std::string& text) {
    try {
        (void)readAnswer(text, kNow);
    } catch (const PluginError& error) {
        return error.what();
    }
    return "";
}

TEST(JobTextTest, AJobIsToldByWhatItIsAbout) {
    Job job;
    job.id = JobId{7};
    job.attempt = 2;
    job.task = TaskId{3};
    job.agent = "post-deploy-monitor";
    EXPECT_EQ(
        jobText(job),
        R"({"agent":"post-deploy-monitor","attempt":2,"id":7,"project":"","stage":"","task":"T-3"})");
}

TEST(JobTextTest, TheThreeAnswersAreRead) {
    EXPECT_EQ(readAnswer(R"({"result":"done"})", kNow).kind, Kind::kDone);
    EXPECT_EQ(readAnswer(R"({"result":"failed","reason":"no way"})", kNow).text, "no way");
    const auto again = readAnswer(R"({"result":"again","in_ms":1500})", kNow);
    EXPECT_EQ(again.kind, Kind::kAgain);
    EXPECT_EQ(again.run_at, kNow + Milliseconds{1500});
}

TEST(JobTextTest, AJobThatIsWantedAgainAtOnceComesAfterATenthOfASecond) {
    const auto again = readAnswer(R"({"result":"again","in_ms":0})", kNow);
    EXPECT_EQ(again.run_at, kNow + Milliseconds{100});
}

TEST(JobTextTest, AnythingElseIsRefusedWithWhatWasSaid) {
    EXPECT_NE(answerRefusal("").find("a JSON object is expected"), std::string::npos);
    EXPECT_NE(answerRefusal("[1]").find("it answered [1]"), std::string::npos);
    EXPECT_NE(answerRefusal(R"({"result":"perhaps"})").find("done, failed or again"),
              std::string::npos);
    for (const auto* wait :
         {"-1", "1.5", "\"2\"", "null", "99999999999999", "18446744073709551615"}) {
        const auto text = std::string(R"({"result":"again","in_ms":)") + wait + "}";
        EXPECT_NE(answerRefusal(text).find("up to 30 days"), std::string::npos) << text;
    }
}

}  // namespace orch
