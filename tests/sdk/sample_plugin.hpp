#pragma once

#include <functional>
#include <stdexcept>
#include <string>

#include "orch/plugin.hpp"

namespace orch {

/// What a Sample does in each entry; set by the test, empty otherwise.
struct SampleScript {
    std::function<void()> create, tick, save, snapshot, run, destroy;
    std::function<void(std::uint32_t schema, const std::string& state)> load;
};
inline SampleScript sample_script;

inline void perform(const std::function<void()>& act) {
    if (act) act();
}

/// A plugin with every ability.
class Sample {
public:
    static constexpr Descriptor descriptor{.id = "sample",
                                           .version = "2.1.0",
                                           .kill_switch = "ORCH_SAMPLE_ENABLED",
                                           .interval = 250ms,
                                           .needs = "jobs.running jobs.finish  notify.send",
                                           .settings_schema = R"({"type":"object"})",
                                           .block = "sample_block",
                                           .jobs = "post-deploy-monitor other"};
    static constexpr std::uint32_t state_schema = 3;

    Sample(Host the_host, const Settings& settings)
        : host_(the_host), name_(settings.text("name", "")) {
        perform(sample_script.create);
    }
    ~Sample() noexcept(false) { perform(sample_script.destroy); }
    Sample(const Sample&) = delete;
    Sample& operator=(const Sample&) = delete;

    void tick(const Tick& tick) {
        last_ = tick.number();
        host = &host_;
        now = &tick;
        perform(sample_script.tick);
        host = nullptr;
        now = nullptr;
    }
    std::string save() {
        perform(sample_script.save);
        return name_;
    }
    void load(std::uint32_t schema, std::string_view state) {
        name_ = state;
        if (sample_script.load) sample_script.load(schema, name_);
    }
    JsonObject snapshot() const {
        perform(sample_script.snapshot);
        return JsonObject{}.set("ticks", last_).set("name", name_);
    }
    JobAnswer run(const ReservedJob& job, const Tick&) {
        perform(sample_script.run);
        if (job.task == "T-1") return JobAnswer::done();
        if (job.task == "T-2") return JobAnswer::failed("no " + job.agent);
        return JobAnswer::again(5s);
    }

    /// Of the tick that runs, for the script.
    static inline const Host* host = nullptr;
    static inline const Tick* now = nullptr;

private:
    Host host_;
    std::string name_;
    std::uint64_t last_ = 0;
};

/// A plugin with no ability.
class Plain {
public:
    static constexpr Descriptor descriptor{
        .id = "plain", .version = "1", .kill_switch = "ORCH_PLAIN_ENABLED"};
    Plain(Host, const Settings&) {}
    void tick(const Tick&) {}
};

}  // namespace orch
