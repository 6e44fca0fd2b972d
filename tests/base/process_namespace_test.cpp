#include "base/process_namespace.hpp"

#include <gtest/gtest.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/process.hpp"
#include "support/eventually.hpp"

namespace orch {

namespace {

int codeOf(pid_t pid) {
    int status = 0;
    waitpid(pid, &status, 0);
    return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

/// In a process of its own, as there is no way back.
template <typename What>
int inAChild(What what) {
    const auto pid = fork();
    if (pid == 0) _exit(what());
    return codeOf(pid);
}

}  // namespace

struct ProcessNamespaceTest : ::testing::Test {
    void SetUp() override {
        if (!support.processes) GTEST_SKIP() << support.why_not;
    }
    const ProcessNamespace::Support support = ProcessNamespace::probe();
};

TEST(ProcessNamespaceProbeTest, SaysWhyWhereThereIsNone) {
    const auto support = ProcessNamespace::probe();
    EXPECT_NE(support.processes, !support.why_not.empty()) << support.why_not;
    EXPECT_LE(support.proc, support.processes);
}

TEST_F(ProcessNamespaceTest, ChildSeesItselfAloneAndIsNotTheFirst) {
    if (!support.proc) GTEST_SKIP() << "/proc cannot be mounted here";
    EXPECT_EQ(inAChild([] {
                  ProcessNamespace table;
                  if (!table.enter()) return 2;
                  const auto child = fork();
                  if (child == 0) {
                      if (!table.enterMounts()) _exit(3);
                      _exit(getpid() == 2 && access("/proc/2/stat", F_OK) == 0 &&
                                    access("/proc/3", F_OK) != 0
                                ? 0
                                : 1);
                  }
                  return codeOf(child);
              }),
              0);
}

TEST_F(ProcessNamespaceTest, EndsOnceNothingIsLeftAndNotBefore) {
    EXPECT_EQ(inAChild([] {
                  ProcessNamespace table;
                  if (!table.enter()) return 2;
                  int held[2];
                  if (pipe(held) != 0) return 3;
                  const auto child = fork();
                  if (child == 0) {
                      if (fork() == 0) {  // left to init
                          close(held[1]);
                          char nothing{};
                          (void)!read(held[0], &nothing, 1);
                      }
                      _exit(0);
                  }
                  close(held[0]);
                  if (codeOf(child) != 0) return 4;
                  table.letEnd();
                  if (waitpid(-1, nullptr, WNOHANG) != 0) return 5;
                  close(held[1]);
                  return wait(nullptr) > 0 && wait(nullptr) < 0 ? 0 : 1;
              }),
              0);
}

TEST_F(ProcessNamespaceTest, EverythingEndsWithUsHoweverItWasStarted) {
    int told[2];
    ASSERT_EQ(pipe(told), 0);
    const auto maker = fork();
    if (maker == 0) {
        ProcessNamespace table;
        if (!table.enter()) _exit(2);
        if (fork() == 0) {
            setsid();
            if (fork() == 0) {
                setsid();
                for (int fd = 0; fd < 64; ++fd) {
                    if (fd != told[1]) close(fd);  // it alone holds the pipe
                }
                (void)!write(told[1], "b", 1);
                for (;;) pause();
            }
            _exit(0);
        }
        close(told[1]);
        for (;;) pause();
    }
    close(told[1]);
    char begun{};
    ASSERT_EQ(read(told[0], &begun, 1), 1);
    kill(maker, SIGKILL);
    EXPECT_EQ(codeOf(maker), 128 + SIGKILL);
    EXPECT_EQ(read(told[0], &begun, 1), 0);  // its last end is closed: it is gone
    close(told[0]);
}

}  // namespace orch
