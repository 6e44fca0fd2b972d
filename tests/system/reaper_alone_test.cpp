#include <gtest/gtest.h>
#include <signal.h>

#include "daemon/behaviours.hpp"
#include "launch/observe_attempt.hpp"
#include "launch/shim_launcher.hpp"
#include "pipeline/outbox_runner.hpp"
#include "store/plugin_switches.hpp"
#include "support/eventually.hpp"
#include "support/fake_leases.hpp"
#include "support/temp_dir.hpp"

namespace orch::testing {

using namespace std::chrono_literals;

class NoNotifier final : public Notifier {
public:
    void send(const std::string&, const std::string&, const std::string&) override {}
};

/// The supervisor switched off: nobody hears that an attempt has ended.
class DeafListener final : public AttemptListener {
public:
    explicit DeafListener(Finisher& finisher) : finisher_(finisher) {}
    void attemptStarted(const ProcRecord& proc) override { finisher_.attemptStarted(proc); }
    void attemptEnded(AttemptKey /*key*/, const AttemptObservation& /*seen*/) override {}

private:
    Finisher& finisher_;
};

Setup setupIn(const std::filesystem::path& folder) {
    Setup setup;
    setup.state_dir = folder;
    setup.limits.agent = 1;
    setup.retry = {.base = 1h, .cap = 1h, .later = 1h};
    return setup;
}

/// orchd without HTTP and without a supervisor: queue, real shims, and the reaper's own library.
class DeafHost {
public:
    explicit DeafHost(const PluginDef& reaper)
        : worker_(store_, setup_, repositories_, observer_, leases_, finisher_, admission_, alarm_),
          launcher_(setup_.state_dir / "jobs", ORCH_SHIM, deaf_),
          recovery_(store_, launcher_, finisher_, lanes_, alarm_),
          behaviours_({.store = store_,
                       .setup = setup_,
                       .leases = leases_,
                       .launcher = launcher_,
                       .worker = worker_,
                       .finisher = finisher_,
                       .recovery = recovery_,
                       .lanes = lanes_,
                       .alarm = alarm_,
                       .told = [] {}},
                      {.directory = ORCH_PLUGINS},
                      {reaper}) {
        store_.setPassEnd([this](Tx& tx) { return worker_.claim(tx); });
        worker_.start(launcher_);
        behaviours_.host().start();
    }
    ~DeafHost() {
        behaviours_.host().stop();
        worker_.drain();
        for (const auto key : launcher_.folders()) launcher_.cancel(key);
        EXPECT_TRUE(eventually([this] { return launcher_.watched() == 0; }));
        alarm_.stop();
        lanes_.stop();
        store_.flush();
    }
    DeafHost(const DeafHost&) = delete;
    DeafHost& operator=(const DeafHost&) = delete;

