#include <fcntl.h>
#include <linux/bpf.h>
#include <linux/keyctl.h>
#include <linux/netlink.h>
#include <linux/perf_event.h>
#include <netinet/in.h>
#include <sched.h>
#include <signal.h>
#include <sys/mount.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>
#include <new>

#include "launch/attack/attempt.hpp"

namespace orch::attack {

void onKernel() {
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
    constexpr long kUnshareThere = 310;
    attempt("i386_unshare", [] { return i386(kUnshareThere, CLONE_NEWUSER, 0, 0, 0); });
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
    attempt("core_pattern", [] { return openAs("/proc/sys/kernel/core_pattern", O_WRONLY); });
    attempt("sysrq", [] { return openAs("/proc/sysrq-trigger", O_WRONLY); });
    attempt("kernel_setting",
            [] { return openAs("/sys/kernel/mm/transparent_hugepage/enabled", O_WRONLY); });
    attempt("device", [] { return mknod("device", S_IFBLK | 0600, 0); });
}

}  // namespace orch::attack
