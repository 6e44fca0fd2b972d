#include <poll.h>

#include <deque>
#include <future>

#include "http/http_fixture.hpp"
#include "support/eventually.hpp"

namespace orch::testing {

// Clients that hold connections; bounds are small so that the tests are quick, and the pool is
// always held as a whole.

struct StarvationTest : HttpTest {
    StarvationTest() {
        options.limits.threads = 4;
        options.limits.streams = 1;
        options.limits.read = 300ms;
        options.limits.keep_alive = 150ms;
        options.limits.write = 300ms;
    }
    /// As many clients as there are threads, each having sent `bytes`.
    void hold(const std::string& bytes) {
        for (int i = 0; i < options.limits.threads + options.limits.streams; ++i) {
            held.push_back(client());
            held.back().send(bytes);
        }
    }
    std::deque<RawClient> held;
};

TEST_F(StarvationTest, SilentConnectionsDoNotShutOthersOut) {
    hold("");
    EXPECT_EQ(get("/healthz").status, 200);
}

TEST_F(StarvationTest, IdleUsedConnectionsDoNotShutOthersOut) {
    hold(requestText("GET /healthz"));
    for (auto& each : held) EXPECT_EQ(each.read().status, 200);
    EXPECT_EQ(get("/healthz").status, 200);
    for (auto& each : held) EXPECT_TRUE(each.hasEnded());
}

TEST_F(StarvationTest, HalfSentHeadersAndBodiesAreToldSoAndClosed) {
    hold("GET /healthz HTTP/1.1\r\nX: ");
    EXPECT_EQ(get("/healthz").status, 200);
    EXPECT_EQ(held[0].read().status, 408);
    EXPECT_TRUE(held[0].hasEnded());
    auto text = requestText("POST /api/v1/queue/pause", authorization, R"({"by":"me"})");
    text.pop_back();
    EXPECT_EQ(detailOf(client().ask(text), 408), "the request did not arrive whole in time");
}

TEST_F(StarvationTest, IB10AClientThatDripsBytesIsCutOffAtTheTotalDeadline) {
    auto drip = client();
    drip.send("GET /healthz HTTP/1.1\r\nX: ");
    const auto begin = std::chrono::steady_clock::now();
    pollfd answer{drip.fd(), POLLIN, 0};
    while (poll(&answer, 1, 20) == 0) drip.send("a");
    EXPECT_EQ(drip.read().status, 408);
    EXPECT_LT(std::chrono::steady_clock::now() - begin, 10s);
}

TEST_F(StarvationTest, MoreThanMayWaitAreTurnedAwayAtOnce) {
    options.limits.queued = 2;
    options.limits.read = 20s;
    hold("");
    hold("");
    int turned_away = 0;
    for (auto& each : held) {
        pollfd ready{each.fd(), POLLIN, 0};
        if (poll(&ready, 1, 0) == 1 && each.read().status == 503) ++turned_away;
    }
    EXPECT_EQ(get("/healthz").status, 503);
    EXPECT_LE(turned_away, 3);
}

TEST_F(StarvationTest, MoreOrdersThanCanBeWorkedOnAreToldToComeAgain) {
    options.limits.threads = 256;
    newTask();
    std::promise<void> done;
    orders.beforeEachCall([end = done.get_future().share()] { end.wait(); });
    const auto order = requestText("POST /api/v1/tasks/T-1/resume", authorization);
    for (int i = 0; i < 64; ++i) held.push_back(client());
    for (auto& each : held) each.send(order);
    EXPECT_TRUE(eventually([&] { return orders.calls().size() == 65; }));
    EXPECT_EQ(detailOf(get("/queue"), 503), "too many requests at once");
    EXPECT_EQ(get("/healthz").status, 200);
    done.set_value();
    for (auto& each : held) EXPECT_EQ(each.read().status, 200);
}

TEST_F(StarvationTest, AReaderThatTakesNothingIsLetGo) {
    const std::string text(30'000'000, 'x');
    const auto key = newRunningJob(newTask(), text);
    const auto path = "/api/v1/jobs/" + std::to_string(raw(key.job)) + "/log";
    auto sleeper = client();
    sleeper.send(requestText("GET " + path));
    ASSERT_TRUE(sleeper.readUntil("xxx"));
    // Only one log may be read at once here: the next reader gets one when the first is let go.
    EXPECT_TRUE(eventually([&] { return get(path).body == text; }));
    EXPECT_LT(sleeper.readToEnd().size(), text.size());
}

}  // namespace orch::testing
