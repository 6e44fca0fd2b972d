#include "base/process_namespace.hpp"

#include <fcntl.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <system_error>

namespace orch {

namespace {

/// What init tells once it is ready.
constexpr char kOwnProc = 'p';
constexpr char kProcOfAll = 'a';
/// From us, once nothing but what is left over may keep it.
constexpr int kEndWhenAlone = SIGUSR1;

/// Root needs no user namespace, and in one of its own it could not give files away.
bool needsUserNamespace() {
    return geteuid() != 0;
}

long cloneLikeFork(std::uint64_t flags, int& pidfd) {
    // Signal number and flags share the argument; no stack: it goes on with a copy of ours.
    return syscall(SYS_clone, flags | CLONE_PIDFD | SIGCHLD, nullptr, &pidfd, nullptr, nullptr);
}

// ---- init: a copy of us, maybe of one thread among many. Only async-signal-safe calls.

bool writeAll(const char* file, const char* text) {
    const int fd = open(file, O_WRONLY | O_CLOEXEC);
    if (fd < 0) return false;
    const auto size = static_cast<ssize_t>(strlen(text));
    const bool whole = write(fd, text, strlen(text)) == size;
    close(fd);
    return whole;
}

/// The text of an identity map: what user_namespaces(7) lets everybody write.
using MapText = std::array<char, 64>;

struct Maps {
    MapText users{}, groups{};
    Maps() {
        (void)snprintf(users.data(), users.size(), "%u %u 1", geteuid(), geteuid());
        (void)snprintf(groups.data(), groups.size(), "%u %u 1", getegid(), getegid());
    }
    /// The files belong to root while the process is not dumpable.
    [[nodiscard]] bool write() const {
        const int before = prctl(PR_GET_DUMPABLE, 0, 0, 0, 0);
        if (prctl(PR_SET_DUMPABLE, 1, 0, 0, 0) != 0) return false;
        const bool written = writeAll("/proc/self/setgroups", "deny") &&
                             writeAll("/proc/self/uid_map", users.data()) &&
                             writeAll("/proc/self/gid_map", groups.data());
        return prctl(PR_SET_DUMPABLE, before, 0, 0, 0) == 0 && written;
    }
};

/// What is mounted later on the machine still comes in, and nothing goes out.
bool mountOwnProc() {
    return unshare(CLONE_NEWNS) == 0 &&
           mount(nullptr, "/", nullptr, MS_REC | MS_SLAVE, nullptr) == 0 &&
           mount("proc", "/proc", "proc", MS_NOSUID | MS_NODEV | MS_NOEXEC, nullptr) == 0;
}

void closeAll() {
    constexpr unsigned kLast = ~0U;
    if (syscall(SYS_close_range, 0U, kLast, 0U) == 0) return;
    constexpr int kMany = 1024;  // Linux before 5.9
    for (int fd = 0; fd < kMany; ++fd) close(fd);
}

/// Only its parent can tell it to end: a process of the table has a number there.
[[noreturn]] void reapForEver(const sigset_t& awaited) {
    bool may_end = false;
    for (;;) {
        pid_t reaped = 0;
        do reaped = waitpid(-1, nullptr, WNOHANG);
        while (reaped > 0);
        if (reaped < 0 && may_end) _exit(0);
        siginfo_t heard{};
        if (sigwaitinfo(&awaited, &heard) == kEndWhenAlone && heard.si_pid == 0) may_end = true;
    }
}

/// The namespaces of init, as descriptors: from outside nobody gets at them, as it is not dumpable.
enum : std::size_t { kMounts, kProcesses, kUsers, kNamespaces };
using Namespaces = std::array<int, kNamespaces>;

/// A message with the three descriptors, to be sent or filled.
class Ready {
public:
    Ready() {
        message_.msg_iov = &part_;
        message_.msg_iovlen = 1;
        message_.msg_control = control_.data();
        message_.msg_controllen = control_.size();
    }
    Ready(const Ready&) = delete;
    Ready& operator=(const Ready&) = delete;
    ~Ready() = default;

