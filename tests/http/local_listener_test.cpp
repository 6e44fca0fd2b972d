#include "http/local_listener.hpp"

#include <poll.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include <deque>
#include <optional>

#include "base/digest.hpp"
#include "base/error.hpp"
#include "base/token_proof.hpp"
#include "http/http_fixture.hpp"
#include "support/eventually.hpp"

namespace orch::testing {

namespace fs = std::filesystem;

namespace {

class Umask {
public:
    explicit Umask(mode_t mask) : before_(umask(mask)) {}
    ~Umask() { umask(before_); }
    Umask(const Umask&) = delete;
    Umask& operator=(const Umask&) = delete;

private:
    mode_t before_;
};

struct LocalListenerTest : HttpTest {
    LocalListenerTest() { fs::create_directories(state); }
    ~LocalListenerTest() override { stopServer(); }
    LocalListenerTest(const LocalListenerTest&) = delete;
    LocalListenerTest& operator=(const LocalListenerTest&) = delete;

    /// Through the socket.
    RawClient local() {
        if (!listener) {
            listener.emplace(state);
            options.local = &*listener;
        }
        (void)server();
        return RawClient(SocketFolder(state).connect(kSocketName));
    }
    [[nodiscard]] std::string refusal() const {
        try {
            const LocalListener another(state);
            return "accepted";
        } catch (const Error& error) {
            return error.what();
        }
    }
    [[nodiscard]] mode_t mode() const {
        struct stat info {};
        return lstat((state / kSocketName).c_str(), &info) == 0 ? info.st_mode & 07777U : 0;
    }
    /// Has the server prove itself on this connection.
    TokenProof challenge(RawClient& client) {
        TokenProof proof{options.token, randomHex(32), ""};
        const auto answer =
            client.ask(requestText("GET /api/v1/challenge?nonce=" + proof.client_nonce));
        EXPECT_EQ(answer.status, 200) << answer.body;
        const auto json = Json::parse(answer.body);
        proof.server_nonce = json.at("nonce");
        EXPECT_EQ(json.at("proof"), proof.ofServer());
        return proof;
    }
    static std::string proofLine(const TokenProof& proof,
                                 const std::string& method,
                                 const std::string& target,
                                 const std::string& body) {
        return "Authorization: Orchd body=" + sha256(body) +
               ", proof=" + proof.ofOrder({method, target, "", sha256(body)}) + "\r\n";
    }

