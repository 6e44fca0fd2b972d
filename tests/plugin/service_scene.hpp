#pragma once

#include <gtest/gtest.h>

#include <atomic>
#include <nlohmann/json.hpp>

#include "core/probe.hpp"
#include "orch/plugin.h"
#include "pipeline/flip.hpp"
#include "pipeline/world.hpp"
#include "plugin/services.hpp"
#include "store/journal.hpp"
#include "store/store.hpp"
#include "support/listed_leases.hpp"

namespace orch::testing {

using Json = nlohmann::json;

/// Answers what it is told to, and remembers the last question.
class FakeProber final : public HttpProber {
public:
    [[nodiscard]] std::optional<ProbeAnswer> probe(
        const HttpProbe& probe, const std::function<bool()>& cancelled) const override {
        asked = probe;
        if (wait_until_cancelled) {
            while (!cancelled()) std::this_thread::yield();
            return std::nullopt;
        }
        return answer;
    }
    mutable HttpProbe asked;
    ProbeAnswer answer;
    bool wait_until_cancelled = false;
};

/// The services over a database in a temporary folder, and one plugin that calls them.
struct ServiceScene : ::testing::Test {
    ServiceScene() {
        gate.open();
        for (const auto& method : Services::methods()) grants.insert(method.name);
    }

    [[nodiscard]] Caller caller() {
        return {.plugin = plugin,
                .generation = generation,
                .mode = mode,
                .grants = grants,
                .gate = gate,
                .permit = permit.value_or(gate.permit().value_or(Permit{})),
                .cancelled = cancel.get_token(),
                .deadline = std::chrono::steady_clock::now() + patience,
                .budget = *budget};
    }
    CallResult call(std::string_view method, const Json& request = Json::object()) {
        return services->call(caller(), method, request.dump());
    }
    /// The reply of a call that goes well.
    Json ask(std::string_view method, const Json& request = Json::object()) {
        const auto result = call(method, request);
        EXPECT_EQ(result.status, ORCH_OK) << result.reply;
        return result.status == ORCH_OK ? Json::parse(result.reply) : Json::object();
    }
    /// The sentence of a call that is refused with `status`.
    std::string refusal(std::int32_t status,
                        std::string_view method,
                        const Json& request = Json::object()) {
        const auto result = call(method, request);
        EXPECT_EQ(result.status, status) << result.reply;
        return result.reply;
    }
    /// What the plugin has in the journal.
    [[nodiscard]] std::vector<JournalRow> journal() {
        return store.read([this](Connection& db) {
            return readJournal(db, {"", "plugin:" + plugin}, 0, 1000);
        });
    }
    [[nodiscard]] std::vector<std::string> notices() {
        std::vector<std::string> texts;
        const auto rows = store.read([this](Connection& db) {
            return dueOutbox(db, store.clock().now().at + std::chrono::hours{1}, 1000);
        });
        for (const auto& row : rows) texts.push_back(row.text);
        return texts;
    }
    /// orchd is restarted: what was remembered in memory is gone.
    void restart() { services = std::make_unique<Services>(surroundings()); }
    [[nodiscard]] ServiceWorld surroundings() {
        return {.store = store,
                .setup = world.setup,
                .running = running,
                .flipper = flipper,
                .launcher = world.launcher(),
                .leases = leases,
                .http = prober,
                .told = [this] { ++told; }};
    }

    World world;
    Store& store = world.host->store;
    RunningJobs running{store, world.setup, world.launcher(), world.host->worker.inHand()};
    Flipper flipper{running,
                    world.launcher(),
                    world.host->finisher,
                    world.host->recovery->unblocker(),
                    world.setup,
                    [] {}};
    ListedLeases leases;
    FakeProber prober;
    std::atomic<int> told = 0;
    std::unique_ptr<Services> services = std::make_unique<Services>(surroundings());

    std::string plugin = "reaper";
    std::int64_t generation = 3;
    PluginMode mode = PluginMode::kLive;
    std::set<std::string, std::less<>> grants;
    CommitGate gate;
    std::optional<Permit> permit;  ///< nothing: the gate's of now
    std::stop_source cancel;
    Milliseconds patience{std::chrono::seconds{30}};
    std::unique_ptr<ActionBudget> budget = std::make_unique<ActionBudget>(60);
};

inline const Json kWhy{
    {"rule", "stale"}, {"decision", "the holder is dead"}, {"evidence", {{"holder", "dead"}}}};

}  // namespace orch::testing
