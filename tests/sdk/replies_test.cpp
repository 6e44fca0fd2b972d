#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "orch/services.hpp"
#include "sdk/wire.hpp"

namespace orch {

using testing::HasSubstr;

/// What comes of a reply that is not what was promised, and of a call that fails.
struct RepliesTest : testing::Test {
    Wire wire;
    Host host = wire.host();

    std::string sentenceFor(const std::string& reply) {
        wire.reply = reply;
        try {
            static_cast<void>(host.jobs().running());
        } catch (const CallFailed& failure) {
            return failure.what();
        }
        return "";
    }
};

TEST_F(RepliesTest, UnknownMembersAreIgnored) {
    EXPECT_EQ(
        sentenceFor(R"({"self":"alive","later":[1],"jobs":[{"id":1,"attempt":1,"more":{}}]})"), "");
}

TEST_F(RepliesTest, AnUnknownWordJustifiesNothing) {
    wire.reply = R"({"self":"half","jobs":[{"id":1,"attempt":1,"lock":"loose","process":"maybe",
        "exit":"odd"}]})";
    const auto running = host.jobs().running();
    EXPECT_EQ(running.self, Life::kUnknown);
    EXPECT_EQ(running.jobs.at(0).lock, Lock::kUnknown);
    EXPECT_EQ(running.jobs.at(0).process, Life::kUnknown);
    EXPECT_EQ(running.jobs.at(0).exit, ExitRecord::kDamaged);
}

TEST_F(RepliesTest, AbsentMembersJustifyNothing) {
    wire.reply = R"({"jobs":[{"id":1,"attempt":1}]})";
    const auto running = host.jobs().running();
    EXPECT_EQ(running.self, Life::kUnknown);
    const auto& job = running.jobs.at(0);
    EXPECT_EQ(std::tuple(job.lock, job.process, job.exit, job.same_host, job.same_boot),
              std::tuple(Lock::kUnknown, Life::kUnknown, ExitRecord::kDamaged, false, true));
}

TEST_F(RepliesTest, GarbageIsASentence) {
    for (const auto* garbage : {"", "x", "[]", "null", "{\"jobs\":", "{}{}", "\xff\xfe"}) {
        EXPECT_THAT(sentenceFor(garbage),
                    HasSubstr("jobs.running: orchd's reply cannot be read: expected a JSON object"))
            << garbage;
    }
}

TEST_F(RepliesTest, AWrongTypeIsNamed) {
    EXPECT_THAT(sentenceFor(R"({"self":1,"jobs":[]})"),
                HasSubstr("\"self\" must be a text, it is"));
    EXPECT_THAT(sentenceFor(R"({"jobs":{}})"), HasSubstr("\"jobs\" must be an array"));
    EXPECT_THAT(sentenceFor("{}"), HasSubstr("\"jobs\" is missing"));
    EXPECT_THAT(sentenceFor(R"({"jobs":[7]})"), HasSubstr("expected a JSON object, got \"7\""));
    EXPECT_THAT(sentenceFor(R"({"jobs":[{"attempt":1}]})"), HasSubstr("\"id\" is missing"));
    EXPECT_THAT(sentenceFor(R"({"jobs":[{"id":1,"attempt":1,"starting":"no"}]})"),
                HasSubstr("\"starting\" must be true or false"));
}

TEST_F(RepliesTest, ANumberThatDoesNotFitIsNamed) {
    for (const auto* number : {"1.5", "\"1\"", "99999999999", "-99999999999", "true"}) {
        EXPECT_THAT(sentenceFor(R"({"jobs":[{"id":1,"attempt":)" + std::string{number} + "}]}"),
                    HasSubstr("\"attempt\" must be a whole number that fits"))
            << number;
    }
    EXPECT_THAT(sentenceFor(R"({"jobs":[{"id":1,"attempt":1,"pid_start":-1}]})"),
                HasSubstr("\"pid_start\" must be a whole number that fits"));
}

TEST_F(RepliesTest, AnAnswerWithoutItsResultIsGarbage) {
    wire.reply = "{}";
    EXPECT_THROW(host.notify().send({.subject = "s", .text = "t"}), CallFailed);
}

TEST_F(RepliesTest, AFailedCallHasStatusMethodAndSentence) {
    wire.status = ORCH_UNAVAILABLE;
    wire.reply = "the database is busy";
    try {
        static_cast<void>(host.jobs().running());
        FAIL();
    } catch (const CallFailed& failure) {
        EXPECT_EQ(failure.status(), ORCH_UNAVAILABLE);
        EXPECT_EQ(failure.method(), "jobs.running");
        EXPECT_STREQ(failure.what(), "jobs.running: the database is busy");
        EXPECT_TRUE(failure.later());
    }
}

TEST_F(RepliesTest, ASentenceThatBeginsWithTheMethodIsNotGivenItTwice) {
    wire.status = ORCH_BAD_REQUEST;
    EXPECT_EQ(sentenceFor("jobs.running: no such member"), "jobs.running: no such member");
}

TEST_F(RepliesTest, AFailedCallWithoutASentenceGetsOne) {
    for (const auto status :
         {ORCH_DENIED, ORCH_UNKNOWN_METHOD, ORCH_BAD_REQUEST, ORCH_MISUSE, ORCH_FAILED, -99}) {
        wire.status = status;
        const auto sentence = sentenceFor("");
        EXPECT_GT(sentence.size(), std::string{"jobs.running: "}.size()) << status;
    }
}

TEST_F(RepliesTest, ACancelledCallIsItsOwnException) {
    wire.status = ORCH_CANCELLED;
    EXPECT_THROW(static_cast<void>(host.jobs().running()), Cancelled);
    EXPECT_THROW(static_cast<void>(host.call("x", "{}")), Cancelled);
}

TEST_F(RepliesTest, AReplyThatIsTooLongIsNotReadInPart) {
    EXPECT_EQ(sentenceFor("{\"jobs\":[]" + std::string(2 * 1024 * 1024, ' ') + "}"),
              "jobs.running: the reply is longer than 1 MiB");
}

}  // namespace orch
