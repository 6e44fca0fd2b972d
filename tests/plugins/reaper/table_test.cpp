#include <gtest/gtest.h>

#include <cctype>
#include <functional>
#include <ostream>

#include "plugins/reaper/play.hpp"
#include "reaper/why.hpp"

namespace orch::reaper {

using namespace std::chrono_literals;

using Change = std::function<void(RunningJob&)>;

RunningJob with(RunningJob job, const Change& change) {
    change(job);
    return job;
}

/// What is expected: at which tick (1 is the first) and why. Tick 0: never.
struct Expected {
    std::size_t tick = 0;
    Cause cause{};
    bool operator==(const Expected&) const = default;
};
void PrintTo(const Expected& expected, std::ostream* out) {
    *out << "tick " << expected.tick << " " << wordOf(expected.cause);
}

struct Row {
    std::string words;
    std::vector<RunningJob> ticks;
    Expected expected;
};
void PrintTo(const Row& row, std::ostream* out) {
    *out << row.words;
}

Expected played(const std::vector<RunningJob>& ticks) {
    Play play;
    for (std::size_t at = 0; at < ticks.size(); ++at) {
        const auto decided = play.tick({ticks[at]});
        if (!decided.orders.empty()) return {at + 1, decided.orders.front().cause};
    }
    return {};
}

std::vector<RunningJob> times(std::size_t count, const RunningJob& job) {
    return std::vector<RunningJob>(count, job);
}

RunningJob recorded(const RunningJob& job) {
    return with(job, [](auto& it) {
        it.lock = Lock::kFree;
        it.exit = ExitRecord::kValid;
        it.exit_code = 0;
    });
}
RunningJob withRecord(RunningJob job, ExitRecord record) {
    job.exit = record;
    return job;
}
RunningJob withLock(RunningJob job, Lock lock) {
    job.lock = lock;
    return job;
}
RunningJob after(Milliseconds running, RunningJob job) {
    job.running = running;
    return job;
}
RunningJob withoutPid(Milliseconds running) {
    return with(after(running, withLock(unreadable(), Lock::kFree)),
                [](auto& it) { it.pid.reset(); });
}
RunningJob elsewhere(Milliseconds running) {
    return with(after(running, gone()), [](auto& it) { it.same_host = false; });
}
RunningJob rebooted() {
    return with(gone(), [](auto& it) { it.same_boot = false; });
}
RunningJob starting(const RunningJob& job) {
    return with(job, [](auto& it) { it.starting = true; });
}
RunningJob reserved(Milliseconds running) {
    return with(withoutPid(running), [](auto& it) { it.lane = "reserved"; });
}

const std::vector<Row> kRows{
    {"valid exit record: at once", {recorded(gone())}, {1, Cause::kExitRecord}},
    {"valid exit record, its process seems to live", {recorded(alive())}, {1, Cause::kExitRecord}},
    {"valid exit record after another boot",
     {with(recorded(gone()), [](auto& it) { it.same_boot = false; })},
     {1, Cause::kExitRecord}},
    {"valid exit record in the middle of a streak",
     {gone(), gone(), recorded(gone())},
     {3, Cause::kExitRecord}},
    {"valid exit record and overdue", {after(3h, recorded(gone()))}, {1, Cause::kExitRecord}},
    {"exit record of another attempt: ignored",
     times(3, withRecord(alive(), ExitRecord::kForeign)),
     {}},
    {"exit record of another attempt, process gone",
     times(3, withRecord(gone(), ExitRecord::kForeign)),
     {3, Cause::kProcessDied}},
    {"exit record damaged: never read as 0",
     times(3, withRecord(alive(), ExitRecord::kDamaged)),
     {}},
    {"exit record damaged, process gone",
     times(3, withRecord(gone(), ExitRecord::kDamaged)),
     {3, Cause::kProcessDied}},
    {"lock held: alive, whatever the pid says", times(9, withLock(gone(), Lock::kHeld)), {}},
    {"lock held, no pid for an hour", times(9, withLock(withoutPid(1h), Lock::kHeld)), {}},
    {"lock held, boot id says another boot", times(9, withLock(rebooted(), Lock::kHeld)), {}},
    {"process gone", times(3, gone()), {3, Cause::kProcessDied}},
    {"process gone, only two ticks", times(2, gone()), {}},
    {"zombie", times(3, gone("zombie")), {3, Cause::kProcessDied}},
    {"process gone, lock seen free",
     times(3, withLock(gone(), Lock::kFree)),
     {3, Cause::kProcessDied}},
    {"process gone, lock cannot be seen", times(9, withLock(gone(), Lock::kUnknown)), {}},
    {"start time differs", times(3, gone("pid_reused")), {3, Cause::kPidReused}},
    {"the pid is a thread id", times(3, gone("thread_id")), {3, Cause::kPidReused}},
    {"EPERM, identity the same", times(9, alive()), {}},
    {"unreadable: the streak freezes",
     {gone(), gone(), unreadable(), unreadable(), gone()},
     {5, Cause::kProcessDied}},
    {"unreadable only", times(9, unreadable()), {}},
    {"other boot: after one tick", times(2, rebooted()), {2, Cause::kOtherBoot}},
    {"other boot, seen once", times(1, rebooted()), {}},
    {"other host: no tier 1", times(9, elsewhere(1min)), {}},
    {"other host and overdue", {elsewhere(2h)}, {1, Cause::kUnknownLiveness}},
    {"without a pid within the spawn grace", times(9, withoutPid(30s - 1ms)), {}},
    {"without a pid after the spawn grace", {withoutPid(30s)}, {1, Cause::kSpawnLost}},
    {"without a pid, lock cannot be seen", times(9, withLock(withoutPid(1h), Lock::kUnknown)), {}},
    {"being prepared by orchd", times(9, starting(withoutPid(1h))), {}},
    {"being prepared by orchd for very long", times(9, starting(withoutPid(9h))), {}},
    {"without a pid on the row, alive by what its shim wrote down",
     times(9, with(alive(), [](auto& it) { it.pid.reset(); })),
     {}},
    {"stopped, in D state, swapped out", times(9, alive()), {}},
    {"alive again before N", {gone(), gone(), alive(), gone(), gone()}, {}},
    {"alive again before N, then dead for good",
     {gone(), gone(), alive(), gone(), gone(), gone()},
     {6, Cause::kProcessDied}},
    {"agent dead, its group still alive",
     times(3, with(withLock(gone(), Lock::kFree), [](auto& it) { it.group = 2; })),
     {3, Cause::kProcessDied}},
    {"max_running passed, alive", {after(2h, held())}, {1, Cause::kMaxRunning}},
    {"max_running passed, alive by its process", {after(2h, alive())}, {1, Cause::kMaxRunning}},
    {"max_running not quite passed", times(9, after(2h - 1ms, held())), {}},
    {"max_running passed, unknown", {after(2h, unreadable())}, {1, Cause::kUnknownLiveness}},
    {"max_running passed, dead: the streak says more",
     times(3, after(3h, gone())),
     {3, Cause::kProcessDied}},
    {"reserved lane: no process to look for", times(9, reserved(1h)), {}},
    {"reserved lane, max_running passed", {reserved(2h)}, {1, Cause::kMaxRunning}},
};

class ReaperTableTest : public ::testing::TestWithParam<Row> {};

// proves R2: each row of the table, decided as it says
TEST_P(ReaperTableTest, TheRowIsDecidedAsItSays) {
    EXPECT_EQ(played(GetParam().ticks), GetParam().expected);
}

std::string wordsOf(const ::testing::TestParamInfo<Row>& row) {
    std::string name;
    for (const char c : row.param.words) {
        name += std::isalnum(static_cast<unsigned char>(c)) != 0 ? c : '_';
    }
    return name;
}
INSTANTIATE_TEST_SUITE_P(Table, ReaperTableTest, ::testing::ValuesIn(kRows), wordsOf);

}  // namespace orch::reaper
