#include <gtest/gtest.h>
#include <signal.h>

#include <atomic>
#include <filesystem>
#include <memory>
#include <thread>

#include "base/files.hpp"
#include "support/eventually.hpp"
#include "system/installation.hpp"

// orchd deploys orchd: the deploy command of a task replaces the programs and ends the very orchd
// that runs it, whose successor a service manager starts.

namespace orch::testing {

namespace fs = std::filesystem;

namespace {

/// Starts orchd again whenever it ends, as systemd's Restart=always does.
class ServiceManager {
public:
    explicit ServiceManager(const Installation& world) : world_(world) {
        thread_ = std::jthread([this](const std::stop_token& stop) { run(stop); });
    }
    [[nodiscard]] int starts() const { return starts_; }

private:
    void run(const std::stop_token& stop) {
        while (!stop.stop_requested()) {
            ++starts_;
            Program orchd({(world_.dir / "current/orchd").string(),
                           "--config",
                           (world_.dir / "orch.yaml").string()},
                          world_.dir / "orchd.log");
            (void)eventually([&] { return stop.stop_requested() || !orchd.running(); },
                             std::chrono::minutes{10});
        }
    }
    const Installation& world_;
    std::atomic<int> starts_ = 0;
    std::jthread thread_;
};

/// `replace v2`: installs it as current, ends orchd with $signal and waits until another answers.
constexpr auto kHook = R"sh(
pid() { sed -n 's/.*"pid": *\([0-9]*\).*/\1/p' "$here/state/daemon.json" 2>/dev/null; }
url() { sed -n 's/.*"url": *"\([^"]*\)".*/\1/p' "$here/state/daemon.json" 2>/dev/null; }
answers() { ORCH_URL=$(url) ORCH_TOKEN_FILE="$here/state/token" "$orchctl" status >/dev/null 2>&1; }
replace() {
    ln -s "$here/$1" "$here/next.$1"
    mv -T "$here/next.$1" "$here/current"
    old=$(pid)
    kill -"$signal" "$old"
    tries=0
    while [ -z "$(pid)" ] || [ "$(pid)" = "$old" ] || ! answers; do
        tries=$((tries + 1))
        if [ "$tries" -gt 1200 ]; then exit 9; fi
        sleep 0.05
    done
}
begin
note "deployed-$1"
if [ "$ORCH_TASK" = T-1 ]; then
    while [ ! -e "$here/replace" ]; do sleep 0.02; done
    replace v2
    if [ "$code" = 3 ]; then replace v1; fi
    end
    exit "$code"
fi
end
)sh";

struct Replacement {
    const char* name;
    const char* signal;
    int code;
};

void PrintTo(const Replacement& tested, std::ostream* out) {
    *out << tested.name;
}

}  // namespace

/// Four tasks: T-1's deploy command waits for `replace`, the developers of the others hold.
struct SelfReplacementTest : ::testing::TestWithParam<Replacement> {
    SelfReplacementTest() {
        for (const auto* version : {"v1", "v2"}) install(version);
        fs::create_symlink(world.dir / "v1", world.dir / "current");
        world.settings.queue =
            "{max_concurrency: 3, retry: {base: 50ms, cap: 200ms, later: 200ms}}";
        world.settings.project =
            "    deploy: {command: [sh, {dir}/agents/deploy.sh, \"{version}\"], "
            "exit_codes: {rolled_back: [3]}}\n";
        world.script("developer",
                     "begin; if [ \"$ORCH_TASK\" != T-1 ]; then hold; fi; change; end");
        world.script("deploy",
                     "orchctl=" ORCHCTL "\nsignal=" + std::string(GetParam().signal) +
                         "\ncode=" + std::to_string(GetParam().code) + kHook);
        world.writeConfig();
        manager = std::make_unique<ServiceManager>(world);
    }
    void install(const std::string& version) {
        const auto folder = world.dir / version;
        fs::create_directories(folder);
        for (const auto* name : {"orchd", "orch-shim"}) {
            fs::copy_file(fs::path{ORCHD}.parent_path() / name, folder / name);
        }
    }
    [[nodiscard]] bool answers() {
        return eventually([&] {
            return !world.file("state/daemon.json").empty() && world.orchctl({"status"}).code == 0;
        });
    }
    /// The folder of the orchd that answers now.
    [[nodiscard]] std::string runningVersion() const {
        const auto json = world.file("state/daemon.json");
        const auto at = json.find_first_of("0123456789", json.find("\"pid\""));
        const auto pid = json.substr(at, json.find_first_not_of("0123456789", at) - at);
        return fs::read_symlink("/proc/" + pid + "/exe").parent_path().filename();
    }
    void runUntilReplaced() {
        ASSERT_TRUE(answers());
        for (int i = 0; i < 4; ++i) (void)world.addTask();
        ASSERT_TRUE(eventually(
            [&] {
                return world.ledger().count("start", "development") == 4 &&
                       world.ledger().count("deployed-v1") == 1;
            },
            std::chrono::minutes{1}));
        replaceFile(world.dir / "replace", "");
        ASSERT_TRUE(world.becomes("SELECT state FROM deploys WHERE number=1", expectedState()));
    }
    [[nodiscard]] static std::string expectedState() {
        return GetParam().code == 0 ? "deployed" : "rolled_back";
    }
    void expectNothingTwice() {
        const auto ledger = world.ledger();
        EXPECT_EQ(ledger.twice(), std::vector<std::string>{});
        EXPECT_EQ(ledger.count("overlap"), 0U);
        EXPECT_EQ(ledger.count("start", "development"), 4U);
        EXPECT_EQ(ledger.count("deployed-v1"), 1U);
        EXPECT_EQ(world.one("SELECT count(*) FROM attempts WHERE outcome<>'exited'"), "0");
    }

    Installation world;
    std::unique_ptr<ServiceManager> manager;
};

// proves S6, Q5, Q8, X1, H9: all agent slots are taken while the finalizer runs
TEST_P(SelfReplacementTest, IH11TheHooksExitCodeArrivesAndEveryAgentEndsUnderTheNewOrchd) {
    runUntilReplaced();
    const int restarts = GetParam().code == 0 ? 1 : 2;
    EXPECT_EQ(manager->starts(), 1 + restarts);
    EXPECT_EQ(runningVersion(), GetParam().code == 0 ? "v2" : "v1");
    EXPECT_EQ(world.one("SELECT a.outcome || a.exit_code || '.' || a.n FROM attempts a JOIN jobs j "
                        "ON j.id=a.job_id WHERE j.kind='deploy' AND j.task_id=1"),
              "exited" + std::to_string(GetParam().code) + ".1");
    // Three agents and the hook, by each successor.
    EXPECT_EQ(world.one("SELECT count(*) FROM journal WHERE rule='adopt'"),
              std::to_string(4 * restarts));
    world.letGo();
    for (const auto* task : {"T-2", "T-3", "T-4"}) EXPECT_TRUE(world.taskBecomes(task, "done"));
    EXPECT_TRUE(world.taskBecomes("T-1", GetParam().code == 0 ? "done" : "parked"));
    expectNothingTwice();
}

INSTANTIATE_TEST_SUITE_P(Told,
                         SelfReplacementTest,
                         ::testing::Values(Replacement{"TermAndDeployed", "TERM", 0},
                                           Replacement{"KillAndDeployed", "KILL", 0},
                                           Replacement{"TermAndRolledBack", "TERM", 3}),
                         [](const auto& of) { return std::string(of.param.name); });

}  // namespace orch::testing
