#include "bench/bench_host.hpp"

#include <stdexcept>

#include "support/eventually.hpp"

namespace orch::bench {

Setup benchSetup(const std::filesystem::path& state_dir, int agents) {
    Setup setup;
    setup.state_dir = state_dir;
    setup.limits.agent = agents;
    return setup;
}

BenchHost::BenchHost(const Setup& setup, const std::filesystem::path& shim)
    : setup_(setup),
      store_(setup.state_dir / "orch.db", Milliseconds{0}),
      observer_(store_,
                setup_,
                repositories_,
                [this](AttemptKey key) { return launcher_->folderOf(key); }),
      outbox_(store_, lanes_, alarm_, notifier_),
      engine_(store_, setup_, observer_, lanes_, alarm_, [this] { outbox_.wake(); }),
      finisher_(store_, setup_, engine_, lanes_, alarm_),
      admission_(
          store_, setup_, lanes_, alarm_, [] { return 0; }, [] {}),
      worker_(store_, setup_, repositories_, observer_, leases_, finisher_, admission_, alarm_) {
    store_.setPassEnd([this](Tx& tx) { return worker_.claim(tx); });
    launcher_ = std::make_unique<ShimLauncher>(setup.state_dir / "jobs", shim, finisher_);
    recovery_ = std::make_unique<Recovery>(store_, *launcher_, finisher_, lanes_, alarm_);
}

BenchHost::~BenchHost() {
    worker_.drain();
    alarm_.stop();
    lanes_.stop();
    launcher_.reset();
    store_.flush();
}

void BenchHost::enqueue(const std::vector<std::string>& command, int count) {
    NewJob job;
    job.project = "bench";
    job.agent = "bench";
    job.payload.command = command;
    store_.write([&](Tx& tx) {
        for (int i = 0; i < count; ++i) (void)enqueueJob(tx, job);
    });
}

std::int64_t BenchHost::first(const char* sql) {
    return store_.read([sql](Connection& db) {
        auto& query = db.prepared(sql).bind();
        return query.step() ? query.integer(0) : 0;
    });
}

void BenchHost::await(const char* sql, std::int64_t wanted) {
    const auto reached = [&] { return first(sql) == wanted; };
    if (testing::eventually(reached, std::chrono::minutes{2})) return;
    throw std::runtime_error(std::string{sql} + " is still " + std::to_string(first(sql)) +
                             ", not " + std::to_string(wanted));
}

}  // namespace orch::bench
