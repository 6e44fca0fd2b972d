// bare_shim FOLDER COMMAND...: the least that a shim has to do, the floor of orch-shim: a session
// of its own, the command, its end in a file that is whole and on the disk. Linked statically.

#include <fcntl.h>
#include <spawn.h>
#include <stdio.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>

namespace {

constexpr int kFailed = 126;
using Text = std::array<char, 512>;

bool writeExit(const char* folder, int status) {
    Text aside{};
    Text file{};
    Text text{};
    snprintf(aside.data(), aside.size(), "%s/.%d.tmp", folder, getpid());
    snprintf(file.data(), file.size(), "%s/%d.exit", folder, getpid());
    const auto size = static_cast<size_t>(snprintf(text.data(), text.size(), "%d\n", status));
    const int fd = open(aside.data(), O_CREAT | O_WRONLY | O_TRUNC | O_CLOEXEC, 0600);
    if (fd < 0 || write(fd, text.data(), size) < 0 || fsync(fd) != 0) return false;
    close(fd);
    return rename(aside.data(), file.data()) == 0;
}

}  // namespace

int main(int argc, char** argv) {
    if (argc < 3) return 64;
    setsid();
    prctl(PR_SET_CHILD_SUBREAPER, 1);
    pid_t agent{};
    if (posix_spawn(&agent, argv[2], nullptr, nullptr, argv + 2, environ) != 0) return kFailed;
    int status{};
    if (waitpid(agent, &status, 0) != agent) return kFailed;
    return writeExit(argv[1], status) ? 0 : kFailed;
}
