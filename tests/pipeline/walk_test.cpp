#include <gmock/gmock.h>

#include <cstdlib>
#include <random>

#include "base/error.hpp"
#include "base/files.hpp"
#include "pipeline/world.hpp"
#include "store/tasks.hpp"

namespace orch::testing {

using ::testing::Contains;
using ::testing::HasSubstr;

/// Random agents, people and crashes.
class Walk {
public:
    explicit Walk(unsigned seed) : random_(seed) {
        for (int i = 0; i < 4; ++i) ids_.push_back(world.create("task " + std::to_string(i)));
    }

    void step() {
        const auto id = ids_[pick(ids_.size())];
        try {
            act(id, pick(24));
        } catch (const Refused&) {
            ++refused;  // people are told no; that is no event
        }
        world.settle();
        if (over(id)) replace(id);
    }

    void expectTrueExplanations() {
        for (const auto id : ids_) expectTrue(id);
    }

    World world;
    int refused = 0;

private:
    std::size_t pick(std::size_t choices) {
        return std::uniform_int_distribution<std::size_t>{0, choices - 1}(random_);
    }

    void act(TaskId id, std::size_t what) {
        auto& desk = world.desk();
        switch (what) {
            case 0:
                return desk.pause(id, "me", "lunch");
            case 1:
            case 2:
                return desk.resume(id, "me");
            case 3:
            case 4:
                return desk.retry(id, "me");
            case 5:
                return desk.rework(id, "me", "again");
            case 6:
                return desk.overrule(id, world.answerTo(id, "override", "because"));
            case 7:
                return pick(4) == 0 ? desk.cancel(id, "me", "") : desk.pauseQueue("me");
            case 8:
            case 9:
                return desk.resumeQueue("me");
            case 10:
                return pick(3) == 0 ? void(world.restart())
                                    : world.forge.soilCheckout(pick(2) == 0);
            case 11:
                return void(world.forge.commitOnBase("base.txt", std::to_string(pick(1000))));
            default:
                return endSomething();
        }
    }

    void endSomething() {
        const auto alive = world.launcher().alive();
        if (alive.empty()) return;
        const auto key = alive[pick(alive.size())];
        const auto spec = world.launcher().specOf(key);
        switch (pick(8)) {
            case 0:
                return world.launcher().dieBySignal(key, 9);
            case 1:
                return world.launcher().loseShim(key);
            case 2:
                return world.launcher().exit(key, static_cast<int>(pick(3)));
            case 3:
                return world.launcher().exit(key, 75);
            default:
                break;
        }
        const bool developer = spec.command.at(0) == "developer";
        if (developer && pick(5) != 0) {
            world.forge.commit("orch/" + spec.task, "work.txt", std::to_string(pick(1'000'000)));
        }
        world.launcher().exit(key, 0);
    }

    [[nodiscard]] bool over(TaskId id) {
        const auto state = world.task(id).state;
        return state == TaskState::kDone || state == TaskState::kCancelled;
    }

    void replace(TaskId old) {
        std::erase(ids_, old);
        ids_.push_back(world.create("another"));
    }

    void expectTrue(TaskId id) {
        const auto task = world.task(id);
        const auto live = world.host->store.read([&](Connection& db) { return liveJobOf(db, id); });
        const auto said = world.desk().explain(id);
        ASSERT_FALSE(said.lines.empty()) << name(id);
        const auto& lines = said.lines;
        if (task.state == TaskState::kParked || task.state == TaskState::kPaused) {
            ASSERT_NE(task.reason, "");
            EXPECT_THAT(lines, Contains(HasSubstr(task.reason)));
        }
        if (live) {
            const char* word = live->status == JobStatus::kRunning  ? " runs since "
                               : live->status == JobStatus::kQueued ? " is queued: "
                                                                    : "waits for its next attempt";
            EXPECT_THAT(lines, Contains(HasSubstr(word)));
        } else if (task.state == TaskState::kActive) {
            ASSERT_FALSE(said.verdicts.empty());
            EXPECT_NE(combine(said.verdicts).colour, Colour::kGreen) << "green and not moving";
            EXPECT_NE(combine(said.verdicts).colour, Colour::kRed)
                << "red and not moving: " << ::testing::PrintToString(lines) << " "
                << ::testing::PrintToString(world.journalRules(id));
        }
    }

    std::mt19937 random_;
    std::vector<TaskId> ids_;
};

// proves X3
TEST(WalkTest, IJ2EveryTaskHasATrueExplanationAtEveryInstantOfARandomWalk) {
    const bool whole = std::getenv("ORCH_LONG_TESTS") != nullptr;
    Walk walk(20261122);
    for (int event = 0; event < (whole ? 10'000 : 300); ++event) {
        walk.step();
        walk.expectTrueExplanations();
        if (::testing::Test::HasFailure()) FAIL() << "at event " << event;
    }
    EXPECT_EQ(walk.world.processes.most_alive_at_once, 1);
}

}  // namespace orch::testing
