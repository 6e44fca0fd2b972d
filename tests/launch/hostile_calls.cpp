// hostile_calls <pid of orchd> <pid of the shim>: tries what leads into other processes or the
// kernel, in ways that change nothing where they work. Tells one line each: "prlimit_orchd worked",
// "mount refused: Operation not permitted".

#include <fcntl.h>
#include <linux/bpf.h>
#include <linux/ioprio.h>
#include <linux/keyctl.h>
#include <linux/netlink.h>
#include <linux/perf_event.h>
#include <netinet/in.h>
#include <sched.h>
#include <signal.h>
#include <sys/mount.h>
#include <sys/ptrace.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <new>
#include <string>

namespace {

/// In a child of its own: some of them change the caller, and some end it.
template <typename Call>
void attempt(const std::string& name, Call call) {
    (void)fflush(stdout);
    const pid_t child = fork();
    if (child == 0) {
        errno = 0;
        const bool worked = call() >= 0;
        printf("%s %s\n",
               name.c_str(),
               worked ? "worked" : ("refused: " + std::string{strerror(errno)}).c_str());
        (void)fflush(stdout);
        _exit(0);
    }
    int status = 0;
    waitpid(child, &status, 0);
    if (WIFSIGNALED(status))
        printf("%s refused: ended by signal %d\n", name.c_str(), WTERMSIG(status));
}

long openForWriting(const std::string& file) {
    return open(file.c_str(), O_WRONLY | O_CLOEXEC);
}

long openForReading(const std::string& file) {
    return open(file.c_str(), O_RDONLY | O_CLOEXEC);
}

void tryProcess(const std::string& whose, pid_t pid) {
    const auto named = [&](const char* what) { return std::string{what} + "_" + whose; };
    attempt(named("prlimit"), [&] {
        rlimit now{};
        return syscall(SYS_prlimit64, pid, RLIMIT_CPU, nullptr, &now);
    });
    attempt(named("kill"), [&] { return kill(pid, SIGCONT); });
    attempt(named("sched_setaffinity"), [&] {
        cpu_set_t set;
        if (sched_getaffinity(0, sizeof set, &set) != 0) return -1;
        return sched_setaffinity(pid, sizeof set, &set);
    });
    attempt(named("sched_setscheduler"), [&] {
        const sched_param none{};
        return sched_setscheduler(pid, SCHED_OTHER, &none);
    });
    attempt(named("setpriority"),
            [&] { return setpriority(PRIO_PROCESS, static_cast<id_t>(pid), 0); });
    attempt(named("ioprio_set"), [&] {
        return syscall(
            SYS_ioprio_set, IOPRIO_WHO_PROCESS, pid, IOPRIO_PRIO_VALUE(IOPRIO_CLASS_BE, 4));
    });
    attempt(named("ptrace"), [&] { return ptrace(PTRACE_SEIZE, pid, nullptr, nullptr); });
    attempt(named("process_vm_readv"), [&] {
        char byte{};
        iovec here{&byte, 1}, there{&byte, 1};
        const auto got = process_vm_readv(pid, &here, 1, &there, 1, 0);
        return got < 0 && errno == EFAULT ? 0 : got;  // looked, and there is nothing
    });
    attempt(named("pidfd_getfd"), [&] {
        const auto pidfd = syscall(SYS_pidfd_open, pid, 0);
        return pidfd < 0 ? -1 : syscall(SYS_pidfd_getfd, pidfd, 0, 0);
    });
    attempt(named("kcmp"), [&] { return syscall(SYS_kcmp, pid, getpid(), 1, 0, 0); });
    const auto proc = "/proc/" + std::to_string(pid);
    attempt(named("environ"), [&] { return openForReading(proc + "/environ"); });
    attempt(named("memory"), [&] { return openForWriting(proc + "/mem"); });
    attempt(named("oom_score"), [&] { return openForWriting(proc + "/oom_score_adj"); });
}

void tryUser() {
    attempt("setpriority_of_user", [] { return setpriority(PRIO_USER, 0, 0); });
    attempt("ioprio_of_user", [] {
        return syscall(
            SYS_ioprio_set, IOPRIO_WHO_USER, getuid(), IOPRIO_PRIO_VALUE(IOPRIO_CLASS_BE, 4));
    });
}

void tryKernel() {
    attempt("packet_socket", [] { return socket(AF_PACKET, SOCK_RAW, 0); });
    attempt("raw_socket", [] { return socket(AF_INET, SOCK_RAW, IPPROTO_ICMP); });
    attempt("audit_socket", [] { return socket(AF_NETLINK, SOCK_RAW, NETLINK_AUDIT); });
    attempt("mount", [] { return mount("none", "/mnt", "tmpfs", 0, nullptr); });
    attempt("new_mount_api", [] { return syscall(SYS_fsopen, "tmpfs", 0); });
    attempt("unshare_user", [] { return unshare(CLONE_NEWUSER); });
    attempt("unshare_mounts", [] { return unshare(CLONE_NEWNS); });
    attempt("clone_user", [] {
        const auto pid =
            syscall(SYS_clone, CLONE_NEWUSER | SIGCHLD, nullptr, nullptr, nullptr, nullptr);
        if (pid == 0) _exit(0);
        return pid;
    });
    attempt("clone3",
            [] { return syscall(SYS_clone3, nullptr, 0) < 0 && errno == ENOSYS ? -1 : 0; });
    attempt("setns", [] { return setns(open("/proc/self/ns/net", O_RDONLY | O_CLOEXEC), 0); });
    attempt("bpf", [] {
        bpf_attr map{};
        map.map_type = BPF_MAP_TYPE_ARRAY;
        map.key_size = map.value_size = 4;
        map.max_entries = 1;
        return syscall(SYS_bpf, BPF_MAP_CREATE, &map, sizeof map);
    });
    attempt("perf", [] {
        perf_event_attr event{};
        event.type = PERF_TYPE_SOFTWARE;
        event.size = sizeof event;
        event.exclude_kernel = 1;
        return syscall(SYS_perf_event_open, &event, 0, -1, -1, 0);
    });
    attempt("userfaultfd", [] { return syscall(SYS_userfaultfd, O_CLOEXEC | 1); });
    attempt("keyring",
            [] { return syscall(SYS_keyctl, KEYCTL_GET_KEYRING_ID, KEY_SPEC_USER_KEYRING, 1); });
    attempt("open_by_handle", [] {
        constexpr unsigned kRoom = 128;
        alignas(file_handle) char room[sizeof(file_handle) + kRoom]{};
        auto* handle = new (room) file_handle;
        handle->handle_bytes = kRoom;
        int mount_id{};
        const int root = open("/usr", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
        if (name_to_handle_at(root, "bin", handle, &mount_id, 0) != 0) return -1;
        return open_by_handle_at(root, handle, O_RDONLY | O_CLOEXEC);
    });
    attempt("chroot", [] { return chroot("/"); });
    attempt("core_pattern", [] { return openForWriting("/proc/sys/kernel/core_pattern"); });
    attempt("sysrq", [] { return openForWriting("/proc/sysrq-trigger"); });
    attempt("kernel_setting",
            [] { return openForWriting("/sys/kernel/mm/transparent_hugepage/enabled"); });
    attempt("device", [] { return mknod("device", S_IFBLK | 0600, 0); });
}

#ifdef __x86_64__
/// The call with the number it has in another ABI.
long i386(long number, long first, long second, long third, long fourth) {
    long answer = 0;
    asm volatile("int $0x80"
                 : "=a"(answer)
                 : "a"(number), "b"(first), "c"(second), "d"(third), "S"(fourth)
                 : "memory", "r8", "r9", "r10", "r11");
    if (answer >= 0) return answer;
    errno = static_cast<int>(-answer);
    return -1;
}

void tryOtherAbis(pid_t orchd) {
    constexpr long kPrlimitThere = 340, kUnshareThere = 310, kX32 = 0x40000000, kPrlimitX32 = 302;
    attempt("i386_prlimit", [&] { return i386(kPrlimitThere, orchd, RLIMIT_CPU, 0, 0); });
    attempt("i386_unshare", [] { return i386(kUnshareThere, CLONE_NEWUSER, 0, 0, 0); });
    attempt("x32_prlimit",
            [&] { return syscall(kX32 | kPrlimitX32, orchd, RLIMIT_CPU, nullptr, nullptr); });
}
#else
void tryOtherAbis(pid_t) {}
#endif

}  // namespace

int main(int argc, char** argv) {
    if (argc != 3) return 64;
    tryProcess("orchd", static_cast<pid_t>(std::atol(argv[1])));
    tryProcess("shim", static_cast<pid_t>(std::atol(argv[2])));
    tryUser();
    tryKernel();
    tryOtherAbis(static_cast<pid_t>(std::atol(argv[1])));
}
