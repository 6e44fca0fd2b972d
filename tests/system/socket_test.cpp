#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <mutex>
#include <thread>

#include "base/confinement.hpp"
#include "base/files.hpp"
#include "base/run.hpp"
#include "support/eventually.hpp"
#include "system/installation.hpp"

namespace orch::testing {

namespace fs = std::filesystem;

namespace {

/// Listens on a port that an orchd had, agrees to everything, and writes down what it hears.
class Stranger {
public:
    explicit Stranger(std::uint16_t port)
        : socket_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
        sockaddr_in address{};
        address.sin_family = AF_INET;
        address.sin_port = htons(port);
        address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        const int yes = 1;
        setsockopt(socket_.get(), SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
        if (bind(socket_.get(), reinterpret_cast<sockaddr*>(&address), sizeof address) != 0 ||
            listen(socket_.get(), 16) != 0) {
            throw std::runtime_error("cannot take the port");
        }
        thread_ = std::jthread([this] { serve(); });
    }
    ~Stranger() { shutdown(socket_.get(), SHUT_RDWR); }
    Stranger(const Stranger&) = delete;
    Stranger& operator=(const Stranger&) = delete;

    [[nodiscard]] std::string heard() {
        const std::lock_guard lock{mutex_};
        return heard_;
    }

private:
    void serve() {
        while (true) {
            const UniqueFd client(accept4(socket_.get(), nullptr, nullptr, SOCK_CLOEXEC));
            if (!client) return;
            hear(client.get());
        }
    }
    /// Every client's every request, until it leaves.
    void hear(int client) {
        constexpr std::string_view kYes =
            "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 2\r\n\r\n{}";
        std::array<char, 65'536> piece{};
        for (ssize_t size = 0; (size = recv(client, piece.data(), piece.size(), 0)) > 0;) {
            const std::lock_guard lock{mutex_};
            heard_.append(piece.data(), static_cast<std::size_t>(size));
            send(client, kYes.data(), kYes.size(), MSG_NOSIGNAL);
        }
    }

    UniqueFd socket_;
    std::mutex mutex_;
    std::string heard_;
    std::jthread thread_;
};

struct SocketTest : ::testing::Test {
    /// orchctl as an operator calls it: no variables, in this folder.
    [[nodiscard]] Said operatorIn(const fs::path& folder,
                                  std::vector<std::string> arguments) const {
        arguments.insert(arguments.begin(), ORCHCTL);
        return runIn(folder, arguments);
    }
    [[nodiscard]] static Said runIn(const fs::path& folder,
                                    const std::vector<std::string>& command) {
        const auto done =
            run({.command = command, .environment = plainEnvironment(), .folder = folder});
        return {done.exit_code, done.output, done.errors};
    }
    [[nodiscard]] std::string socket() const { return (world.state / "orchd.sock").string(); }
    [[nodiscard]] std::uint16_t port() const {
        const auto url = world.url();
        return static_cast<std::uint16_t>(std::stoi(url.substr(url.rfind(':') + 1)));
    }
    /// Everything that the programs need belongs to nobody, and orchd runs as nobody.
    void giveToNobody() {
        world.installApart();
        fs::copy_file(ORCHCTL, world.apart / "bin/orchctl");
        const auto script = world.apart / "bin/orchd-as-nobody";
        replaceFile(script,
                    "#!/bin/sh\nexec setpriv --reuid=65534 --regid=65534 --clear-groups " +
                        world.program.string() + " \"$@\"\n",
                    Sync::kNo,
                    0755);
        world.writeConfig();
        for (const auto& folder : {world.apart.path(), world.dir.path()}) {
            EXPECT_EQ(runIn("/", {"chown", "-R", "65534:65534", folder.string()}).code, 0);
        }
        world.program = script;
    }
    [[nodiscard]] Said orchctlOfNobody(std::vector<std::string> arguments) const {
        const std::vector<std::string> before{"setpriv",
                                              "--reuid=65534",
                                              "--regid=65534",
                                              "--clear-groups",
                                              (world.apart / "bin/orchctl").string(),
                                              "--state-dir",
                                              world.state.string()};
        arguments.insert(arguments.begin(), before.begin(), before.end());
        return runIn("/", arguments);
    }