    JobId run(const std::string& script) {
        NewJob job;
        job.project = "work";
        job.agent = "agent";
        job.payload.command = {"sh", "-c", script};
        return store_.write([&](Tx& tx) { return enqueueJob(tx, job).id; });
    }
    [[nodiscard]] Job job(JobId id) {
        return store_.read([&](Connection& db) { return findJob(db, id).value(); });
    }
    [[nodiscard]] bool becomes(JobId id, JobStatus status) {
        return eventually([&] { return job(id).status == status; });
    }
    /// The attempt's processes, once its agent runs.
    [[nodiscard]] ProcRecord procOf(JobId id) {
        std::optional<ProcRecord> proc;
        EXPECT_TRUE(eventually([&] {
            proc = readProc(AttemptFolder(setup_.state_dir / "jobs", {id, 1}));
            return proc && job(id).pid;
        }));
        return proc.value_or(ProcRecord{});
    }
    [[nodiscard]] PluginStatus reaper() { return behaviours_.host().list().at(0); }
    void switchReaper(bool on) { (void)behaviours_.host().order("reaper", on, "me"); }
    /// Until it was ticked so often once more.
    [[nodiscard]] bool ticks(int times) {
        const auto before = reaper().ticks;
        return eventually([&] { return reaper().ticks >= before + times; });
    }
    Store& store() { return store_; }

private:
    TempDir folder_;
    const Setup setup_ = setupIn(folder_.path());
    Store store_{setup_.state_dir / "orch.db", 0ms};
    Lanes lanes_{4};
    Alarm alarm_;
    NoNotifier notifier_;
    Repositories repositories_{store_, lanes_, alarm_};
    Observer observer_{
        store_, setup_, repositories_, [this](AttemptKey key) { return launcher_.folderOf(key); }};
    Engine engine_{store_, setup_, observer_, lanes_, alarm_, [] {}};
    Finisher finisher_{store_, setup_, engine_, lanes_, alarm_};
    FakeLeases leases_;
    Admission admission_{store_, setup_, lanes_, alarm_, [] { return 0; }, [] {}};
    Worker worker_;
    DeafListener deaf_{finisher_};
    ShimLauncher launcher_;
    Recovery recovery_;
    Behaviours behaviours_;
};

PluginDef reaperWith(std::vector<GivenSetting> settings, PluginMode mode = PluginMode::kLive) {
    settings.push_back({.key = "dead_ticks", .values = {"2"}});
    return {
        .name = "reaper", .where = "test", .interval = 100ms, .mode = mode, .settings = settings};
}

void killBoth(const ProcRecord& proc) {
    kill(proc.shim.pid, SIGKILL);
    kill(proc.agent.pid, SIGKILL);
}

// proves R1, R2: with one slot, one zombie does not block every project's queue
TEST(ReaperAloneTest, AKilledAttemptGivesItsSlotBack) {
    DeafHost host(reaperWith({}));
    const auto zombie = host.run("sleep 1000");
    const auto next = host.run("exit 0");
    killBoth(host.procOf(zombie));
    EXPECT_TRUE(host.becomes(next, JobStatus::kSucceeded));
    EXPECT_EQ(host.job(zombie).lost_count, 1);
    EXPECT_NE(host.job(zombie).reason.find("process_died"), std::string::npos)
        << host.job(zombie).reason;
}

// proves R2, R4: the true exit code, through the ordinary end
TEST(ReaperAloneTest, ID1AnEndNobodyHeardOfIsFoundWithItsExitCode) {
    DeafHost host(reaperWith({}));
    const auto good = host.run("exit 0");
    const auto bad = host.run("exit 3");
    EXPECT_TRUE(host.becomes(good, JobStatus::kSucceeded));
    EXPECT_TRUE(host.becomes(bad, JobStatus::kFailed));
    EXPECT_EQ(host.job(bad).exit_code, 3);
}

// proves R2: the backstop ends what lives, and then the slot is free
TEST(ReaperAloneTest, WhatRunsForTooLongIsEndedAndTheQueueGoesOn) {
    DeafHost host(reaperWith({{.key = "max_running", .values = {"5s"}}}));
    const auto endless = host.run("sleep 1000");
    const auto next = host.run("exit 0");
    const auto proc = host.procOf(endless);
    EXPECT_TRUE(host.becomes(next, JobStatus::kSucceeded));
    EXPECT_EQ(observe(proc.agent), Liveness::kDead);
    EXPECT_EQ(
        host.store().read([&](Connection& db) { return attemptsOf(db, endless); }).at(0).outcome,
        Outcome::kTimedOut);
}

TEST(ReaperAloneTest, AStoppedAgentIsAlive) {
    DeafHost host(reaperWith({}));
    const auto stopped = host.run("sleep 1000");
    const auto proc = host.procOf(stopped);
    kill(proc.agent.pid, SIGSTOP);
    kill(proc.shim.pid, SIGSTOP);
    ASSERT_TRUE(host.ticks(6));
    EXPECT_EQ(host.job(stopped).status, JobStatus::kRunning);
    kill(proc.shim.pid, SIGCONT);
    kill(proc.agent.pid, SIGCONT);
}

// proves X4
TEST(ReaperAloneTest, InObserveModeItJournalsWhatItWouldDoAndDoesNothing) {
    DeafHost host(reaperWith({}, PluginMode::kObserve));
    const auto zombie = host.run("sleep 1000");
    killBoth(host.procOf(zombie));
    EXPECT_TRUE(eventually([&] {
        return host.store().read([](Connection& db) {
            auto& query = db.prepared("SELECT count(*) FROM journal WHERE mode='observe'").bind();
            return query.step() && query.integer(0) == 1;
        });
    }));
    ASSERT_TRUE(host.ticks(4));
    EXPECT_EQ(host.job(zombie).status, JobStatus::kRunning);
}

// proves H4, R6
TEST(ReaperAloneTest, SwitchedOffItDoesNothingUntilItIsOnAgain) {
    DeafHost host(reaperWith({}));
    const auto zombie = host.run("sleep 1000");
    const auto next = host.run("exit 0");
    const auto proc = host.procOf(zombie);
    host.switchReaper(false);
    killBoth(proc);
    const auto ticks = host.reaper().ticks;
    EXPECT_EQ(host.reaper().state, PluginState::kOff);
    EXPECT_EQ(host.job(next).status, JobStatus::kQueued);
    host.switchReaper(true);
    EXPECT_TRUE(host.becomes(next, JobStatus::kSucceeded));
    EXPECT_GT(host.reaper().ticks, ticks);
}

}  // namespace orch::testing
