#include <fcntl.h>
#include <poll.h>

#include <deque>
#include <fstream>

#include "base/error.hpp"
#include "http/http_fixture.hpp"

namespace orch::testing {

namespace fs = std::filesystem;

struct ServerTest : HttpTest {
    std::string startError() {
        try {
            server();
        } catch (const Error& error) {
            return error.what();
        }
        return "";
    }
};

TEST_F(ServerTest, APortInUseIsSaidInASentence) {
    const HttpServer other(options,
                           Api{store,
                               orders,
                               store.clock(),
                               [] { return ""; },
                               [] { return DiskReport{}; },
                               [] { return JanitorReport{}; },
                               [] { return std::vector<PluginStatus>{}; },
                               [](const auto&, bool, const auto&) { return SwitchAnswer{}; },
                               [] { return ""; },
                               folder.path(),
                               {},
                               "",
                               "",
                               1});
    options.port = other.port();
    EXPECT_THAT(
        startError(),
        ::testing::MatchesRegex("cannot listen on 127.0.0.1:[0-9]+: Address already in use; "
                                "another program .*set server.listen.*"));
}

TEST_F(ServerTest, AnAddressThatIsNotOursIsSaidInASentence) {
    options.host = "192.0.2.1";
    EXPECT_THAT(startError(), ::testing::HasSubstr("this machine has no such address"));
}

TEST_F(ServerTest, ANameIsNotLookedUp) {
    options.host = "orchd.example";
    EXPECT_THAT(startError(), ::testing::HasSubstr("takes an IP address or localhost"));
}

TEST_F(ServerTest, EveryReplyForbidsSniffingStoringAndFraming) {
    for (const auto* path : {"/", "/queue", "/nowhere"}) {
        const auto fields = get(path).fields;
        EXPECT_EQ(fields.at("x-content-type-options"), "nosniff") << path;
        EXPECT_EQ(fields.at("cache-control"), "no-store") << path;
        EXPECT_EQ(fields.at("x-frame-options"), "DENY") << path;
        EXPECT_THAT(fields.at("content-security-policy"), ::testing::HasSubstr("'none'"));
        EXPECT_FALSE(fields.contains("access-control-allow-origin"));
    }
}

TEST_F(ServerTest, AnotherMethodIsToldWhichAreAllowed) {
    const auto ask = [&](const std::string& start) {
        return client().ask(requestText(start, "Content-Length: 0\r\n"));
    };
    EXPECT_EQ(ask("DELETE /api/v1/tasks").status, 405);
    EXPECT_EQ(ask("DELETE /api/v1/tasks").fields.at("allow"), "GET, HEAD, POST");
    EXPECT_EQ(ask("OPTIONS /queue").fields.at("allow"), "GET, HEAD");
    EXPECT_EQ(get("/api/v1/queue/pause").fields.at("allow"), "POST");
}

TEST_F(ServerTest, HeadIsGetWithoutItsBody) {
    auto talk = client();
    talk.send(requestText("HEAD /queue", "Connection: close\r\n"));
    const auto text = talk.readToEnd();
    EXPECT_THAT(text, ::testing::StartsWith("HTTP/1.1 200 OK\r\n"));
    EXPECT_THAT(text, ::testing::EndsWith("\r\n\r\n"));
}

TEST_F(ServerTest, WhatIsNotThereIsNotFound) {
    detailOf(get("/api/v1/inbox"), 404);
    detailOf(get("/queue/"), 404);
    detailOf(get("/%71ueue"), 404);
}

TEST_F(ServerTest, AHeldProjectIsNamedAndOrchdIsReadyForTheOthers) {
    const auto now = store.clock().now().at;
    projects = {{"greeter", ProjectState::kHeld, now, "repository /x: gone", {}},
                {"other", ProjectState::kOpen, now, {}, {}}};
    EXPECT_EQ(getJson("/readyz"), Json::parse(R"({"ready":true,"held":["greeter"]})"));
    const auto listed = getJson("/api/v1/projects").at("projects");
    EXPECT_EQ(listed.at(0).at("state"), "held");
    EXPECT_EQ(listed.at(0).at("cause"), "repository /x: gone");
    EXPECT_EQ(listed.at(1).at("sentence"), "");
    EXPECT_EQ(getJson("/queue").at("projects").at(0).at("name"), "greeter");
}

TEST_F(ServerTest, ALookAtAProjectIsOrderedByName) {
    EXPECT_EQ(post("/api/v1/projects/greeter/retry", "{}").status, 200);
    detailOf(post("/api/v1/projects/stranger/retry", "{}"), 404);
    EXPECT_EQ(looked_at, (std::vector<std::string>{"greeter", "stranger"}));
}

TEST_F(ServerTest, HealthReadinessAndConfiguration) {
    EXPECT_EQ(getJson("/healthz"), Json::parse(R"({"status":"ok"})"));
    EXPECT_EQ(getJson("/readyz"), Json::parse(R"({"ready":true})"));
    disk.reason = "little is left";
    EXPECT_EQ(getJson("/readyz"), Json::parse(R"({"ready":true,"detail":"little is left"})"));
    trouble = "the disk is full";
    EXPECT_EQ(detailOf(get("/readyz"), 503), "the disk is full");
    EXPECT_EQ(getJson("/api/v1/config").at("file"), "config/orch.yaml");
    EXPECT_THAT(get("/").body, ::testing::HasSubstr("orchctl"));
}

TEST_F(ServerTest, ItStopsAtOnceWhateverClientsHold) {
    std::deque<RawClient> held;
    for (const auto* bytes : {"", "GET /healthz HTTP/1.1\r\nX: ", "GET / HTTP/1.0\r\n"}) {
        held.push_back(client());
        held.back().send(bytes);
    }
    held.push_back(client());
    EXPECT_EQ(held.back().ask(requestText("GET /healthz")).status, 200);
    options.limits.read = 60s;
    const auto begin = std::chrono::steady_clock::now();
    stopServer();
    EXPECT_LT(std::chrono::steady_clock::now() - begin, 2s);
    for (auto& each : held) each.readToEnd();
}

TEST_F(ServerTest, NothingOfItIsInheritedByAChild) {
    const auto talk = client();
    EXPECT_EQ(get("/healthz").status, 200);
    for (const auto& entry : fs::directory_iterator("/proc/self/fd")) {
        const auto link = fs::path(entry.path());
        std::error_code gone;
        const auto target = fs::read_symlink(link, gone).string();
        if (!target.starts_with("socket:") && target != "anon_inode:[eventfd]") continue;
        const int flags = fcntl(std::stoi(link.filename()), F_GETFD);
        EXPECT_TRUE((flags & FD_CLOEXEC) != 0) << target;
    }
}

/// How often this process's threads were woken so far.
long wakeUps() {
    long sum = 0;
    for (const auto& thread : fs::directory_iterator("/proc/self/task")) {
        std::ifstream status(thread.path() / "status");
        for (std::string word; status >> word;) {
            long count = 0;
            if (word == "voluntary_ctxt_switches:" && status >> count) sum += count;
        }
    }
    return sum;
}

TEST_F(ServerTest, WhileNobodyConnectsNothingWakes) {
    EXPECT_EQ(client().ask(requestText("GET /healthz", "Connection: close\r\n")).status, 200);
    poll(nullptr, 0, 100);  // the request's thread goes to sleep
    const auto before = wakeUps();
    poll(nullptr, 0, 1500);
    EXPECT_LE(wakeUps() - before, 2);  // this thread's own
}

}  // namespace orch::testing
