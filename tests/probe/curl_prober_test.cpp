#include "probe/curl_prober.hpp"

#include <gtest/gtest.h>

#include <cstdlib>

#include "probe/loopback.hpp"

namespace orch {

using namespace std::chrono_literals;
using testing::Loopback;

struct CurlProberTest : ::testing::Test {
    ProbeAnswer ask(const std::string& url, Milliseconds timeout = 10s) {
        const auto answer =
            prober.probe({.url = url, .timeout = timeout, .headers = headers, .body_limit = limit},
                         [] { return false; });
        EXPECT_TRUE(answer);
        EXPECT_EQ(answer->detail.find("secret"), std::string::npos) << answer->detail;
        return answer.value_or(ProbeAnswer{});
    }
    CurlProber prober;
    HttpHeaders headers;
    std::size_t limit = 65'536;
};

TEST_F(CurlProberTest, AnAnswerHasStatusHeadersAndBody) {
    const Loopback server(Loopback::answering(
        "HTTP/1.1 200 OK\r\nX-Version: v2\r\nx-version: v3\r\nContent-Length: 4\r\n\r\ngood"));
    const auto answer = ask(server.url());
    EXPECT_EQ(answer.outcome, ProbeOutcome::kAnswered);
    EXPECT_EQ(answer.status, 200);
    EXPECT_EQ(answer.body, "good");
    EXPECT_EQ(answer.headers.at(0), (std::pair<std::string, std::string>("x-version", "v2, v3")));
    EXPECT_EQ(answer.detail, "");
}

TEST_F(CurlProberTest, AServersErrorIsAnAnswer) {
    const Loopback server(Loopback::answering("HTTP/1.1 500 Broken\r\nContent-Length: 0\r\n\r\n"));
    const auto answer = ask(server.url());
    EXPECT_EQ(answer.outcome, ProbeOutcome::kAnswered);
    EXPECT_EQ(answer.status, 500);
}

TEST_F(CurlProberTest, ARedirectIsShownAndNotFollowed) {
    const Loopback server(Loopback::answering(
        "HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1:1/\r\nContent-Length: 0\r\n\r\n"));
    const auto answer = ask(server.url());
    EXPECT_EQ(answer.status, 302);
    EXPECT_EQ(answer.headers.at(0).first, "location");
}

TEST_F(CurlProberTest, HeadersAreSentAndNothingElseIsInvented) {
    std::string head;
    {
        const Loopback server([&](int connection, const std::stop_token&) {
            head = Loopback::readHead(connection);
            Loopback::send(connection, "HTTP/1.1 204 No\r\n\r\n");
        });
        headers = {{"X-Probe", "yes"}};
        EXPECT_EQ(ask(server.url()).status, 204);
    }
    EXPECT_NE(head.find("X-Probe: yes\r\n"), std::string::npos);
    EXPECT_TRUE(head.starts_with("GET /health?token=secret HTTP/1.1\r\n")) << head;
}

TEST_F(CurlProberTest, AClosedPortRefuses) {
    std::string url;
    { url = Loopback(Loopback::answering("")).url(); }
    const auto answer = ask(url);
    EXPECT_EQ(answer.outcome, ProbeOutcome::kRefused);
    EXPECT_NE(answer.detail.find("refused the connection"), std::string::npos) << answer.detail;
}

TEST_F(CurlProberTest, AResetIsTold) {
    const Loopback server([](int connection, const std::stop_token&) {
        Loopback::readHead(connection);
        const linger at_once{1, 0};
        setsockopt(connection, SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
    });
    EXPECT_EQ(ask(server.url()).outcome, ProbeOutcome::kReset);
}

TEST_F(CurlProberTest, AnAnswerThatBreaksOffIsNoAnswer) {
    const Loopback server(
        Loopback::answering("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf"));
    const auto answer = ask(server.url());
    EXPECT_EQ(answer.outcome, ProbeOutcome::kReset);
    EXPECT_EQ(answer.status, 0);
    EXPECT_EQ(answer.body, "");
    EXPECT_NE(answer.detail.find("closed the connection before a whole answer"), std::string::npos);
}

TEST_F(CurlProberTest, WhoNeverAnswersIsTooLate) {
    const Loopback server([](int connection, const std::stop_token&) {
        Loopback::readHead(connection);
        char byte{};
        (void)read(connection, &byte, 1);  // until the client goes
    });
    const auto answer = ask(server.url(), 300ms);
    EXPECT_EQ(answer.outcome, ProbeOutcome::kAnswerTimeout);
    EXPECT_NE(answer.detail.find("but no whole answer within 0.3 s"), std::string::npos)
        << answer.detail;
    EXPECT_GE(answer.took, 300ms);
}

TEST_F(CurlProberTest, AQueueThatIsFullIsNoConnectionInTime) {
    const Loopback server{Loopback::Full{}};
    const auto answer = ask(server.url(), 300ms);
    EXPECT_EQ(answer.outcome, ProbeOutcome::kConnectTimeout);
    EXPECT_NE(answer.detail.find("no connection to 127.0.0.1:"), std::string::npos)
        << answer.detail;
}

TEST_F(CurlProberTest, WhatIsNotHttpIsNoAnswer) {
    const Loopback server(Loopback::answering("SSH-2.0-garbage\r\n\x01\x02\x03\r\n"));
    const auto answer = ask(server.url());
    EXPECT_EQ(answer.outcome, ProbeOutcome::kReset);
    EXPECT_NE(answer.detail.find("answered is not HTTP"), std::string::npos) << answer.detail;
}

TEST_F(CurlProberTest, OnlyAsMuchAsIsWantedIsReadOfAHugeBody) {
    const Loopback server([](int connection, const std::stop_token& stop) {
        Loopback::readHead(connection);
        Loopback::send(connection, "HTTP/1.1 200 OK\r\n\r\n");
        const std::string much(65'536, 'x');
        while (!stop.stop_requested() && Loopback::send(connection, much)) {
        }
    });
    limit = 1000;
    const auto answer = ask(server.url());
    EXPECT_EQ(answer.outcome, ProbeOutcome::kAnswered);
    EXPECT_EQ(answer.status, 200);
    EXPECT_EQ(answer.body.size(), 1000U);
}

TEST_F(CurlProberTest, EndlessHeadersAreNotKept) {
    const Loopback server([](int connection, const std::stop_token& stop) {
        Loopback::readHead(connection);
        Loopback::send(connection, "HTTP/1.1 200 OK\r\n");
        for (int i = 0; !stop.stop_requested(); ++i) {
            const auto line = "X-" + std::to_string(i) + ": " + std::string(1000, 'x') + "\r\n";
            if (!Loopback::send(connection, line)) return;
        }
    });
    const auto answer = ask(server.url());
    EXPECT_NE(answer.outcome, ProbeOutcome::kAnswered);
    EXPECT_FALSE(answer.detail.empty());
}

TEST_F(CurlProberTest, TlsAgainstAPlainServerFailsAsTls) {
    const Loopback server([](int connection, const std::stop_token&) {
        char byte{};
        (void)read(connection, &byte, 1);
        Loopback::send(connection, "HTTP/1.1 400 Plain\r\n\r\n");
        Loopback::readHead(connection);
    });
    const auto answer = ask(server.url("https"));
    EXPECT_EQ(answer.outcome, ProbeOutcome::kTls) << answer.detail;
    EXPECT_NE(answer.detail.find("TLS with 127.0.0.1:"), std::string::npos) << answer.detail;
}

TEST_F(CurlProberTest, AnAddressOfSixIsTaken) {
    const Loopback server(Loopback::answering("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"),
                          AF_INET6);
    EXPECT_EQ(ask(server.url()).status, 200);
}

TEST_F(CurlProberTest, AWrongUrlIsSaidToBeOne) {
    for (const std::string url : {"",
                                  "http://",
                                  "ftp://127.0.0.1/",
                                  "file:///etc/passwd",
                                  "http://a b/",
                                  "http://127.0.0.1:99999/"}) {
        const auto answer = ask(url);
        EXPECT_EQ(answer.outcome, ProbeOutcome::kBadUrl) << url;
        EXPECT_FALSE(answer.detail.empty()) << url;
    }
}

TEST_F(CurlProberTest, ANameThatDoesNotExistIsToldInTime) {
    const auto begun = std::chrono::steady_clock::now();
    const auto answer = ask("http://x.invalid/", 2s);
    EXPECT_EQ(answer.outcome, ProbeOutcome::kNameNotResolved);
    EXPECT_NE(answer.detail.find("the name x.invalid"), std::string::npos);
    EXPECT_LT(std::chrono::steady_clock::now() - begun, 4s);
}

TEST_F(CurlProberTest, TheEnvironmentsProxyIsNotUsed) {
    const Loopback server(Loopback::answering("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"));
    setenv("http_proxy", "http://127.0.0.1:1", 1);
    const auto answer = ask(server.url());
    unsetenv("http_proxy");
    EXPECT_EQ(answer.outcome, ProbeOutcome::kAnswered);
}

TEST_F(CurlProberTest, ACancelledProbeAnswersNothing) {
    const Loopback server([](int connection, const std::stop_token&) {
        Loopback::readHead(connection);
        char byte{};
        (void)read(connection, &byte, 1);
    });
    int asked = 0;
    const auto answer =
        prober.probe({.url = server.url(), .timeout = 30s}, [&] { return ++asked > 3; });
    EXPECT_FALSE(answer);
}

}  // namespace orch
