#include "http/visitor.hpp"

#include "base/error.hpp"
#include "http/http_fixture.hpp"
#include "http/routes.hpp"

namespace orch::testing {

struct VisitorTest : HttpTest {
    int askAs(const std::string& host, const std::string& lines = "") {
        return client()
            .ask("GET /queue HTTP/1.1\r\nHost: " + host + "\r\n" + lines + "\r\n")
            .status;
    }
};

TEST_F(VisitorTest, OnlyNamesOfTheMachineItselfAreAnswered) {
    for (const auto* host :
         {"127.0.0.1", "127.0.0.1:8080", "localhost", "LOCALHOST:1", "[::1]:80"}) {
        EXPECT_EQ(askAs(host), 200) << host;
    }
    for (const auto* host : {"evil.example",
                             "127.0.0.1.evil.example",
                             "localhost.evil",
                             "10.0.0.1",
                             "[2001:db8::1]:80",
                             "2130706433"}) {
        EXPECT_EQ(askAs(host), 421) << host;
    }
    for (const auto* host : {"", "127.0.0.1:x", "[::1", "localhost:80:80"}) {
        EXPECT_EQ(askAs(host), 400) << host;
    }
}

TEST_F(VisitorTest, OneHostIsAsked) {
    EXPECT_EQ(client().ask("GET /queue HTTP/1.1\r\n\r\n").status, 400);
    EXPECT_EQ(askAs("localhost", "Host: localhost\r\n"), 400);
}

TEST_F(VisitorTest, II3ABrowsersCrossOriginRequestIsRefused) {
    for (const auto* origin :
         {"http://evil.example", "null", "https://127.0.0.1", "http://127.0.0.1:9", "file://"}) {
        const auto line = "Origin: " + std::string(origin) + "\r\n";
        EXPECT_EQ(askAs("127.0.0.1", line), 403) << origin;
        EXPECT_EQ(post("/api/v1/queue/pause", "", line).status, 403) << origin;
    }
    EXPECT_EQ(askAs("127.0.0.1:8080", "Origin: http://127.0.0.1:8080\r\n"), 200);
    EXPECT_TRUE(orders.calls().empty());
}

TEST_F(VisitorTest, II3AForeignPageMayLinkHereAndNothingElse) {
    const std::string foreign = "Sec-Fetch-Site: cross-site\r\n";
    EXPECT_EQ(askAs("localhost", foreign + "Sec-Fetch-Mode: no-cors\r\n"), 403);
    EXPECT_EQ(
        askAs("localhost", foreign + "Sec-Fetch-Mode: navigate\r\nSec-Fetch-Dest: iframe\r\n"),
        403);
    EXPECT_EQ(
        askAs("localhost", foreign + "Sec-Fetch-Mode: navigate\r\nSec-Fetch-Dest: document\r\n"),
        200);
    EXPECT_EQ(askAs("localhost", "Sec-Fetch-Site: same-origin\r\n"), 200);
}

TEST_F(VisitorTest, II3ChangesNeedTheToken) {
    const auto ask = [&](const std::string& lines) {
        return client().ask(requestText("POST /api/v1/queue/pause", lines));
    };
    const auto none = ask("");
    EXPECT_THAT(detailOf(none, 401), ::testing::HasSubstr("Authorization: Bearer"));
    EXPECT_EQ(none.fields.at("www-authenticate"), "Bearer realm=\"orchd\"");
    for (const auto& wrong : {std::string("Bearer x"),
                              "Bearer " + options.token + "0",
                              "Bearer " + options.token.substr(1),
                              "Basic " + options.token,
                              std::string("Bearer "),
                              options.token}) {
        EXPECT_EQ(ask("Authorization: " + wrong + "\r\n").status, 401) << wrong;
    }
    EXPECT_EQ(ask(authorization + "Authorization: Bearer x\r\n").status, 400);
    EXPECT_TRUE(orders.calls().empty());
    EXPECT_EQ(ask("authorization: bearer " + options.token + "\r\n").status, 200);
}

// proves X5
TEST_F(VisitorTest, II3EveryRouteThatIsNotReadNeedsTheToken) {
    for (const auto& route : routes()) {
        if (route.method == "GET") continue;
        EXPECT_EQ(route.access, Access::kChange) << route.pattern;
        std::string path{route.pattern};
        if (const auto id = path.find("{}"); id != path.npos) path.replace(id, 2, "1");
        const auto start = std::string{route.method} + " " + path;
        EXPECT_EQ(client().ask(requestText(start)).status, 401) << start;
        const auto foreign = authorization + "Origin: http://evil.example\r\n";
        EXPECT_EQ(client().ask(requestText(start, foreign)).status, 403) << start;
    }
    EXPECT_TRUE(orders.calls().empty());
}

TEST_F(VisitorTest, II3BeyondLoopbackReadingNeedsTheTokenToo) {
    options.host = "0.0.0.0";
    EXPECT_EQ(get("/queue").status, 401);
    EXPECT_EQ(get("/healthz").status, 200);
    EXPECT_EQ(client().ask(requestText("GET /queue", authorization)).status, 200);
    EXPECT_EQ(askAs("10.1.2.3:8080", authorization), 200);
    EXPECT_EQ(askAs("evil.example", authorization), 421);
}

TEST_F(VisitorTest, II3BeyondLoopbackWithoutATokenItDoesNotStart) {
    options.host = "0.0.0.0";
    options.token = "";
    EXPECT_THROW(server(), Error);
}

TEST_F(VisitorTest, WithoutATokenNobodyChangesAnything) {
    options.token = "";
    const auto answer =
        client().ask(requestText("POST /api/v1/queue/pause", "Authorization: Bearer \r\n"));
    EXPECT_EQ(answer.status, 401);
}

}  // namespace orch::testing
