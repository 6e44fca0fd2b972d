#pragma once

#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdio>
#include <exception>
#include <stdexcept>
#include <utility>

namespace orch::testing {

/// A forked child that runs `body` and exits with what it returns, or with kThrew; killed and
/// reaped at the latest by the destructor. Fork only while the test has one thread.
class Child {
public:
    static constexpr int kThrew = 99;

    template <typename Body>
    explicit Child(Body body) : pid_(fork()) {
        if (pid_ < 0) throw std::runtime_error("cannot fork");
        if (pid_ == 0) _exit(run(body));
    }
    Child(const Child&) = delete;
    Child& operator=(const Child&) = delete;
    ~Child() {
        if (pid_ <= 0) return;
        kill(pid_, SIGKILL);
        waitpid(pid_, nullptr, 0);
    }

    [[nodiscard]] pid_t pid() const { return pid_; }
    /// Waits for WSTOPPED or WEXITED and leaves the child as it is: after WEXITED a zombie.
    void awaitState(int options) const {
        siginfo_t info{};
        waitid(P_PID, static_cast<id_t>(pid_), &info, options | WNOWAIT);
    }
    /// Waits for its end and reaps it.
    [[nodiscard]] int exitCode() {
        int status = 0;
        waitpid(std::exchange(pid_, 0), &status, 0);
        return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
    }

private:
    /// An exception must not carry the child back into the test.
    template <typename Body>
    static int run(Body& body) {
        try {
            return body();
        } catch (const std::exception& error) {
            std::fprintf(stderr, "child: %s\n", error.what());
            return kThrew;
        }
    }
    pid_t pid_;
};

/// What a child does that waits for its end by SIGKILL.
inline int waitForKill() {
    while (true) pause();
}

}  // namespace orch::testing
