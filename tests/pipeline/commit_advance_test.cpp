#include "pipeline/commit_advance.hpp"

#include <gmock/gmock.h>

#include <algorithm>

#include "pipeline/work.hpp"
#include "store/journal.hpp"
#include "store/store_fixture.hpp"

namespace orch::testing {

/// The third step of advance, on rows alone: one task in development whose gate is green.
struct CommitAdvanceTest : RowsTest {
    CommitAdvanceTest() {
        setup.pipeline.stages = {
            {.name = "development", .agent = "developer", .gates = {"committed"}},
            {.name = "review", .agent = "developer", .gates = {"committed"}}};
        setup.agents["developer"] = {.name = "developer"};
        id = createTask(tx, {.project = "greeter", .title = "Greet", .stage = "development"}).id;
    }
    [[nodiscard]] Task task() { return findTask(db, id).value(); }
    [[nodiscard]] Facts facts() {
        Facts seen{.task = task(), .stage = setup.pipeline.stages[0]};
        seen.work.value = WorkState{.head = "aaaa", .commits_ahead = 1, .dirty = {}};
        return seen;
    }
    [[nodiscard]] bool commit(const Facts& seen) {
        const std::vector<Verdict> green{
            {.gate = "committed", .colour = Colour::kGreen, .reason = "1 commit"}};
        return commitAdvance(tx, setup, seen, green, follow(seen, green[0], setup.pipeline));
    }
    [[nodiscard]] std::size_t jobs() { return jobsOfTask(db, id, 100).size(); }
    [[nodiscard]] std::ptrdiff_t advances() {
        return std::ranges::count(readJournal(db, name(id), 0, 1000), "advance", &JournalRow::rule);
    }
    void set(TaskState state) {
        auto changed = task();
        changed.state = state;
        changed.reason = "by a person";
        updateTask(tx, changed);
    }
    orch::Setup setup;  // testing::Test forbids the bare name
    TaskId id{};
};

// proves S3, Q6
TEST_F(CommitAdvanceTest, StageJobAndJournalChangeTogetherAndOnce) {
    const auto seen = facts();
    EXPECT_TRUE(commit(seen));
    EXPECT_FALSE(commit(seen));
    EXPECT_EQ(task().stage, "review");
    EXPECT_EQ(jobs(), 1U);
    EXPECT_EQ(advances(), 1);
}

TEST_F(CommitAdvanceTest, FactsOfAnOlderVersionChangeNothing) {
    const auto seen = facts();
    set(TaskState::kActive);
    EXPECT_FALSE(commit(seen));
    EXPECT_EQ(task().stage, "development");
    EXPECT_EQ(jobs(), 0U);
}

TEST_F(CommitAdvanceTest, ATaskWithALiveJobStays) {
    enqueueWork(tx, setup, task(), WorkKind::kAgent);
    EXPECT_FALSE(commit(facts()));
    EXPECT_EQ(task().stage, "development");
}

TEST_F(CommitAdvanceTest, WorkIsEnqueuedOnceHoweverOftenItIsAskedFor) {
    enqueueWork(tx, setup, task(), WorkKind::kAgent);
    enqueueWork(tx, setup, task(), WorkKind::kAgent);
    EXPECT_EQ(jobs(), 1U);
}

// proves S3: two who observed the same, a person who pauses and one who resumes, in every order
TEST_F(CommitAdvanceTest, InEveryOrderTheEdgeIsTakenAtMostOnceAndOneJobIsLiveAtMost) {
    std::vector<std::string> order{"a commits", "b commits", "pause", "resume"};
    std::ranges::sort(order);
    int permutations = 0;
    do {
        db.execute("SAVEPOINT permutation");
        const auto a = facts();
        const auto b = facts();
        int taken = 0;
        for (const auto& step : order) {
            const auto before = task();
            bool advanced = false;
            if (step == "a commits") advanced = commit(a);
            if (step == "b commits") advanced = commit(b);
            if (step == "pause") set(TaskState::kPaused);
            if (step == "resume") set(TaskState::kActive);
            taken += advanced ? 1 : 0;
            EXPECT_FALSE(advanced && before.state == TaskState::kPaused);
        }
        EXPECT_LE(taken, 1);
        EXPECT_EQ(jobs(), static_cast<std::size_t>(taken));
        EXPECT_EQ(advances(), taken);
        db.execute("ROLLBACK TO permutation");
        db.execute("RELEASE permutation");
        ++permutations;
    } while (std::ranges::next_permutation(order).found);
    EXPECT_EQ(permutations, 24);
}

// proves S5: one notice a cause
TEST_F(CommitAdvanceTest, ParkingTellsAPersonOnceAndNeverWithoutAReason) {
    const auto seen = facts();
    EXPECT_TRUE(parkTask(tx, seen.task, "no progress"));
    EXPECT_FALSE(parkTask(tx, seen.task, "no progress"));
    const auto notices = dueOutbox(db, tx.at(), 10);
    ASSERT_EQ(notices.size(), 1U);
    EXPECT_THAT(notices[0].text, ::testing::HasSubstr("no progress"));
}

}  // namespace orch::testing