    bool send(int socket, char told, const Namespaces& fds) {
        told_ = told;
        auto* header = CMSG_FIRSTHDR(&message_);
        header->cmsg_level = SOL_SOCKET;
        header->cmsg_type = SCM_RIGHTS;
        header->cmsg_len = CMSG_LEN(sizeof fds);
        memcpy(CMSG_DATA(header), fds.data(), sizeof fds);
        return sendmsg(socket, &message_, MSG_NOSIGNAL) == 1;
    }
    /// Nothing when the other end is gone.
    std::optional<Namespaces> receive(int socket, char& told) {
        auto got = recvmsg(socket, &message_, MSG_CMSG_CLOEXEC);
        while (got < 0 && errno == EINTR) got = recvmsg(socket, &message_, MSG_CMSG_CLOEXEC);
        const auto* header = CMSG_FIRSTHDR(&message_);
        Namespaces fds{};
        if (got != 1 || header == nullptr || header->cmsg_len != CMSG_LEN(sizeof fds)) return {};
        memcpy(fds.data(), CMSG_DATA(header), sizeof fds);
        told = told_;
        return fds;
    }

private:
    char told_ = 0;
    iovec part_{&told_, 1};
    alignas(cmsghdr) std::array<char, CMSG_SPACE(sizeof(Namespaces))> control_{};
    msghdr message_{};
};

int openOwn(const char* file) {
    return open(file, O_RDONLY | O_CLOEXEC);
}

[[noreturn]] void beInit(const UniqueFd& ready, const Maps* maps) {
    sigset_t all;
    sigfillset(&all);
    sigprocmask(SIG_SETMASK, &all, nullptr);
    sigset_t awaited;
    sigemptyset(&awaited);
    sigaddset(&awaited, SIGCHLD);
    sigaddset(&awaited, kEndWhenAlone);
    if (maps != nullptr && !maps->write()) _exit(1);
    if (prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0) != 0) _exit(1);
    prctl(PR_SET_NAME, kInitName, 0, 0, 0);
    // Through the /proc that was there: the other one may be closed to us.
    Namespaces fds{-1, openOwn("/proc/self/ns/pid"), openOwn("/proc/self/ns/user")};
    const char told = mountOwnProc() ? kOwnProc : kProcOfAll;
    fds[kMounts] = openOwn("/proc/self/ns/mnt");
    // A parent that was gone before the line with PDEATHSIG hears nothing any more.
    if (!Ready{}.send(ready.get(), told, fds)) _exit(1);
    (void)!chdir("/");
    closeAll();
    reapForEver(awaited);
}

// ----

std::string whyRefused(int error) {
    if (error == EPERM || error == EACCES) return "not permitted";
    if (error == ENOSPC || error == EUSERS) return "as many as allowed exist already";
    if (error == EINVAL || error == ENOSYS) return "the kernel has none";
    return std::generic_category().message(error);
}

}  // namespace

ProcessNamespace::ProcessNamespace() : ProcessNamespace(Purpose::kUse) {}

ProcessNamespace::ProcessNamespace(Purpose purpose) : with_user_(needsUserNamespace()) {
    std::array<int, 2> ends{-1, -1};
    const bool paired = socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends.data()) == 0;
    ready_ = UniqueFd{ends[0]};
    const UniqueFd write_end{ends[1]};
    const Maps maps;
    const auto flags = static_cast<std::uint64_t>(CLONE_NEWPID | (with_user_ ? CLONE_NEWUSER : 0));
    int pidfd = -1;
    const auto pid = paired ? cloneLikeFork(flags, pidfd) : -1;
    if (pid == 0) {
        close(ends[0]);
        // A probe's namespace holds nobody: who is who there does not matter.
        beInit(write_end, with_user_ && purpose == Purpose::kUse ? &maps : nullptr);
    }
    if (pid < 0) {
        why_not_ = whyRefused(errno);
    } else {
        init_ = static_cast<pid_t>(pid);
        pidfd_ = UniqueFd{pidfd};
    }
}

void ProcessNamespace::refuse(const std::string& reason) {
    end();
    why_not_ = reason;
}

bool ProcessNamespace::awaitInit() {
    if (init_ < 0) return false;
    char told{};
    const auto fds = Ready{}.receive(ready_.get(), told);
    ready_.reset();
    if (!fds) {
        refuse("its first process could not be set up");
        return false;
    }
    mounts_ = UniqueFd{fds->at(kMounts)};
    processes_ = UniqueFd{fds->at(kProcesses)};
    users_ = UniqueFd{fds->at(kUsers)};
    own_proc_ = told == kOwnProc;
    return true;
}

bool ProcessNamespace::enter() {
    if (!awaitInit()) return false;
    if ((!with_user_ || setns(users_.get(), CLONE_NEWUSER) == 0) &&
        setns(processes_.get(), CLONE_NEWPID) == 0) {
        return true;
    }
    refuse(whyRefused(errno));
    return false;
}

/// Whoever shares its current folder with another thread (a sanitizer's) may not change mounts.
bool ProcessNamespace::enterMounts() const {
    return !own_proc_ || (unshare(CLONE_FS) == 0 && setns(mounts_.get(), CLONE_NEWNS) == 0);
}

void ProcessNamespace::letEnd() const {
    if (init_ < 0) return;
    syscall(SYS_pidfd_send_signal, pidfd_.get(), kEndWhenAlone, nullptr, 0);
    constexpr int kMoment = 10;  // longer only when something is left, and then nobody hurries
    pollfd ended{pidfd_.get(), POLLIN, 0};
    (void)poll(&ended, 1, kMoment);
}

void ProcessNamespace::end() {
    if (init_ < 0) return;
    syscall(SYS_pidfd_send_signal, pidfd_.get(), SIGKILL, nullptr, 0);
    while (waitpid(init_, nullptr, 0) < 0 && errno == EINTR) {
    }
    init_ = -1;
    own_proc_ = false;
}

ProcessNamespace::Support ProcessNamespace::probe() {
    ProcessNamespace tried(Purpose::kProbe);
    Support support;
    support.processes = tried.awaitInit();
    support.proc = tried.own_proc_;
    support.why_not = tried.why_not_;
    tried.end();
    return support;
}

}  // namespace orch
