#include <condition_variable>
#include <cstring>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <thread>
#include <utility>

#include "bench/measure.hpp"
#include "bench/report.hpp"
#include "bench/tick_floors.hpp"
#include "plugin/scheduler.hpp"
#include "support/temp_dir.hpp"

// How late plugins tick: 100 of them every 100 ms, beside a bare heap over a condition variable and
// beside timerfds in the same run, with the same starts. Once until the scheduler has told a
// plugin, and once until the plugin's own thread has begun. Usage: tick_bench [--smoke]. One JSON
// object a line; microseconds.

namespace orch::bench {
namespace {

struct Plan {
    int plugins = 100;
    int rounds = 5;
    std::chrono::milliseconds period{100};
    std::chrono::milliseconds span{4000};
};

/// One plugin: collects how late it was told or, with a thread of its own, how late that began.
class Plugin {
public:
    using Begun = std::function<void()>;

    explicit Plugin(bool has_thread) {
        if (has_thread) thread_ = std::jthread([this](const std::stop_token& stop) { run(stop); });
    }
    void tell(Steady::time_point due, Begun begun) {
        if (!thread_.joinable()) {
            note(due);
            if (begun) begun();
            return;
        }
        const std::lock_guard lock(mutex_);
        due_ = due;
        begun_ = std::move(begun);
        told_.notify_one();
    }
    /// After the last tell().
    std::vector<double> end() {
        thread_ = {};
        return std::move(late_);
    }

private:
    void note(Steady::time_point due) { late_.push_back(secondsSince(due) * 1e6); }
    void run(const std::stop_token& stop) {
        std::unique_lock lock(mutex_);
        while (told_.wait(lock, stop, [this] { return due_.has_value(); })) {
            note(*due_);
            due_.reset();
            const auto begun = std::exchange(begun_, nullptr);
            lock.unlock();
            if (begun) begun();
            lock.lock();
        }
    }

    std::mutex mutex_;
    std::condition_variable_any told_;
    std::optional<Steady::time_point> due_;
    Begun begun_;
    std::vector<double> late_;
    std::jthread thread_;
};
using Plugins = std::vector<std::unique_ptr<Plugin>>;

Plugins makePlugins(int count, bool have_threads) {
    Plugins plugins;
    for (int i = 0; i < count; ++i) plugins.push_back(std::make_unique<Plugin>(have_threads));
    return plugins;
}

std::vector<double> lateness(Plugins& plugins) {
    std::vector<double> all;
    for (auto& plugin : plugins) {
        const auto late = plugin->end();
        all.insert(all.end(), late.begin(), late.end());
    }
    return all;
}

/// Tells at which reading a plugin's grid began: the first one after its on() was asked.
class StartClock final : public Clock {
public:
    [[nodiscard]] Now now() const override {
        const auto reading = clock_.now();
        if (auto* start = std::exchange(next_, nullptr)) *start = reading.awake;
        return reading;
    }
    static void startsNext(Steady::time_point& start) { next_ = &start; }

private:
    SystemClock clock_{Milliseconds{0}};
    static thread_local Steady::time_point* next_;
};
thread_local Steady::time_point* StartClock::next_ = nullptr;

struct Ticked {
    std::vector<Steady::time_point> starts;  ///< when the grids began
    std::vector<double> late;
};
Ticked runScheduler(const Plan& plan, bool own_threads) {
    auto plugins = makePlugins(plan.plugins, own_threads);
    const StartClock clock;
    Scheduler scheduler(clock, [](const QuarantineNote&) {});
    std::vector<Steady::time_point> starts(plugins.size()), due(plugins.size());
    for (std::size_t i = 0; i < plugins.size(); ++i) {
        const auto tick = [&, i](TickedId id) {
            if (due[i] == Steady::time_point{}) due[i] = starts[i];
            plugins[i]->tell(due[i], [&, i, id] {
                scheduler.tickBegan(id);
                // Points that have passed by now are dropped, as the scheduler does.
                due[i] = starts[i] + ((Steady::now() - starts[i]) / plan.period + 1) * plan.period;
                scheduler.ended(id, {});
            });
        };
        const auto on = [&, i] { return StartClock::startsNext(starts[i]), true; };
        (void)scheduler.add("p" + std::to_string(i), {plan.period, plan.span}, {tick, [] {}, on});
        std::this_thread::sleep_for(plan.period / plugins.size());
    }
    std::this_thread::sleep_for(plan.span);
    scheduler.stop();
    auto late = lateness(plugins);  // ends the threads, which report to the scheduler
    return {starts, late};
}

using Floor = void (*)(const Timers&, const Fired&);
std::vector<double> runFloor(const Plan& plan,
                             Floor floor,
                             const std::vector<Steady::time_point>& starts,
                             bool own_threads) {
    auto plugins = makePlugins(plan.plugins, own_threads);
    Timers timers{starts, plan.period, Steady::now() + plan.period + plan.span};
    const auto shift = Steady::now() + plan.period - starts.front();
    for (auto& start : timers.starts) start += shift;
    floor(timers,
          [&](std::size_t which, Steady::time_point due) { plugins[which]->tell(due, nullptr); });
    return lateness(plugins);
}

class TickBench {
public:
    TickBench(const Plan& plan, const std::filesystem::path& folder)
        : plan_(plan), folder_(folder) {}

    void run() {
        for (const bool own_threads : {false, true}) {
            measured_.clear();
            const double before = probeFsync(folder_);
            for (int i = 0; i < plan_.rounds; ++i) round(own_threads);
            const std::string until = own_threads ? "until its thread has begun" : "until told";
            const std::array<double, 2> probes{before, probeFsync(folder_)};
            line("p50 " + until, "p50", "heap p50", {}, probes);
            line("p99 " + until,
                 "p99",
                 "heap p99",
                 {own_threads ? Goal::Of::kNothing : Goal::Of::kRatioAtMost, 3},
                 probes);
            line("p50 " + until + ", timerfd", "p50", "timerfd p50", {}, probes);
            line("p99 " + until + ", timerfd", "p99", "timerfd p99", {}, probes);
        }
    }

private:
    void round(bool own_threads) {
        const auto ticked = runScheduler(plan_, own_threads);
        keep("", ticked.late);
        keep("heap ", runFloor(plan_, runBareHeap, ticked.starts, own_threads));
        keep("timerfd ", runFloor(plan_, runTimerfds, ticked.starts, own_threads));
    }
    void keep(const std::string& who, const std::vector<double>& late) {
        measured_[who + "p50"].push_back(percentile(late, 0.5));
        measured_[who + "p99"].push_back(percentile(late, 0.99));
    }
    void line(const std::string& measure,
              const std::string& figure,
              const std::string& floor,
              Goal goal,
              std::array<double, 2> probes) {
        print({"tick_lateness",
               measure,
               "us",
               median(measured_[figure]),
               median(measured_[floor]),
               goal,
               probes});
    }

    Plan plan_;
    std::filesystem::path folder_;
    std::map<std::string, std::vector<double>> measured_;  ///< one value a round
};

}  // namespace
}  // namespace orch::bench

int main(int argc, char** argv) {
    using namespace orch::bench;
    Plan plan;
    if (argc > 1 && std::strcmp(argv[1], "--smoke") == 0) {
        plan = {10, 1, std::chrono::milliseconds{20}, std::chrono::milliseconds{100}};
    }
    const orch::testing::TempDir folder;
    TickBench(plan, folder.path()).run();
}
