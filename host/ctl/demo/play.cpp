#include "ctl/demo/play.hpp"

#include <algorithm>
#include <csignal>
#include <fstream>
#include <nlohmann/json.hpp>

#include "base/error.hpp"
#include "base/process.hpp"
#include "ctl/demo/ledger.hpp"
#include "ctl/demo/patience.hpp"
#include "ctl/text_of.hpp"

namespace orch::ctl {

using nlohmann::json;
using namespace std::chrono_literals;

namespace {

constexpr auto kDoneWithin = 4min;

std::string runOf(const json& job) {
    return textOr(job, "id") + "." + textOr(job, "attempt");
}

const json* runningDevelopment(const json& task) {
    for (const auto& job : listOf(task, "jobs")) {
        if (textOr(job, "stage") == "development" && textOr(job, "status") == "running") {
            return &job;
        }
    }
    return nullptr;
}

bool asksForHuman(const json& explanation) {
    const auto& verdicts = listOf(explanation, "verdicts");
    return std::any_of(verdicts.begin(), verdicts.end(), [](const json& verdict) {
        return textOr(verdict, "colour") == "human";
    });
}

bool alive(long pid) {
    const auto identity = identityOf(static_cast<pid_t>(pid));
    return identity && observe(*identity) == Liveness::kAlive;
}

/// What the process calls itself: its last number in proc(5)'s NSpid, one for each process table
/// that it is in; 0 when it is gone.
long ownPidOf(long pid) {
    std::ifstream status("/proc/" + std::to_string(pid) + "/status");
    for (std::string line; std::getline(status, line);) {
        if (line.starts_with("NSpid:")) return std::stol(line.substr(line.find_last_of(" \t") + 1));
    }
    return 0;
}

}  // namespace

Play::Play(const DemoFolder& folder, DaemonProcess& daemon, Timeline& timeline)
    : folder_(folder), daemon_(daemon), timeline_(timeline) {}

std::string Play::run() {
    addTask();
    const Patience patience{task_ + " to be done", kDoneWithin};
    while (!look()) patience.step();
    if (plugs_.adopted.empty()) throw Error(task_ + " was done before both plugs were pulled");
    return task_;
}

void Play::addTask() {
    const auto task = daemon_.client().post(
        "/api/v1/tasks",
        {{"project", "greeter"},
         {"title", "Greet in French too"},
         {"description", "People from Lyon use greeter. \"fr\" should greet with \"Bonjour\"."},
         {"by", "demo"}});
    task_ = textOr(task, "id");
}

bool Play::look() {
    const auto client = daemon_.client();
    const auto journal =
        client.get("/api/v1/journal?limit=500&after=" + std::to_string(journal_seen_));
    const auto task = client.get("/api/v1/tasks/" + task_);
    timeline_.follow(task, listOf(journal, "entries"));
    journal_seen_ = std::max(journal_seen_, numberOf(journal, "next"));
    const auto state = textOr(task, "state");
    if (state == "parked" || state == "paused" || state == "cancelled") {
        throw Error(task_ + " is " + state + " in " + textOf(task, "stage") + ": " +
                    textOf(task, "reason"));
    }
    approveIfAsked(task);
    pullPlugs(task);
    return state == "done";
}

void Play::approveIfAsked(const json& task) {
    const bool idle = textOr(task, "stage") == "analysis" && objectOf(task, "job").empty();
    if (!idle) return;
    const auto path = "/api/v1/tasks/" + task_;
    const auto explanation = daemon_.client().get(path + "/explain");
    if (!asksForHuman(explanation)) return;
    for (const auto& answer : listOf(explanation, "answers")) {
        daemon_.client().post(
            path + "/approve",
            {{"by", "demo"}, {"comment", "good"}, {"shown", textOr(answer, "shown")}});
    }
}

void Play::pullPlugs(const json& task) {
    const auto* job = plugs_.adopted.empty() ? runningDevelopment(task) : nullptr;
    const auto pid = job == nullptr ? 0 : numberOf(*job, "pid");
    if (pid <= 1 || runOf(*job) == plugs_.killed) return;
    const auto ledger = readLedger(folder_.ledger());
    const auto* working = ledger.startOf(runOf(*job));
    if (working == nullptr) return;
    if (working->pid != ownPidOf(pid)) {
        throw Error("attempt " + runOf(*job) + " is process " + std::to_string(working->pid) +
                    " by its own word, orchd says " + std::to_string(pid));
    }
    if (plugs_.killed.empty()) {
        killAgent(runOf(*job), pid);
    } else {
        killDaemon(runOf(*job), pid);
    }
}

void Play::killAgent(const std::string& run, long pid) {
    kill(static_cast<pid_t>(pid), SIGKILL);
    plugs_.killed = run;
    timeline_.line(
        "✖", "kill -9 agent of job " + run.substr(0, run.find('.')), "(the demo pulls the plug)");
}

void Play::killDaemon(const std::string& run, long pid) {
    daemon_.pullThePlug();
    const bool goes_on = alive(pid);
    timeline_.line("✖", "kill -9 orchd", std::string{"agents running: "} + (goes_on ? "1" : "0"));
    if (!goes_on) throw Error("the agent of attempt " + run + " died with orchd");
    daemon_.start();
    requireAdopted(run, pid);
    plugs_.adopted = run;
    replaceFile(folder_.go(), "go on\n", Sync::kNo);
}

void Play::requireAdopted(const std::string& run, long pid) {
    const auto queue = daemon_.client().get("/queue");
    const auto& running = listOf(queue, "running");
    const auto adopted = std::count_if(running.begin(), running.end(), [&](const json& job) {
        return isSet(job, "adopted") && runOf(job) == run && numberOf(job, "pid") == pid;
    });
    plugs_.adopted_agents = static_cast<int>(adopted);
    const auto lost = numberOf(objectOf(queue, "counts"), "lost");
    const auto again = readLedger(folder_.ledger()).doubleRuns();
    timeline_.line(adopted == 1 ? "✔" : "✖",
                   "orchd is back: adopted " + std::to_string(adopted) + " agent, lost " +
                       std::to_string(lost) + ", re-ran " + std::to_string(again));
    if (adopted != 1) throw Error("orchd did not adopt the running attempt " + run);
}

}  // namespace orch::ctl
