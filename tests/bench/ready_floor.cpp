// ready_floor DATABASE: the least that a daemon with a database and an HTTP port has to do, the
// floor of orchd: opens (making it) an SQLite database as orchd does, listens on a free port of
// 127.0.0.1, prints "at http://127.0.0.1:PORT" and answers every connection with 200.

#include <netinet/in.h>
#include <sqlite3.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cstdio>
#include <string_view>

namespace {

constexpr auto kSchema =
    "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL;"
    "CREATE TABLE IF NOT EXISTS jobs(id INTEGER PRIMARY KEY, status TEXT)";

bool openDatabase(const char* file, sqlite3*& db) {
    return sqlite3_open(file, &db) == SQLITE_OK &&
           sqlite3_exec(db, kSchema, nullptr, nullptr, nullptr) == SQLITE_OK;
}

int listenAnywhere(sockaddr_in& address) {
    const int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    auto* generic = reinterpret_cast<sockaddr*>(&address);
    const bool listens =
        bind(fd, generic, size) == 0 && listen(fd, 64) == 0 && getsockname(fd, generic, &size) == 0;
    return listens ? fd : -1;
}

void answer(int client) {
    constexpr std::string_view kReply =
        "HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: close\r\n\r\n";
    std::array<char, 4096> request{};
    if (read(client, request.data(), request.size()) > 0) {
        (void)!write(client, kReply.data(), kReply.size());
    }
    close(client);
}

}  // namespace

int main(int argc, char** argv) {
    sqlite3* db = nullptr;
    if (argc != 2 || !openDatabase(argv[1], db)) return 1;
    sockaddr_in address{};
    const int fd = listenAnywhere(address);
    if (fd < 0) return 1;
    std::printf("at http://127.0.0.1:%d\n", ntohs(address.sin_port));
    std::fflush(stdout);
    while (true) answer(accept(fd, nullptr, nullptr));
}
