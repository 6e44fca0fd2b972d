#include "launch/spawn_shim.hpp"

#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdlib>
#include <cstring>

#include "base/error.hpp"

namespace orch {

namespace {

constexpr int kLockFd = 3;
constexpr int kNoticeFd = 4;
constexpr int kFirstOther = 5;

[[noreturn]] void fail(const std::string& tried, int error) {
    throw LaunchError(tried + ": " + strerror(error));
}

void check(int error) {
    if (error != 0) fail("cannot prepare the start of a shim", error);
}

/// Above the numbers they get in the child: else one dup2 there could overwrite the other's source.
UniqueFd outOfTheWay(const UniqueFd& fd) {
    UniqueFd copy{fcntl(fd.get(), F_DUPFD_CLOEXEC, 10)};
    if (!copy) fail("cannot hand a descriptor to a shim", errno);
    return copy;
}

class FileActions {
public:
    FileActions() { check(posix_spawn_file_actions_init(&actions_)); }
    FileActions(const FileActions&) = delete;
    FileActions& operator=(const FileActions&) = delete;
    ~FileActions() { posix_spawn_file_actions_destroy(&actions_); }

    void open(int fd, const std::string& file, int flags) {
        check(posix_spawn_file_actions_addopen(&actions_, fd, file.c_str(), flags, 0600));
    }
    void hand(const UniqueFd& fd, int as) {
        check(posix_spawn_file_actions_adddup2(&actions_, fd.get(), as));
    }
    void closeFrom(int fd) { check(posix_spawn_file_actions_addclosefrom_np(&actions_, fd)); }
    [[nodiscard]] const posix_spawn_file_actions_t* get() const { return &actions_; }

private:
    posix_spawn_file_actions_t actions_{};
};

class Attributes {
public:
    Attributes() {
        check(posix_spawnattr_init(&attributes_));
        sigset_t all;
        sigset_t blocked;
        sigfillset(&all);
        sigemptyset(&blocked);
        sigaddset(&blocked, SIGTERM);
        check(posix_spawnattr_setsigdefault(&attributes_, &all));
        check(posix_spawnattr_setsigmask(&attributes_, &blocked));
        constexpr int kFlags = POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSID;
        check(posix_spawnattr_setflags(&attributes_, kFlags));
    }
    Attributes(const Attributes&) = delete;
    Attributes& operator=(const Attributes&) = delete;
    ~Attributes() { posix_spawnattr_destroy(&attributes_); }
    [[nodiscard]] const posix_spawnattr_t* get() const { return &attributes_; }

private:
    posix_spawnattr_t attributes_{};
};

}  // namespace

SpawnedShim spawnShim(const std::filesystem::path& program,
                      const AttemptFolder& folder,
                      const UniqueFd& lock) {
    std::array<int, 2> ends{};
    if (pipe2(ends.data(), O_CLOEXEC) != 0) fail("cannot make a pipe for a shim", errno);
    SpawnedShim shim{0, UniqueFd{ends[0]}};
    const UniqueFd notice{ends[1]};
    fcntl(ends[0], F_SETFL, O_NONBLOCK);
    const auto lock_copy = outOfTheWay(lock);
    const auto notice_copy = outOfTheWay(notice);
    FileActions actions;
    actions.open(0, "/dev/null", O_RDONLY);
    actions.open(1, "/dev/null", O_WRONLY);
    actions.open(2, folder.output().string(), O_WRONLY | O_CREAT | O_APPEND);
    actions.hand(lock_copy, kLockFd);
    actions.hand(notice_copy, kNoticeFd);
    actions.closeFrom(kFirstOther);
    std::string name = program.string();
    std::string argument = folder.path.string();
    std::array<char*, 3> argv{name.data(), argument.data(), nullptr};
    // The agent's environment is in spec.json; the shim itself needs none.
    std::array<char*, 1> environment{nullptr};
    const int error = posix_spawn(&shim.pid,
                                  name.c_str(),
                                  actions.get(),
                                  Attributes{}.get(),
                                  argv.data(),
                                  environment.data());
    if (error != 0) fail("cannot start the shim " + name, error);
    return shim;
}

UniqueFd openPidfd(pid_t pid) {
    return UniqueFd{static_cast<int>(syscall(SYS_pidfd_open, pid, 0))};  // close-on-exec by nature
}

bool signalPidfd(const UniqueFd& pidfd, int signal) {
    return syscall(SYS_pidfd_send_signal, pidfd.get(), signal, nullptr, 0) == 0;
}

}  // namespace orch
