#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include <regex>

#include "base/local_socket.hpp"
#include "ctl/orchctl_fixture.hpp"
#include "support/child.hpp"

namespace orch::ctl {

namespace fs = std::filesystem;

namespace {

/// orchctl before something that is not its orchd.
struct StrangerTest : OrchctlTest {
    StrangerTest() {
        fs::create_directories(folder / "state");
        chmod((folder / "state").c_str(), 0700);
        write("state/token", "secret\n");
    }
    int askSocket() { return orchctl({"--state-dir", "state", "status"}); }
    [[nodiscard]] UniqueFd listening(const char* name = kSocketName) const {
        auto socket = newLocalSocket();
        SocketFolder(folder / "state").bind(socket.get(), name);
        if (listen(socket.get(), 4) != 0) throw Error("cannot listen");
        return socket;
    }
    void expectUnreachable(int code, const std::string& part) const {
        EXPECT_EQ(code, 3);
        EXPECT_NE(err.find(part), std::string::npos) << err;
    }
};

}  // namespace

// proves X5
TEST_F(StrangerTest, WhoDoesNotKnowTheTokenGetsNothingThatOpensAnything) {
    for (const std::string known : {"", "another secret"}) {
        orchd.token = known;
        orchd.answer("GET /queue", "{}");
        orchd.answer("POST /api/v1/tasks", {201, R"({"id":"T-3"})"});
        for (const auto& arguments : std::vector<std::vector<std::string>>{
                 {"status"},
                 {"task", "add", "--project", "greeter", "A private title"},
                 {"job", "log", "7"},
                 {"backup", "copy.db"}}) {
            expectUnreachable(ask(arguments), "what answers there is not this orchd");
        }
    }
    EXPECT_EQ(orchd.heard().find("secret"), std::string::npos) << orchd.heard();
    EXPECT_EQ(orchd.heard().find("Authorization"), std::string::npos) << orchd.heard();
    EXPECT_EQ(orchd.heard().find("private title"), std::string::npos) << orchd.heard();
    EXPECT_EQ(orchd.last().method, "GET");
    EXPECT_TRUE(orchd.last().path.starts_with("/api/v1/challenge")) << orchd.last().path;
}

TEST_F(StrangerTest, TheTokenItselfIsNotSentToItsOwnOrchdEither) {
    orchd.answer("POST /api/v1/tasks", {201, R"({"id":"T-3"})"});
    EXPECT_EQ(ask({"task", "add", "--project", "greeter", "Greet"}), 0) << err;
    EXPECT_TRUE(orchd.last().proved);
    EXPECT_EQ(orchd.heard().find("secret"), std::string::npos) << orchd.heard();
}

TEST_F(StrangerTest, AnAnswerThatWasChangedOnItsWayIsNotBelieved) {
    orchd.answer("GET /api/v1/tasks/T-3", R"({"id":"T-3","state":"parked"})");
    orchd.tamper = [](int&, std::string& body) { body = R"({"id":"T-3","state":"done"})"; };
    expectUnreachable(ask({"task", "show", "T-3"}), "changed the answer on its way");
    EXPECT_EQ(out, "");
    orchd.tamper = [](int& status, std::string&) { status = 203; };
    expectUnreachable(ask({"task", "show", "T-3"}), "changed the answer on its way");
}

TEST_F(StrangerTest, ATokenOrSocketThatOthersCanOpenIsWarnedOf) {
    orchd.answer("GET /queue", "{}");
    orchd.answer("GET /api/v1/tasks", R"({"tasks":[]})");
    orchd.answer("GET /api/v1/plugins", R"({"plugins":[]})");
    orchd.serveAt(folder / "state/orchd.sock");
    chmod((folder / "state/orchd.sock").c_str(), 0600);
    EXPECT_EQ(askSocket(), 0) << err;
    EXPECT_EQ(err, "");
    EXPECT_NE(out.find("orchd at " + (folder / "state/orchd.sock").string()), std::string::npos);
    chmod((folder / "state/orchd.sock").c_str(), 0666);
    chmod((folder / "state/token").c_str(), 0644);
    EXPECT_EQ(askSocket(), 0) << err;
    EXPECT_NE(err.find("can open " + (folder / "state/orchd.sock").string()), std::string::npos);
    EXPECT_NE(err.find("can open " + (folder / "state/token").string()), std::string::npos);
}

TEST_F(StrangerTest, WithoutASocketItSaysThatNoOrchdRuns) {
    expectUnreachable(askSocket(), "there is no such socket; is it running?");
    fs::remove_all(folder / "state");
    expectUnreachable(askSocket(), "cannot open the folder");
}

TEST_F(StrangerTest, ASocketThatNobodyListensOnIsADeadOrchds) {
    listening().reset();
    expectUnreachable(askSocket(), "nobody listens there any more");
}

TEST_F(StrangerTest, AFileOrALinkInItsPlaceIsNoSocket) {
    write("state/orchd.sock", "x");
    expectUnreachable(askSocket(), "that is no socket");
    fs::remove(folder / "state/orchd.sock");
    const auto other = listening("other.sock");
    fs::create_symlink("other.sock", folder / "state/orchd.sock");
    expectUnreachable(askSocket(), "that is no socket");
}

TEST_F(StrangerTest, AStateFolderThatOthersCanWriteIsRefused) {
    const auto socket = listening();
    chmod((folder / "state").c_str(), 0777);
    expectUnreachable(askSocket(), "others can write the state folder");
}

TEST_F(StrangerTest, AnotherUsersProgramIsNotSpokenTo) {
    if (geteuid() != 0) GTEST_SKIP() << "only root can be somebody else";
    chmod(folder.c_str(), 0755);
    int ready[2];
    ASSERT_EQ(pipe(ready), 0);
    const auto socket = newLocalSocket();
    SocketFolder(folder / "state").bind(socket.get(), kSocketName);
    // Made by root, taken over by the other user: who listens counts.
    const testing::Child child{[&] {
        if (setgid(65534) != 0 || setuid(65534) != 0) return 1;
        if (listen(socket.get(), 4) != 0) return 2;
        (void)!::write(ready[1], "x", 1);
        return pause();
    }};
    char byte = 0;
    ASSERT_EQ(read(ready[0], &byte, 1), 1);
    expectUnreachable(askSocket(), "a program of nobody answers there");
    close(ready[0]);
    close(ready[1]);
}

}  // namespace orch::ctl
