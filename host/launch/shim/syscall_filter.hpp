#pragma once

#include <linux/filter.h>

#include <vector>

namespace orch {

/// The system calls that no confined program may use (seccomp): those that lead into other
/// processes or into the kernel, and that neither Landlock nor the file system forbids. Holds for
/// every way into the kernel the machine has: 32-bit programs get the same answers, x32 none.
class SyscallFilter {
public:
    struct Given {
        bool own_processes = false;  ///< no process outside has a number that could be named
        bool landlock = false;       ///< the kernel refuses to trace and read processes outside
    };
    /// No filter.
    SyscallFilter() = default;
    /// Throws LaunchError when it cannot be made.
    explicit SyscallFilter(const Given& given);

    /// Puts it on the calling process for good, and on what it starts. Async-signal-safe; needs
    /// PR_SET_NO_NEW_PRIVS. False with errno.
    [[nodiscard]] bool enter() const;

private:
    std::vector<sock_filter> program_;
};

}  // namespace orch
