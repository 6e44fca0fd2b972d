#include <unistd.h>

#include <filesystem>
#include <thread>

#include "launch/launch_fixture.hpp"

namespace orch {

using namespace std::chrono_literals;

struct IdleTest : testing::LaunchTest {
    /// How often this process's threads but the calling one, or all of another one's, went to
    /// sleep.
    static std::int64_t sleeps(pid_t pid) {
        std::int64_t sum = 0;
        const auto tasks = "/proc/" + std::to_string(pid) + "/task";
        for (const auto& task : std::filesystem::directory_iterator(tasks)) {
            if (task.path().filename() == std::to_string(gettid())) continue;
            const auto text = readFile(task.path() / "status").value_or("");
            constexpr std::string_view kKey = "\nvoluntary_ctxt_switches:\t";
            sum += std::stoll(text.substr(text.find(kKey) + kKey.size()));
        }
        return sum;
    }

    /// Nothing wakes up for half a second, once things have calmed down.
    static bool restsAtLast(pid_t pid) {
        return testing::eventually([&] {
            const auto before = sleeps(pid);
            std::this_thread::sleep_for(500ms);
            return sleeps(pid) == before;
        });
    }
};

#ifndef __SANITIZE_THREAD__  // its runtime has a thread of its own that wakes up
TEST_F(IdleTest, SupervisorSleepsWhileNothingHappens) {
    (void)startAndAwait(script("exec sleep 60"));
    EXPECT_TRUE(restsAtLast(getpid()));
}

TEST_F(IdleTest, ShimSleepsWhileItsAgentIsSilent) {
    auto spec = script("exec sleep 60");
    spec.timeout = 1h;
    EXPECT_TRUE(restsAtLast(startAndAwait(spec).shim.pid));
}
#endif

}  // namespace orch
