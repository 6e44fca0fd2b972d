#include "launch/process_table.hpp"

#include <gtest/gtest.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>

#include "support/child.hpp"

namespace orch {

ProcessEntry entry(pid_t pid, pid_t parent, std::uint64_t start) {
    return {{pid, start}, parent, 0, 0, 0, false};
}

std::vector<pid_t> pidsOf(const std::vector<ProcessEntry>& entries) {
    std::vector<pid_t> pids;
    for (const auto& one : entries) pids.push_back(one.who.pid);
    std::ranges::sort(pids);
    return pids;
}

const ProcessEntry* find(const std::vector<ProcessEntry>& table, pid_t pid) {
    const auto found =
        std::ranges::find_if(table, [&](const auto& one) { return one.who.pid == pid; });
    return found == table.end() ? nullptr : &*found;
}

TEST(Descendants, AreFoundThroughAllGenerations) {
    const std::vector table{entry(2, 1, 5), entry(3, 2, 6), entry(4, 3, 7), entry(9, 8, 1)};
    EXPECT_EQ(pidsOf(descendantsOf(1, table)), (std::vector<pid_t>{2, 3, 4}));
    EXPECT_EQ(pidsOf(descendantsOf(3, table)), std::vector<pid_t>{4});
}

TEST(Descendants, ChildOlderThanItsParentIsSomebodyElses) {
    const std::vector table{entry(2, 1, 5), entry(3, 2, 4)};
    EXPECT_EQ(pidsOf(descendantsOf(1, table)), std::vector<pid_t>{2});
}

TEST(ProcessTable, ShowsAChildWithItsGroupAndSession) {
    testing::Child child(testing::waitForKill);
    setpgid(child.pid(), child.pid());
    const auto table = readProcessTable();
    const auto* seen = find(table, child.pid());
    ASSERT_NE(seen, nullptr);
    EXPECT_EQ(seen->who, identityOf(child.pid()));
    EXPECT_EQ(seen->parent, getpid());
    EXPECT_EQ(seen->group, child.pid());
    EXPECT_EQ(seen->session, getsid(0));
    EXPECT_FALSE(seen->ended);
}

TEST(ProcessTable, ZombieHasEnded) {
    testing::Child child([] { return 0; });
    child.awaitState(WEXITED);
    const auto table = readProcessTable();
    EXPECT_TRUE(find(table, child.pid())->ended);
}

TEST(SignalExactly, ReachesTheProcessThatWasSeen) {
    testing::Child child(testing::waitForKill);
    const auto table = readProcessTable();
    EXPECT_TRUE(signalExactly(*find(table, child.pid()), SIGKILL));
    EXPECT_EQ(child.exitCode(), -1);
}

TEST(SignalExactly, ID12SparesTheNextOwnerOfThePid) {
    testing::Child child(testing::waitForKill);
    const auto table = readProcessTable();
    auto seen = *find(table, child.pid());
    seen.who.start -= 1;
    EXPECT_FALSE(signalExactly(seen, SIGKILL));
    EXPECT_TRUE(identityOf(child.pid()));
}

}  // namespace orch
