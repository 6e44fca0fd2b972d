#pragma once

#include <gtest/gtest.h>

#include <atomic>
#include <memory>

#include "pipeline/desk.hpp"
#include "pipeline/flip.hpp"
#include "pipeline/janitor.hpp"
#include "pipeline/outbox_runner.hpp"
#include "pipeline/worker.hpp"
#include "support/fake_forge.hpp"
#include "support/fake_launcher.hpp"
#include "support/fake_leases.hpp"
#include "support/temp_dir.hpp"

namespace orch::testing {

/// Remembers what people were told.
class FakeNotifier final : public Notifier {
public:
    void send(const std::string& subject, const std::string& text, const std::string& key) override;
    [[nodiscard]] std::vector<std::string> texts() const;

private:
    mutable std::mutex mutex_;
    std::vector<std::string> texts_;
};

/// Everything between the database and the ports, as the Daemon puts it together: store, engine,
/// worker and desk over a FakeForge and a FakeLauncher. restart() is a kill -9 of orchd and a new
/// start: the agents' world and the repository stay, everything in memory goes.
class World {
public:
    explicit World(PipelineDef pipeline = threeStages());
    ~World();
    World(const World&) = delete;
    World& operator=(const World&) = delete;

    /// development (agent developer, gate committed) → testing (check, mergeable) → deploy (merge).
    [[nodiscard]] static PipelineDef threeStages();

    /// Waits until nothing runs in orchd itself: only agents, people and time can move on now.
    void settle();
    /// kill -9 and start again (the writer finishes its pass: what was posted is committed).
    Recovery::Report restart();
    /// The first half of it: `setup` may be changed only while nothing runs.
    void stop() { host.reset(); }

    TaskId create(const std::string& title = "Greet in French too");
    [[nodiscard]] Task task(TaskId id);
    [[nodiscard]] Job liveJob(TaskId id);
    [[nodiscard]] std::vector<Job> jobs(TaskId id);
    [[nodiscard]] std::vector<std::string> journalRules(TaskId id);
    /// The running attempt of the task; fails the test without one.
    [[nodiscard]] AttemptKey runningAttempt(TaskId id);
    /// Every scheduled job is due now.
    void passTime();
    /// An answer of "me" to what the task stands at now, as somebody gives it who has just looked.
    [[nodiscard]] Answer answerTo(TaskId id,
                                  const std::string& verb,
                                  const std::string& comment = "");
    /// The developer commits and ends well.
    void develop(TaskId id, const std::string& text = "work\n");

    TempDir folder;
    FakeForge forge;
    FakeLeases leases;
    FakeNotifier notifier;
    FakeLauncher::World processes;
    Setup setup;
    std::atomic<std::uint64_t> free_bytes = 0;  ///< asked for once setup.min_free is set
    std::atomic<int> asked_disk = 0;            ///< how often
    LookPace looks{};                           ///< at repositories that are held
    std::map<std::string, std::unique_ptr<FakeForge>> more_forges;  ///< of projects but greeter

    /// orchd's own, gone and made again by restart().
    struct Host {
        explicit Host(World& world);
        ~Host();
        Host(const Host&) = delete;
        Host& operator=(const Host&) = delete;
        Store store;
        Lanes lanes{3};
        Alarm alarm;
        Repositories repositories;
        std::unique_ptr<FakeLauncher> launcher;
        Observer observer;
        OutboxRunner outbox;
        Engine engine;
        Finisher finisher;
        Admission admission;
        Worker worker;
        Janitor janitor;  ///< a test starts it
        std::unique_ptr<Recovery> recovery;
        std::unique_ptr<RunningJobs> running;
        std::unique_ptr<Flipper> flipper;
        std::unique_ptr<Desk> desk;
        Recovery::Report recovered;
    };
    std::unique_ptr<Host> host;

    [[nodiscard]] Desk& desk() const { return *host->desk; }
    [[nodiscard]] FakeLauncher& launcher() const { return *host->launcher; }
};

}  // namespace orch::testing
