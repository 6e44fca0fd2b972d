// ptrace_attempt <pid>: exit code 0 when the process could be traced or its memory be opened.

#include <fcntl.h>
#include <sys/ptrace.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdlib>
#include <string>

int main(int argc, char** argv) {
    if (argc != 2) return 2;
    const auto pid = static_cast<pid_t>(std::atol(argv[1]));
    if (open(("/proc/" + std::string(argv[1]) + "/mem").c_str(), O_RDONLY | O_CLOEXEC) >= 0) {
        return 0;
    }
    if (ptrace(PTRACE_SEIZE, pid, nullptr, nullptr) != 0) return 1;
    ptrace(PTRACE_DETACH, pid, nullptr, nullptr);
    return 0;
}
