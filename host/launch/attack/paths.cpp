#include <arpa/inet.h>
#include <netinet/in.h>
#include <signal.h>
#include <sys/file.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <sys/un.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <map>

#include "launch/attack/attempt.hpp"

namespace orch::attack {

namespace {

long readPath(const std::string& path) {
    const auto file = openAs(path, O_RDONLY);
    struct stat of {};
    // A folder can be opened and not be listed.
    if (file < 0 || fstat(static_cast<int>(file), &of) != 0 || !S_ISDIR(of.st_mode)) return file;
    return openAs(path + "/.", O_RDONLY | O_DIRECTORY);
}

/// Others then wait to open it.
long lease(const std::string& path) {
    const auto file = openAs(path, O_RDONLY);
    return file < 0 ? -1 : fcntl(static_cast<int>(file), F_SETLEASE, F_WRLCK);
}

long createIn(const std::string& folder) {
    const auto name = folder + "/.orch-attack-" + std::to_string(getpid());
    const auto made = openAs(name, O_WRONLY | O_CREAT | O_EXCL);
    if (made >= 0) unlink(name.c_str());
    return made;
}

/// The mode it has already.
long setMode(const std::string& path) {
    struct stat of {};
    constexpr mode_t kModes = 07777;
    return stat(path.c_str(), &of) != 0 ? -1 : chmod(path.c_str(), of.st_mode & kModes);
}

long connectTo(const std::string& path) {
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    if (path.size() >= sizeof address.sun_path) return errno = ENAMETOOLONG, -1;
    std::memcpy(address.sun_path, path.data(), path.size());
    const int own = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    return connect(own, reinterpret_cast<const sockaddr*>(&address), sizeof address);
}

int connectTo(const std::string& host, int port) {
    sockaddr_in four{};
    sockaddr_in6 six{};
    four.sin_family = AF_INET;
    six.sin6_family = AF_INET6;
    four.sin_port = six.sin6_port = htons(static_cast<std::uint16_t>(port));
    const bool is_six = inet_pton(AF_INET6, host.c_str(), &six.sin6_addr) == 1;
    if (!is_six && inet_pton(AF_INET, host.c_str(), &four.sin_addr) != 1) return -1;
    const int own = socket(is_six ? AF_INET6 : AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    constexpr timeval kPatience{5, 0};
    setsockopt(own, SOL_SOCKET, SO_RCVTIMEO, &kPatience, sizeof kPatience);
    const auto* address =
        is_six ? reinterpret_cast<const sockaddr*>(&six) : reinterpret_cast<const sockaddr*>(&four);
    return connect(own, address, is_six ? sizeof six : sizeof four) == 0 ? own : -1;
}

/// Without a token. It works unless the answer is 401, 403, or none.
long request(const std::string& place, const std::string& line) {
    const auto space = place.find(' ');
    const int own = connectTo(place.substr(0, space), std::atoi(place.substr(space + 1).c_str()));
    const auto text = line + " HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n" +
                      (line.starts_with("GET") ? "\r\n"
                                               : "Content-Type: application/json\r\n"
                                                 "Content-Length: 2\r\n\r\n{}");
    if (own < 0 || send(own, text.data(), text.size(), MSG_NOSIGNAL) < 0) return -1;
    char answer[16]{};
    const auto got = recv(own, answer, sizeof answer - 1, MSG_WAITALL);
    const std::string status{answer + (got < 12 ? 0 : 9), got < 12 ? 0U : 3U};
    if (!status.empty() && status != "401" && status != "403") return 0;
    errno = status.empty() ? EIO : EACCES;
    return -1;
}

/// A child of a child in a session of its own, that holds a lock as long as it lives: whoever
/// started us finds out. Works when it could be begun.
long outlive(const std::string& lock) {
    int ready[2]{};
    if (pipe2(ready, O_CLOEXEC) != 0) return -1;
    const pid_t child = fork();
    if (child != 0) {
        char byte{};
        close(ready[1]);
        return child < 0 || read(ready[0], &byte, 1) != 1 ? -1 : 0;
    }
    setsid();
    if (fork() != 0) _exit(0);
    constexpr unsigned kSeconds = 60;  // so that it does not stay where nothing ends it
    alarm(kSeconds);
    for (const int standard : {0, 1, 2}) close(standard);
    const int file = open(lock.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    if (file < 0 || flock(file, LOCK_EX) != 0 || write(ready[1], "x", 1) != 1) _exit(1);
    for (;;) pause();
}

}  // namespace

bool onPath(const std::string& verb, const std::string& name, const std::string& target) {
    const std::map<std::string, Call> calls{
        {"read", [&] { return readPath(target); }},
        {"write", [&] { return openAs(target, O_WRONLY); }},
        {"create", [&] { return createIn(target); }},
        {"lease", [&] { return lease(target); }},
        {"mode", [&] { return setMode(target); }},
        {"connect", [&] { return connectTo(target); }},
        {"ask", [&] { return request(target, "GET /api/v1/tasks"); }},
        {"order", [&] { return request(target, "POST /api/v1/tasks"); }},
        {"outlive", [&] { return outlive(target); }},
    };
    const auto call = calls.find(verb);
    if (call == calls.end()) return false;
    attempt(name, call->second);
    return true;
}

}  // namespace orch::attack
