#include "base/own_limits.hpp"

#include <gtest/gtest.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>

namespace orch {

namespace {

/// Runs it in a process of its own, as limits cannot be raised again; answers its exit code, or
/// 128 + signal.
template <typename What>
int inAChild(What what) {
    const auto pid = fork();
    if (pid == 0) _exit(what());
    int status = 0;
    waitpid(pid, &status, 0);
    return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

/// An ordinary user may not raise what root has lowered.
bool becomeNobody() {
    return getuid() != 0 || setresuid(65534, 65534, 65534) == 0;
}

}  // namespace

TEST(OwnLimitsTest, SoftLimitIsRaisedAndNothingIsLeftToSay) {
    EXPECT_EQ(inAChild([] {
                  const rlimit soft{60, RLIM_INFINITY};
                  if (setrlimit(RLIMIT_CPU, &soft) != 0 || !becomeNobody()) return 2;
                  const auto left = liftOwnLimits();
                  rlimit now{};
                  getrlimit(RLIMIT_CPU, &now);
                  return left.fatal.empty() && now.rlim_cur == RLIM_INFINITY ? 0 : 1;
              }),
              0);
}

TEST(OwnLimitsTest, LimitOfCpuTimeThatStaysIsFatalAndNamed) {
    EXPECT_EQ(inAChild([] {
                  const rlimit hard{60, 600};
                  if (setrlimit(RLIMIT_CPU, &hard) != 0 || !becomeNobody()) return 2;
                  const auto left = liftOwnLimits();
                  if (left.fatal.size() != 1) return 3;
                  return left.fatal[0].find("600 seconds of CPU time") != std::string::npos ? 0 : 1;
              }),
              0);
}

TEST(OwnLimitsTest, WriteBeyondTheLimitOfFilesIsAnError) {
    EXPECT_EQ(inAChild([] {
                  const rlimit none{0, 0};
                  if (setrlimit(RLIMIT_FSIZE, &none) != 0 || !becomeNobody()) return 2;
                  const auto left = liftOwnLimits();
                  if (left.narrow.size() != 1) return 3;
                  FILE* file = tmpfile();
                  return write(fileno(file), "x", 1) < 0 && errno == EFBIG ? 0 : 1;
              }),
              0);
}

}  // namespace orch