    fs::path state = folder / "state";
    std::optional<LocalListener> listener;
};

}  // namespace

TEST_F(LocalListenerTest, OnlyItsUserCanOpenTheSocketWhateverTheUmask) {
    for (const mode_t mask : {0000U, 0077U, 0177U, 0777U}) {
        const Umask set(mask);
        const LocalListener made(state);
        EXPECT_EQ(mode(), 0600U) << mask;
    }
}

TEST_F(LocalListenerTest, TheSocketGoesWithItsServer) {
    EXPECT_EQ(local().ask(requestText("GET /healthz")).status, 200);
    stopServer();
    listener.reset();
    EXPECT_FALSE(fs::exists(state / kSocketName));
}

TEST_F(LocalListenerTest, AFolderWithAPathLongerThanAnAddressHoldsIsServed) {
    state = state / std::string(120, 'a') / std::string(120, 'b');
    fs::create_directories(state);
    EXPECT_EQ(local().ask(requestText("GET /healthz")).status, 200);
}

TEST_F(LocalListenerTest, ADeadSocketIsReplaced) {
    auto dead = newLocalSocket();
    SocketFolder(state).bind(dead.get(), kSocketName);
    ASSERT_EQ(listen(dead.get(), 1), 0);
    dead.reset();
    EXPECT_EQ(local().ask(requestText("GET /healthz")).status, 200);
}

TEST_F(LocalListenerTest, TheSecondOnAStateFolderIsRefusedAndTheFirstServesOn) {
    (void)local();
    EXPECT_THAT(refusal(), ::testing::HasSubstr("another orchd serves the state folder"));
    EXPECT_EQ(local().ask(requestText("GET /healthz")).status, 200);
}

TEST_F(LocalListenerTest, BeforeTheServerIsThereNobodyIsKeptWaiting) {
    listener.emplace(state);
    EXPECT_FALSE(SocketFolder(state).connect(kSocketName));
    EXPECT_EQ(errno, ECONNREFUSED);
}

TEST_F(LocalListenerTest, AFileOrLinkInItsPlaceIsNeitherUsedNorRemoved) {
    fs::create_symlink("/etc/hostname", state / kSocketName);
    EXPECT_THAT(refusal(), ::testing::HasSubstr("something else than orchd's socket"));
    EXPECT_TRUE(fs::is_symlink(state / kSocketName));
    fs::remove(state / kSocketName);
    fs::create_directory(state / kSocketName);
    EXPECT_THAT(refusal(), ::testing::HasSubstr("something else than orchd's socket"));
}

TEST_F(LocalListenerTest, AnotherUsersSocketIsNotReplaced) {
    if (geteuid() != 0) GTEST_SKIP() << "only root can give a file away";
    const auto theirs = newLocalSocket();
    SocketFolder(state).bind(theirs.get(), kSocketName);
    ASSERT_EQ(chown((state / kSocketName).c_str(), 65534, 65534), 0);
    EXPECT_THAT(refusal(), ::testing::HasSubstr("nobody's socket"));
    EXPECT_TRUE(fs::exists(state / kSocketName));
}

TEST_F(LocalListenerTest, WhatTookItsNameMeanwhileStaysAtTheEnd) {
    listener.emplace(state);
    fs::remove(state / kSocketName);
    replaceFile(state / kSocketName, "somebody's", Sync::kNo);
    listener.reset();
    EXPECT_EQ(readFile(state / kSocketName), "somebody's");
}

TEST_F(LocalListenerTest, TheSocketAloneOpensNothing) {
    // An agent of the same user can connect, whatever keeps it from files; it has no token.
    options.read_open = true;
    EXPECT_EQ(local().ask(requestText("GET /queue")).status, 401);
    EXPECT_EQ(local().ask(requestText("POST /api/v1/queue/pause")).status, 401);
    EXPECT_EQ(local().ask(requestText("GET /queue", authorization)).status, 200);
}

TEST_F(LocalListenerTest, AProvedOrderIsDoneAndItsAnswerProved) {
    auto client = local();
    const auto proof = challenge(client);
    const std::string target = "/api/v1/queue/pause";
    const std::string body = R"({"by":"me"})";
    const auto answer =
        client.ask(requestText("POST " + target, proofLine(proof, "POST", target, body), body));
    EXPECT_EQ(answer.status, 200) << answer.body;
    EXPECT_EQ(answer.fields.at("orchd-proof"), proof.ofAnswer(200, sha256(answer.body)));
    EXPECT_EQ(orders.calls().size(), 1U);
}

// proves X5
TEST_F(LocalListenerTest, AProofServesOneOrderOnOneConnection) {
    auto client = local();
    const auto proof = challenge(client);
    const auto order = requestText("GET /queue", proofLine(proof, "GET", "/queue", ""));
    EXPECT_EQ(local().ask(order).status, 401);  // overheard, on another connection
    EXPECT_EQ(client.ask(order).status, 200);
    EXPECT_EQ(client.ask(order).status, 401);  // again
}

TEST_F(LocalListenerTest, AProofOfSomethingElseOpensNothing) {
    const std::string target = "/api/v1/queue/pause";
    const auto ask =
        [&](const std::string& method, const std::string& path, const std::string& of) {
            auto client = local();
            const auto line = proofLine(challenge(client), method, path, of);
            return client.ask(requestText("POST " + target, line, R"({"by":"me"})")).status;
        };
    EXPECT_EQ(ask("POST", target, R"({"by":"you"})"), 401);
    EXPECT_EQ(ask("GET", target, R"({"by":"me"})"), 401);
    EXPECT_EQ(ask("POST", "/api/v1/queue/resume", R"({"by":"me"})"), 401);
    auto client = local();
    auto proof = challenge(client);
    proof.token = std::string(64, '0');
    const auto line = proofLine(proof, "POST", target, "");
    EXPECT_EQ(client.ask(requestText("POST " + target, line)).status, 401);
    EXPECT_TRUE(orders.calls().empty());
}

TEST_F(LocalListenerTest, AChallengeWantsANonce) {
    for (const auto& nonce :
         {std::string(), std::string("x"), std::string(64, 'A'), std::string(65, 'a')}) {
        EXPECT_EQ(local().ask(requestText("GET /api/v1/challenge?nonce=" + nonce)).status, 400);
    }
    EXPECT_EQ(get("/api/v1/challenge").status, 400);
}

TEST_F(LocalListenerTest, WhoFillsTheAddressTakesNothingFromTheSocket) {
    options.limits = {.threads = 2, .queued = 2, .streams = 1, .read = 20s};
    (void)local();
    std::deque<RawClient> held;
    const auto job = newRunningJob(newTask()).job;
    const auto path = "/api/v1/jobs/" + std::to_string(raw(job)) + "/log";
    const auto turned_away = [&] {
        held.push_back(client());
        pollfd answered{held.back().fd(), POLLIN, 0};
        return poll(&answered, 1, 100) == 1 && held.back().read().status == 503;
    };
    ASSERT_TRUE(eventually(turned_away));
    EXPECT_EQ(get("/healthz").status, 503);
    EXPECT_EQ(local().ask(requestText("GET /queue", authorization)).status, 200);
    EXPECT_EQ(local().ask(requestText("GET " + path, authorization)).status, 200);
}

TEST_F(LocalListenerTest, TheReadTokenReadsAndChangesNothing) {
    options.read_open = false;
    const auto ask = [&](const std::string& start, const std::string& value) {
        return client().ask(requestText(start, "Authorization: " + value + "\r\n")).status;
    };
    const auto bearer = "Bearer " + options.read_token;
    EXPECT_EQ(get("/queue").status, 401);
    EXPECT_EQ(get("/healthz").status, 200);
    EXPECT_EQ(ask("GET /queue", bearer), 200);
    EXPECT_EQ(ask("POST /api/v1/queue/pause", bearer), 401);
    options.read_token.clear();
    stopServer();
    EXPECT_EQ(ask("GET /queue", "Bearer "), 401);
    EXPECT_EQ(ask("GET /queue", "Basic Og=="), 401);
}

TEST_F(LocalListenerTest, ABrowserMayGiveTheReadTokenAsAPassword) {
    options.read_open = false;
    options.read_token = "0123456789abcdef0123456789abcdef";
    const auto ask = [&](const std::string& text) {
        return client().ask(requestText("GET /", "Authorization: Basic " + text + "\r\n")).status;
    };
    EXPECT_EQ(ask("OjAxMjM0NTY3ODlhYmNkZWYwMTIzNDU2Nzg5YWJjZGVm"), 200);
    for (const auto* wrong : {"Og==", "", "%%%", "OjAxMjM0NTY3ODlhYmNkZWY="}) {
        EXPECT_EQ(ask(wrong), 401) << wrong;
    }
    EXPECT_THAT(get("/").fields.at("www-authenticate"), ::testing::HasSubstr("Basic"));
}

}  // namespace orch::testing
