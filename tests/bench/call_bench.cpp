#include <nlohmann/json.hpp>

#include "bench/measure.hpp"
#include "bench/report.hpp"
#include "orch/plugin.h"
#include "pipeline/flip.hpp"
#include "pipeline/world.hpp"
#include "plugin/services.hpp"
#include "probe/curl_prober.hpp"

// What a plugin's call costs beside the same work done by a direct call.

namespace orch::bench {
namespace {

/// The services over a world without anything in it, and a plugin that calls them.
class Scene {
public:
    Scene() { gate_.open(); }

    [[nodiscard]] bool call(const char* method) {
        return services_.call(caller_, method, "{}").status == ORCH_OK;
    }
    /// What state_dir.path does, without a request, a grant, a permit or a reply.
    [[nodiscard]] bool direct() const {
        const auto folder = world_.setup.state_dir / "plugins" / "bench";
        return std::filesystem::is_directory(folder);
    }
    [[nodiscard]] const std::filesystem::path& folder() const { return world_.folder.path(); }

private:
    testing::World world_;
    RunningJobs running_{
        world_.host->store, world_.setup, world_.launcher(), world_.host->worker.inHand()};
    Flipper flipper_{running_,
                     world_.launcher(),
                     world_.host->finisher,
                     world_.host->recovery->unblocker(),
                     world_.setup,
                     [] {}};
    CurlProber prober_;
    Services services_{{.store = world_.host->store,
                        .setup = world_.setup,
                        .running = running_,
                        .flipper = flipper_,
                        .launcher = world_.launcher(),
                        .leases = world_.leases,
                        .http = prober_,
                        .told = [] {}}};
    CommitGate gate_;
    ActionBudget budget_{60};
    const std::set<std::string, std::less<>> grants_{"state_dir.path", "tasks.list"};
    const Permit permit_ = (gate_.open(), gate_.permit().value());
    Caller caller_{.plugin = "bench",
                   .generation = 1,
                   .grants = grants_,
                   .gate = gate_,
                   .permit = permit_,
                   .deadline = std::chrono::steady_clock::now() + std::chrono::hours{1},
                   .budget = budget_};
};

/// The median of `rounds` rounds, in microseconds a call.
template <class F>
double microsecondsOf(int rounds, int calls, F call) {
    std::vector<double> micros;
    for (int round = 0; round < rounds; ++round) {
        const auto start = Steady::now();
        for (int i = 0; i < calls; ++i) {
            if (!call()) throw std::runtime_error("a call was refused");
        }
        micros.push_back(secondsSince(start) * 1e6 / calls);
    }
    return median(micros);
}

void run(bool smoke) {
    Scene scene;
    const int rounds = smoke ? 3 : 2000;
    const int calls = smoke ? 10 : 50;  // few: most rounds are not interrupted
    const auto before = probeFsync(scene.folder());
    const auto folder = [&] { return scene.call("state_dir.path"); };
    if (!folder()) throw std::runtime_error("state_dir.path was refused");
    const double served = microsecondsOf(rounds, calls, folder);
    const double direct = microsecondsOf(rounds, calls, [&] { return scene.direct(); });
    const double listed = microsecondsOf(rounds, calls, [&] { return scene.call("tasks.list"); });
    const std::array fsync{before, probeFsync(scene.folder())};
    print({.bench = "call",
           .measure = "state_dir.path",
           .unit = "us",
           .figure = served,
           .floor = direct,
           .goal = {Goal::Of::kFigureAtMost, 5},
           .fsync_us = fsync});
    print({.bench = "call",
           .measure = "tasks.list, none",
           .unit = "us",
           .figure = listed,
           .floor = std::nullopt,
           .goal = {},
           .fsync_us = fsync});
}

}  // namespace
}  // namespace orch::bench

int main(int count, char** words) {
    orch::bench::run(count > 1 && std::string(words[1]) == "--smoke");
}
