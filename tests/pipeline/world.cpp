#include "pipeline/world.hpp"

#include "store/journal.hpp"
#include "store/tasks.hpp"

namespace orch::testing {

using namespace std::chrono_literals;

void FakeNotifier::send(const std::string& /*subject*/,
                        const std::string& text,
                        const std::string& /*key*/) {
    const std::lock_guard lock(mutex_);
    texts_.push_back(text);
}

std::vector<std::string> FakeNotifier::texts() const {
    const std::lock_guard lock(mutex_);
    return texts_;
}

World::Host::Host(World& world)
    : store(world.folder / "orch.db", 5s),
      repositories(store, lanes, alarm, world.looks),
      observer(store,
               world.setup,
               repositories,
               [&world](AttemptKey key) { return world.setup.state_dir / "jobs" / name(key); }),
      outbox(store, lanes, alarm, world.notifier),
      engine(store, world.setup, observer, lanes, alarm, [this] { outbox.wake(); }),
      finisher(store, world.setup, engine, lanes, alarm),
      admission(
          store,
          world.setup,
          lanes,
          alarm,
          [&world] { return ++world.asked_disk, world.free_bytes.load(); },
          [this] { outbox.wake(); },
          {.counts = 0ms, .again = 10ms}),
      worker(store, world.setup, repositories, observer, world.leases, finisher, admission, alarm),
      janitor(store, world.setup, repositories, alarm, 0ms) {
    store.setPassEnd([this](Tx& tx) { return worker.claim(tx); });
    repositories.add("greeter", world.forge);
    for (auto& [name, forge] : world.more_forges) repositories.add(name, *forge);
    repositories.whenTold([this] { outbox.wake(); });
    repositories.whenOpen([this](const std::string& project) {
        store.kick();
        engine.advanceIdle(project);
    });
    launcher =
        std::make_unique<FakeLauncher>(world.processes, finisher, world.setup.state_dir / "jobs");
    recovery = std::make_unique<Recovery>(store, *launcher, finisher, lanes, alarm);
    running = std::make_unique<RunningJobs>(store, world.setup, *launcher, worker.inHand());
    flipper = std::make_unique<Flipper>(
        *running, *launcher, finisher, recovery->unblocker(), world.setup, [this] {
            outbox.wake();
        });
    desk =
        std::make_unique<Desk>(store, world.setup, engine, admission, *launcher, *recovery, worker);
    recovered = recovery->run();
    worker.start(*launcher);
    engine.advanceIdle();
    repositories.openAll();
}

World::Host::~Host() {
    worker.drain();
    alarm.stop();
    lanes.stop();
    store.flush();
}

World::World(PipelineDef pipeline) {
    setup.state_dir = folder / "state";
    setup.pipeline = std::move(pipeline);
    for (const auto* agent : {"analyst", "developer", "reviewer"}) {
        setup.agents[agent] = {.name = agent, .command = {agent}, .retries = 2};
    }
    setup.projects["greeter"] = {.name = "greeter", .path = folder / "greeter"};
    // Nothing is due until passTime().
    setup.retry = {.base = 1h, .cap = 1h, .later = 1h};
    setup.render_prompt = [](const std::string& stage, const PromptValues&) { return stage; };
    host = std::make_unique<Host>(*this);
}

World::~World() = default;

PipelineDef World::threeStages() {
    return {.stages = {
                {.name = "development", .agent = "developer", .gates = {"committed"}},
                {.name = "testing",
                 .check = {"make", "check"},
                 .gates = {"check", "mergeable"},
                 .on_red = {.to = "development", .limit = 3}},
                {.name = "deploy",
                 .merge = true,
                 .gates = {"merged", "deployed"},
                 .on_red = {.to = "development", .limit = 3}},
            }};
}

void World::settle() {
    // A lane may post to the store and the store's pass to a lane: quiet is when both were idle
    // twice in a row.
    for (int round = 0; round < 4; ++round) {
        host->lanes.waitIdle();
        host->store.flush();
    }
    host->lanes.waitIdle();
}

Recovery::Report World::restart() {
    stop();
    host = std::make_unique<Host>(*this);
    return host->recovered;
}

TaskId World::create(const std::string& title) {
    const auto made = desk().create({.project = "greeter", .title = title}, "me");
    settle();
    return made.id;
}

Task World::task(TaskId id) {
    return host->store.read([&](Connection& db) { return findTask(db, id).value(); });
}

Job World::liveJob(TaskId id) {
    return host->store.read([&](Connection& db) { return liveJobOf(db, id).value(); });
}

std::vector<Job> World::jobs(TaskId id) {
    return host->store.read([&](Connection& db) { return jobsOfTask(db, id, 100); });
}

std::vector<std::string> World::journalRules(TaskId id) {
    std::vector<std::string> rules;
    for (const auto& row :
         host->store.read([&](Connection& db) { return readJournal(db, name(id), 0, 1000); })) {
        rules.push_back(row.rule);
    }
    return rules;
}

AttemptKey World::runningAttempt(TaskId id) {
    const auto job = liveJob(id);
    EXPECT_EQ(job.status, JobStatus::kRunning);
    return job.key();
}

void World::passTime() {
    host->store.write(
        [](Tx& tx) { tx.db().execute("UPDATE jobs SET run_at=0 WHERE status='scheduled'"); });
    settle();
}

Answer World::answerTo(TaskId id, const std::string& verb, const std::string& comment) {
    for (const auto& each : desk().explain(id).standing) {
        if (each.verb == verb) return {"me", comment, each.bound_to};
    }
    return {"me", comment, ""};
}

void World::develop(TaskId id, const std::string& text) {
    forge.commit(task(id).branch(), "work.txt", text);
    launcher().exit(runningAttempt(id), 0);
    settle();
}

}  // namespace orch::testing
