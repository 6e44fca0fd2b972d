#include <sys/socket.h>

#include "http/http_fixture.hpp"

namespace orch::testing {

// Bodies that lie about their length, and what hides behind them.

const std::string kHidden = "GET /healthz HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n";

struct SmugglingTest : HttpTest {
    SmugglingTest() { options.limits.read = 300ms; }
    /// The first answer's status, and that nothing follows it but the connection's end.
    int only(const std::string& bytes) {
        auto talk = client();
        const auto answer = talk.ask(bytes);
        EXPECT_EQ(talk.readToEnd(), "") << bytes.substr(0, 200);
        return answer.status;
    }
    [[nodiscard]] std::string postWith(const std::string& lines, const std::string& rest) const {
        return "POST /api/v1/queue/pause HTTP/1.1\r\nHost: 127.0.0.1\r\n" + authorization + lines +
               "\r\n" + rest;
    }
};

TEST_F(SmugglingTest, ARefusedRequestsBodyIsNeverTakenForARequest) {
    const auto length = "Content-Length: " + std::to_string(kHidden.size()) + "\r\n";
    const std::string start = " HTTP/1.1\r\nHost: 127.0.0.1\r\n" + length;
    EXPECT_EQ(only("POST /api/v1/tasks" + start + "\r\n" + kHidden), 401);
    EXPECT_EQ(only("POST /nowhere" + start + "\r\n" + kHidden), 404);
    EXPECT_EQ(only("PUT /queue" + start + "\r\n" + kHidden), 405);
    EXPECT_EQ(only("POST /api/v1/tasks" + start + authorization + "\r\n" + kHidden), 415);
    EXPECT_EQ(only("POST /api/v1/tasks" + start + "Origin: http://evil\r\n\r\n" + kHidden), 403);
    EXPECT_EQ(only("GET /healthz" + start + "\r\n" + kHidden), 400);
}

TEST_F(SmugglingTest, IB10FiftyMegabytesAreRefusedUnread) {
    const auto lines = "Content-Type: application/json\r\nContent-Length: 50000000\r\n";
    EXPECT_EQ(only(postWith(lines, std::string(100'000, 'x'))), 413);
    EXPECT_EQ(only(postWith("Content-Length: 999999999999999\r\n", "")), 413);
    EXPECT_EQ(only(postWith("Content-Length: 99999999999999999999999\r\n", "")), 400);
}

TEST_F(SmugglingTest, ARefusalIsReadableAlthoughTheClientStillSends) {
    auto talk = client();
    talk.send(postWith("Content-Length: 3000000\r\n", ""));
    talk.send(std::string(3'000'000, 'x'));
    EXPECT_EQ(talk.read().status, 413);
}

TEST_F(SmugglingTest, ALengthThatIsNoPlainNumberIsRefused) {
    for (const std::string length : {"-5", "+5", "5x", "0x5", "5, 5", "", " "}) {
        EXPECT_EQ(only(postWith("Content-Length: " + length + "\r\n", kHidden)), 400) << length;
    }
}

TEST_F(SmugglingTest, TwoLengthsAreRefused) {
    EXPECT_EQ(only(postWith("Content-Length: 2\r\nContent-Length: 2\r\n", "{}")), 400);
    EXPECT_EQ(only(postWith("Content-Length: 2\r\ncontent-length: 40\r\n", "{}" + kHidden)), 400);
}

TEST_F(SmugglingTest, ChunksAreNotTaken) {
    const std::string chunks = "2\r\n{}\r\n0\r\n\r\n";
    const std::string chunked = "Transfer-Encoding: chunked\r\n";
    EXPECT_EQ(only(postWith(chunked, chunks + kHidden)), 411);
    EXPECT_EQ(only(postWith("Transfer-Encoding: xchunked\r\n", chunks + kHidden)), 411);
    EXPECT_EQ(only(postWith("Content-Length: 2\r\n" + chunked, chunks + kHidden)), 400);
    EXPECT_EQ(only(postWith("Transfer-Encoding : chunked\r\nContent-Length: 2\r\n", "{}")), 400);
}

TEST_F(SmugglingTest, APostWithoutALengthIsRefused) {
    EXPECT_EQ(only(postWith("", kHidden)), 411);
}

TEST_F(SmugglingTest, ABodyThatIsCutOffIsNotABody) {
    auto talk = client();
    talk.send(
        postWith("Content-Type: application/json\r\nContent-Length: 100\r\n", R"({"by":"me"})"));
    shutdown(talk.fd(), SHUT_WR);
    EXPECT_EQ(detailOf(talk.read(), 400), "the body ended after 11 of 100 bytes");
    EXPECT_TRUE(orders.calls().empty());
}

TEST_F(SmugglingTest, WhatIsNoHttpIsToldSo) {
    EXPECT_EQ(only("\x16\x03\x01\x02\r\n\r\n"), 400);
    EXPECT_EQ(only("GET /queue\r\n\r\n"), 400);
    EXPECT_EQ(only("GET http://evil/queue HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n"), 400);
    EXPECT_EQ(only("GET /queue HTTP/2.0\r\nHost: 127.0.0.1\r\n\r\n"), 505);
}

TEST_F(SmugglingTest, HeadersAreBounded) {
    const std::string start = "GET /queue HTTP/1.1\r\nHost: 127.0.0.1\r\n";
    EXPECT_EQ(only(start + "X: " + std::string(9000, 'a') + "\r\n\r\n"), 400);
    std::string many = start;
    for (int i = 0; i < 20; ++i)
        many += "X-" + std::to_string(i) + ": " + std::string(4000, 'a') + "\r\n";
    EXPECT_EQ(only(many + "\r\n"), 431);
    std::string more = start;
    for (int i = 0; i < 200; ++i) more += "X-" + std::to_string(i) + ": a\r\n";
    EXPECT_EQ(only(more + "\r\n"), 400);
}

TEST_F(SmugglingTest, AddressesAreBounded) {
    EXPECT_EQ(get("/queue?" + std::string(5000, 'a')).status, 414);
    EXPECT_EQ(only("GET /" + std::string(20'000, 'a') + " HTTP/1.1\r\n\r\n"), 400);
}

TEST_F(SmugglingTest, RequestsOnOneConnectionAreAnsweredInTurn) {
    auto talk = client();
    const auto pause = requestText("POST /api/v1/queue/pause", authorization, R"({"by":"me"})");
    talk.send(pause + kHidden + requestText("GET /nowhere") + requestText("GET /queue"));
    EXPECT_EQ(talk.read().status, 200);
    EXPECT_EQ(talk.read().body, "{\"status\":\"ok\"}\n");
    EXPECT_EQ(talk.read().status, 404);
    EXPECT_EQ(Json::parse(talk.read().body).at("paused"), true);
}

TEST_F(SmugglingTest, AClientThatWaitsForLeaveToSendGetsItOnlyWhenItMay) {
    const std::string lines = "Expect: 100-continue\r\n";
    auto welcome = client();
    auto text = requestText("POST /api/v1/queue/pause", authorization + lines, R"({"by":"me"})");
    welcome.send(text.substr(0, text.size() - 11));
    EXPECT_EQ(welcome.read().status, 100);
    EXPECT_EQ(welcome.ask(R"({"by":"me"})").status, 200);

    auto stranger = client();
    text = requestText("POST /api/v1/queue/pause", lines, R"({"by":"me"})");
    EXPECT_EQ(stranger.ask(text.substr(0, text.size() - 11)).status, 401);
}

}  // namespace orch::testing
