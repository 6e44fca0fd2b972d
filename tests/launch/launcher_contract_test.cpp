// What every Launcher promises, asked of the real one and of the fake that other tests trust.

#include "base/error.hpp"
#include "launch/launch_fixture.hpp"
#include "support/fake_launcher.hpp"

namespace orch {

using testing::eventually;

namespace {

constexpr AttemptKey kFirst{JobId{1}, 1};

/// A launcher whose agents run until told to exit.
class Launching {
public:
    virtual ~Launching() = default;
    virtual Launcher& launcher() = 0;
    virtual StartSpec spec(AttemptKey key) = 0;
    virtual void exit(AttemptKey key, int code) = 0;
    /// Another launcher takes the first one's place, as after a crash of orchd.
    virtual void restart() = 0;
};

class RealLaunching final : public Launching {
public:
    explicit RealLaunching(AttemptListener& listener) : listener_(listener) { restart(); }
    ~RealLaunching() override {
        for (const auto key : launcher_->folders()) EXPECT_TRUE(launcher_->endOrphans(key));
    }
    Launcher& launcher() override { return *launcher_; }
    StartSpec spec(AttemptKey key) override {
        StartSpec spec;
        spec.key = key;
        spec.folder = dir_.path();
        spec.environment = {"PATH=/usr/bin:/bin"};
        const auto file = "exit-" + name(key);
        spec.command = {
            "sh",
            "-c",
            "while [ ! -e " + file + " ]; do sleep 0.01; done; exit $(cat " + file + ")"};
        return spec;
    }
    void exit(AttemptKey key, int code) override {
        replaceFile(dir_ / ("exit-" + name(key)), std::to_string(code), Sync::kNo);
    }
    void restart() override {
        launcher_.reset();
        launcher_ = std::make_unique<ShimLauncher>(dir_ / "jobs", ORCH_SHIM, listener_);
    }

private:
    testing::TempDir dir_;
    AttemptListener& listener_;
    std::unique_ptr<ShimLauncher> launcher_;
};

class FakeLaunching final : public Launching {
public:
    explicit FakeLaunching(AttemptListener& listener) : listener_(listener) { restart(); }
    Launcher& launcher() override { return *launcher_; }
    StartSpec spec(AttemptKey key) override {
        StartSpec spec;
        spec.key = key;
        spec.command = {"agent"};
        return spec;
    }
    void exit(AttemptKey key, int code) override { launcher_->exit(key, code); }
    void restart() override {
        launcher_ = std::make_unique<testing::FakeLauncher>(world_, listener_);
    }

private:
    AttemptListener& listener_;
    testing::FakeLauncher::World world_;
    std::unique_ptr<testing::FakeLauncher> launcher_;
};

}  // namespace

template <typename Kind>
struct LauncherContract : ::testing::Test {
    testing::Recorder heard;
    Kind world{heard};

    Launcher& launcher() { return world.launcher(); }
    void start() {
        launcher().start(world.spec(kFirst));
        (void)heard.awaitStart(kFirst);
    }
};

using Kinds = ::testing::Types<RealLaunching, FakeLaunching>;
TYPED_TEST_SUITE(LauncherContract, Kinds);

TYPED_TEST(LauncherContract, RunningAttemptIsSeenAlive) {
    this->start();
    const auto seen = this->launcher().look(kFirst);
    EXPECT_EQ(seen.lock, LockState::kHeld);
    EXPECT_EQ(seen.agent, Liveness::kAlive);
    EXPECT_EQ(seen.proc.value().boot_id, bootId());
    EXPECT_FALSE(seen.exit);
    EXPECT_EQ(this->launcher().watched(), 1U);
    EXPECT_EQ(this->launcher().folders(), std::vector{kFirst});
}

TYPED_TEST(LauncherContract, EndIsToldOnceWithTheExitCode) {
    this->start();
    this->world.exit(kFirst, 6);
    const auto seen = this->heard.awaitEnd(kFirst);
    EXPECT_EQ(seen.exit.value().outcome, Outcome::kExited);
    EXPECT_EQ(seen.exit.value().exit_code, 6);
    EXPECT_EQ(this->heard.starts(kFirst), 1U);
    EXPECT_EQ(this->heard.ends(kFirst), 1U);
    EXPECT_EQ(this->launcher().watched(), 0U);
}

TYPED_TEST(LauncherContract, SecondStartIsRefused) {
    this->start();
    EXPECT_THROW(this->launcher().start(this->world.spec(kFirst)), LaunchError);
    this->world.exit(kFirst, 0);
    (void)this->heard.awaitEnd(kFirst);
    EXPECT_THROW(this->launcher().start(this->world.spec(kFirst)), LaunchError);
}

TYPED_TEST(LauncherContract, AdoptedAttemptIsToldAnewAndEndsLikeAnyOther) {
    this->start();
    this->world.restart();
    EXPECT_EQ(this->launcher().watched(), 0U);
    this->launcher().watch(kFirst);
    EXPECT_TRUE(eventually([&] { return this->heard.starts(kFirst) == 2; }));
    this->world.exit(kFirst, 6);
    EXPECT_EQ(this->heard.awaitEnd(kFirst).exit.value().exit_code, 6);
}

TYPED_TEST(LauncherContract, WatchOfAnEndedAttemptTellsItsEnd) {
    this->start();
    this->world.exit(kFirst, 6);
    (void)this->heard.awaitEnd(kFirst);
    this->world.restart();
    this->launcher().watch(kFirst);
    EXPECT_TRUE(eventually([&] { return this->heard.ends(kFirst) == 2; }));
}

TYPED_TEST(LauncherContract, CancelEndsItAsRequested) {
    this->start();
    this->launcher().cancel(kFirst);
    const auto exit = this->heard.awaitEnd(kFirst).exit.value();
    EXPECT_EQ(exit.outcome, Outcome::kCancelled);
    EXPECT_EQ(exit.killed_by, KilledBy::kRequest);
}

TYPED_TEST(LauncherContract, CancelOfAnUnwatchedAttemptDoesNothing) {
    this->start();
    this->world.restart();
    this->launcher().cancel(kFirst);
    EXPECT_EQ(this->launcher().look(kFirst).lock, LockState::kHeld);
}

TYPED_TEST(LauncherContract, FolderStaysWhileTheAttemptLives) {
    this->start();
    EXPECT_FALSE(this->launcher().removeFolder(kFirst));
    this->world.exit(kFirst, 0);
    (void)this->heard.awaitEnd(kFirst);
    EXPECT_TRUE(this->launcher().removeFolder(kFirst));
    EXPECT_EQ(this->launcher().look(kFirst).lock, LockState::kAbsent);
    EXPECT_TRUE(this->launcher().folders().empty());
}

TYPED_TEST(LauncherContract, UnknownAttemptIsAbsentAndDead) {
    const auto seen = this->launcher().look({JobId{99}, 1});
    EXPECT_EQ(seen.lock, LockState::kAbsent);
    EXPECT_EQ(seen.agent, Liveness::kDead);
    EXPECT_FALSE(seen.exit || seen.proc || seen.exit_damaged);
}

}  // namespace orch
