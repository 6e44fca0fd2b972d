#include "pipeline/unblocker.hpp"

#include <signal.h>

#include <algorithm>
#include <exception>
#include <iostream>
#include <utility>

#include "base/sighting.hpp"
#include "store/running_rows.hpp"
#include "store/tasks.hpp"

namespace orch {

namespace {

using namespace std::chrono_literals;

constexpr Milliseconds kSoonest = 50ms;
constexpr Milliseconds kLatest = 5s;
/// So long the supervisor is trusted to end what it watches: beyond any sensible grace ...
constexpr Milliseconds kItsPatience = 10min;
/// ... and so long to notice that a shim is gone.
constexpr Milliseconds kNotices = 10s;
/// Between SIGTERM and SIGKILL for a process without a shim.
constexpr Milliseconds kGrace = 5s;

AwakeTime now() {
    return std::chrono::steady_clock::now();
}

bool hasFolder(const Glance& seen) {
    return seen.lock == SeenLock::kFree || seen.proc || seen.exit != SeenExit::kNone;
}

}  // namespace

Unblocker::Unblocker(
    Store& store, Launcher& launcher, Finisher& finisher, Lanes& lanes, Alarm& alarm)
    : store_(store), launcher_(launcher), finisher_(finisher), lanes_(lanes), alarm_(alarm) {}

void Unblocker::post(const Ending& ending) {
    lanes_.post("unblock:" + name(ending.key), [this, ending] { step(ending); });
}

void Unblocker::end(AttemptKey key, std::optional<TaskId> task) {
    post({.key = key, .task = task, .begun = now()});
}

void Unblocker::endAll() {
    for (const auto& [task, key] : store_.read([](Connection& db) { return blockedTasks(db); })) {
        step({.key = key, .task = task, .begun = now()});
    }
}

void Unblocker::step(Ending ending) {
    try {
        if (endedNow(ending)) return clear(ending);
    } catch (const std::exception& error) {
        std::cerr << "orchd: ending attempt " << name(ending.key)
                  << " failed, tried again: " << error.what() << "\n";
    }
    const auto waited = std::chrono::floor<Milliseconds>(now() - ending.begun);
    alarm_.set("unblock:" + name(ending.key),
               now() + std::clamp(waited / 4, kSoonest, kLatest),
               [this, ending] { post(ending); });
}

bool Unblocker::endedNow(Ending& ending) {
    const auto key = ending.key;
    const auto seen = launcher_.glance(key);
    const bool over = seen.lock == SeenLock::kFree || seen.lock == SeenLock::kAbsent;
    // Whoever watches it ends it with its grace, and the listener hears of its end.
    if (launcher_.watches(key) && now() - ending.begun < (over ? kNotices : kItsPatience)) {
        if (!std::exchange(ending.asked, true)) launcher_.cancel(key);
        return false;
    }
    if (over && !hasFolder(seen)) return endWithoutFolder(ending);
    return launcher_.endOrphans(key) && launcher_.glance(key).lock != SeenLock::kHeld;
}

/// Somebody else started it: only its identity says what it is.
bool Unblocker::endWithoutFolder(Ending& ending) {
    const auto noted = store_.read([&](Connection& db) { return notedProcess(db, ending.key); });
    if (!noted || !noted->process.pid) return true;
    const bool same_boot = noted->boot_id.empty() || noted->boot_id == bootId();
    if (!isOurPidSpace(noted->pid_space, same_boot)) return false;
    if (!same_boot) return true;
    const auto pid = static_cast<pid_t>(*noted->process.pid);
    const auto start = noted->process.pid_start;
    if (!start) return ProcessLook().examine(pid, start).liveness == Liveness::kDead;
    const bool hard = now() - ending.begun > kGrace;
    const int signal = hard ? SIGKILL : std::exchange(ending.asked, true) ? 0 : SIGTERM;
    return launcher_.endProcess({pid, *start}, signal);
}

void Unblocker::clear(const Ending& ending) {
    if (!ending.task) return;
    finisher_.settle([&](Tx& tx) -> std::optional<TaskId> {
        return freeTask(tx, *ending.task, ending.key) ? ending.task : std::nullopt;
    });
}

}  // namespace orch
