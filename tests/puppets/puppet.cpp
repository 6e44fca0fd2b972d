#include <orch/plugin.hpp>

#include <fstream>
#include <sstream>
#include <stdexcept>
#include <thread>

// At each tick it does what the lines of its file say, and writes down what came of it in a second
// file: <file>.out. Lines:
//   throw WORDS         hang (until there is <file>.release)     wait (until it is cancelled)
//   call METHOD JSON    finish: nothing more of this tick

class Puppet {
public:
    static constexpr orch::Descriptor descriptor{
        .id = PUPPET_ID,
        .version = "1.2.3",
        .kill_switch = PUPPET_SWITCH,
        .interval = 200ms,
        .needs = "jobs.running notify.send",
        .settings_schema = R"({"type":"object","required":["file"],"properties":{
            "file":{"type":"string"}, "level":{"type":"integer","minimum":1,"maximum":9,"default":5},
            "fail":{"type":"string"}}})",
        .block = PUPPET_BLOCK,
#ifdef PUPPET_JOBS
        .jobs = PUPPET_JOBS
#endif
    };

    Puppet(orch::Host host, const orch::Settings& settings)
        : host_(host), file_(settings.text("file")) {
        if (settings.has("fail")) throw std::runtime_error(settings.text("fail"));
        note("made");
    }
    ~Puppet() {
        note("destroyed");
    }

    void tick(const orch::Tick& tick) {
        ++ticks_;
        note("tick");
        if (tick.probation()) note("watched");
        std::ifstream lines(file_);
        for (std::string line; std::getline(lines, line);) perform(line, tick);
    }

#ifdef PUPPET_JOBS
    orch::JobAnswer run(const orch::ReservedJob& job, const orch::Tick& tick) {
        note("run " + std::to_string(job.id) + "." + std::to_string(job.attempt));
        std::ifstream lines(file_ + ".job");
        std::string word;
        lines >> word;
        if (word == "wait") waitUntilCancelled(tick);
        if (word == "fail") return orch::JobAnswer::failed("the puppet was told to fail");
        if (word == "again") return orch::JobAnswer::again(100ms);
        return orch::JobAnswer::done();
    }
#endif

    orch::JsonObject snapshot() {
        return orch::JsonObject{}.set("puppet_ticks", ticks_);
    }

private:
    void perform(const std::string& line, const orch::Tick& tick) {
        std::istringstream words(line);
        std::string verb, method, rest;
        words >> verb;
        if (verb == "throw") throw std::runtime_error(line.substr(6));
        if (verb == "hang") {
            while (!std::filesystem::exists(file_ + ".release")) pause();
        }
        if (verb == "wait") waitUntilCancelled(tick);
        if (verb != "call") return;
        words >> method;
        std::getline(words, rest);
        note(method + " " + answerTo(method, rest));
    }

    std::string answerTo(const std::string& method, const std::string& request) {
        try {
            return "ok " + host_.call(method, request);
        } catch (const orch::CallFailed& failure) {
            return std::to_string(failure.status()) + " " + failure.what();
        }
    }

    static void waitUntilCancelled(const orch::Tick& tick) {
        while (!tick.cancelled()) pause();
    }
    static void pause() {
        std::this_thread::sleep_for(2ms);
    }
    void note(const std::string& words) {
        std::ofstream(file_ + ".out", std::ios::app) << words << "\n";
    }

    orch::Host host_;
    std::string file_;
    std::int64_t ticks_ = 0;
};

ORCH_PLUGIN(Puppet)