    Installation world;
};

}  // namespace

TEST_F(SocketTest, OrchctlGoesThroughTheSocketThatTheConfigurationNames) {
    world.start();
    const auto said = operatorIn(world.apart.path(), {"status"});
    EXPECT_EQ(said.code, 0) << said.err;
    EXPECT_TRUE(has(said.out, "orchd at " + socket())) << said.out;
    const auto json = operatorIn(world.apart.path(), {"status", "--json"}).out;
    EXPECT_TRUE(has(json, R"("through": "socket")")) << json;
}

TEST_F(SocketTest, ASocketGoesAtACleanStopAndIsReplacedAfterAKill) {
    world.start();
    world.kill9();
    EXPECT_TRUE(fs::exists(socket()));
    const auto dead = world.orchctl({"status"});
    EXPECT_EQ(dead.code, 3);
    EXPECT_TRUE(has(dead.err, "nobody listens there any more")) << dead.err;
    world.start();
    EXPECT_EQ(world.orchctl({"status"}).code, 0);
    world.orchd().signal(SIGTERM);
    EXPECT_EQ(world.orchd().exitCode(), 0);
    EXPECT_FALSE(fs::exists(socket()));
}

// proves X5
// A name leads to [::1] as well, where any other user may listen and be sent the token.
TEST_F(SocketTest, TheAddressThatIsToldIsTheOneThatIsBound) {
    world.settings.listen = "localhost:0";
    world.start();
    EXPECT_EQ(world.url(), "http://127.0.0.1:" + std::to_string(port()));
    EXPECT_TRUE(has(world.log(), " at " + world.url() + "\n")) << world.log();
}

TEST_F(SocketTest, AStrangerOnThePortOfAKilledOrchdLearnsNothing) {
    world.start();
    const auto taken = port();
    const auto url = world.url();
    const auto token = world.file("state/token").substr(0, 64);
    world.kill9();
    Stranger stranger(taken);
    EXPECT_EQ(world.orchctl({"status"}).code, 3);
    EXPECT_EQ(operatorIn(world.apart.path(), {"status"}).code, 3);
    EXPECT_EQ(stranger.heard(), "");
    const auto file = (world.state / "token").string();
    for (const auto& order : std::vector<std::vector<std::string>>{
             {"status"},
             {"task", "add", "--project", "work", "A private title"},
             {"job", "log", "1"},
             {"backup", (world.dir / "copy.db").string()}}) {
        std::vector<std::string> arguments{"--url", url, "--token-file", file};
        arguments.insert(arguments.end(), order.begin(), order.end());
        const auto said = operatorIn(world.dir.path(), arguments);
        EXPECT_EQ(said.code, 3) << said.out;
        EXPECT_TRUE(has(said.err, "what answers there is not this orchd")) << said.err;
    }
    EXPECT_TRUE(has(stranger.heard(), "GET /api/v1/challenge")) << stranger.heard();
    for (const auto* secret : {token.c_str(), "Authorization", "private title"}) {
        EXPECT_FALSE(has(stranger.heard(), secret)) << stranger.heard();
    }
}

TEST_F(SocketTest, OverTheAddressOrdersAreDoneWithoutSendingTheToken) {
    world.start();
    const std::vector<std::string> there{
        "--url", world.url(), "--token-file", (world.state / "token").string()};
    auto add = there;
    add.insert(add.end(), {"task", "add", "--project", "work", "A change"});
    EXPECT_EQ(operatorIn(world.dir.path(), add).out, "T-1\n");
    auto wrong = add;
    wrong[3] = (world.state / "read-token").string();
    EXPECT_EQ(operatorIn(world.dir.path(), wrong).code, 3);
    EXPECT_EQ(world.one("SELECT count(*) FROM tasks"), "1");
}

// proves X5
TEST_F(SocketTest, WhatAnAgentPlantsInItsWorktreeLeadsNobodyAway) {
    world.script("developer", R"sh(begin
mkdir -p var config worktrees/T-9
ln -s "$here/state/token" var/token
echo x >token
printf '{"url":"http://127.0.0.1:1","pid":1,"token_file":"%s/state/token"}' "$here" >var/daemon.json
for file in orch.yaml config/orch.yaml; do echo "state_dir: $PWD/var" >"$file"; done
touch "$here/planted"; hold; end)sh");
    world.settings.agent_options += ", confine: off";
    world.start();
    world.addTask();
    ASSERT_TRUE(eventually([&] { return fs::exists(world.dir / "planted"); }));
    for (const auto* folder :
         {"worktrees/T-1", "worktrees/T-1/config", "worktrees/T-1/worktrees/T-9"}) {
        const auto said = operatorIn(world.state / folder, {"status"});
        EXPECT_EQ(said.code, 0) << said.err;
        EXPECT_TRUE(has(said.out, "orchd at " + socket())) << said.out;
    }
    world.letGo();
}

TEST_F(SocketTest, TheSecondOrchdOfAStateFolderIsRefusedWhateverItsDatabase) {
    world.start();
    auto text = world.file("orch.yaml");
    text.replace(text.find("store: {}"), 9, "store: {path: other.db}");
    replaceFile(world.apart / "second.yaml", text, Sync::kNo);
    Program second({world.program.string(), "--config", (world.apart / "second.yaml").string()},
                   world.dir / "second.log");
    EXPECT_EQ(second.exitCode(), 1);
    EXPECT_TRUE(has(world.file("second.log"), "another orchd serves the state folder"))
        << world.file("second.log");
    EXPECT_EQ(world.orchctl({"status"}).code, 0);
}

TEST_F(SocketTest, SomethingElseInTheSocketsPlaceStopsTheStartWithASentence) {
    fs::create_directories(world.state);
    fs::create_symlink("/etc/hostname", socket());
    const auto said = world.startRefused();
    EXPECT_EQ(said.code, 1);
    EXPECT_TRUE(has(said.err, socket() + " is something else than orchd's socket")) << said.err;
}

// proves X5
TEST_F(SocketTest, AConfinedAgentGetsNothingOfTheApi) {
    const auto support = confinementSupport();
    if (!support.files()) GTEST_SKIP() << describe(support);
    world.installApart();
    world.script("developer", R"sh(begin
. "$here/target.sh"
try() { printf '%s %s\n' "$1" "$(curl -s -o "$PWD/body" -w '%{http_code}' "$@" || true)" >>"$here/codes"; cat body >>"$here/bodies" || true; rm -f body; }
set +e
for path in queue api/v1/tasks api/v1/jobs/1/log api/v1/config api/v1/journal; do
    try --unix-socket "$STATE/orchd.sock" "http://localhost/$path"
    try "$URL/$path"
done
try -X POST -d '' "$URL/api/v1/queue/pause"
try -X POST -d '' --unix-socket "$STATE/orchd.sock" http://localhost/api/v1/queue/pause
cat "$STATE/read-token" "$STATE/token" >>"$here/bodies" 2>/dev/null
echo "variables ${ORCH_URL-}${ORCH_READ_TOKEN-}" >>"$here/bodies"
touch "$here/tried"; hold; end)sh");
    world.start();
    replaceFile(world.dir / "target.sh",
                "STATE=" + world.state.string() + "\nURL=" + world.url() + "\n",
                Sync::kNo,
                0644);
    world.addTask("A secret plan");
    ASSERT_TRUE(eventually([&] { return fs::exists(world.dir / "tried"); }, 60s));
    const auto codes = world.file("codes");
    const auto lines = std::count(codes.begin(), codes.end(), '\n');
    EXPECT_EQ(lines, 12) << codes;
    // 000: a kernel that keeps confined programs from connecting at all.
    for (const auto* good : {" 200\n", " 201\n", " 404\n", " 503\n"})
        EXPECT_FALSE(has(codes, good)) << codes;
    EXPECT_FALSE(has(world.file("bodies"), "A secret plan"));
    EXPECT_FALSE(has(world.file("bodies"), world.file("state/token")));
    EXPECT_FALSE(has(world.file("bodies"), world.file("state/read-token")));
    EXPECT_TRUE(has(world.file("bodies"), "variables \n")) << world.file("bodies");
    EXPECT_FALSE(has(world.orchctl({"status", "--json"}).out, "\"paused\": true"));
    world.letGo();
}

TEST_F(SocketTest, AnAgentThatMayReadTheApiReadsAndChangesNothing) {
    world.settings.agent_options += ", api: read";
    world.script("developer", R"sh(begin
ask() { curl -s -o /dev/null -w '%{http_code}\n' -H "Authorization: Bearer $ORCH_READ_TOKEN" "$@" >>"$here/codes"; }
ask "$ORCH_URL/queue"
ask -X POST -d '' "$ORCH_URL/api/v1/queue/pause"
change; end)sh");
    world.start();
    EXPECT_TRUE(world.taskBecomes(world.addTask(), "done"));
    EXPECT_EQ(world.file("codes"), "200\n401\n");
}

TEST_F(SocketTest, AnotherUserIsRefusedWithASentence) {
    if (geteuid() != 0) GTEST_SKIP() << "only root can be somebody else";
    world.installApart();
    fs::copy_file(ORCHCTL, world.apart / "bin/orchctl");
    chmod(world.apart.path().c_str(), 0755);
    for (const auto& entry : fs::recursive_directory_iterator(world.apart / "bin")) {
        chmod(entry.path().c_str(), 0755);
    }
    chmod((world.apart / "bin").c_str(), 0755);
    world.start();
    // 0711 is what it has where agents run as another user.
    for (const mode_t mode : {0700U, 0711U}) {
        chmod(world.state.c_str(), mode);
        const auto said = orchctlOfNobody({"status"});
        EXPECT_EQ(said.code, 3);
        EXPECT_TRUE(has(said.err, "it belongs to root: only that user and root")) << said.err;
    }
}

TEST_F(SocketTest, AnOrdinaryUsersOrchdIsSpokenToByThatUserAndByRoot) {
    if (geteuid() != 0) GTEST_SKIP() << "only root can be somebody else";
    giveToNobody();
    world.start();
    const auto said = orchctlOfNobody({"task", "add", "--project", "work", "A change"});
    EXPECT_EQ(said.code, 0) << said.err;
    EXPECT_EQ(said.out, "T-1\n");
    EXPECT_EQ(world.orchctl({"status"}).code, 0) << world.orchctl({"status"}).err;
}

}  // namespace orch::testing
