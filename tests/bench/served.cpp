#include "bench/served.hpp"

#include <fcntl.h>
#include <netinet/in.h>
#include <signal.h>
#include <spawn.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <filesystem>
#include <stdexcept>

#include "bench/measure.hpp"

namespace orch::bench {
namespace {

pid_t spawnInto(const UniqueFd& output, std::vector<std::string> command) {
    std::vector<char*> argv;
    for (auto& word : command) argv.push_back(word.data());
    argv.push_back(nullptr);
    posix_spawn_file_actions_t actions;
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_adddup2(&actions, output.get(), STDOUT_FILENO);
    pid_t pid{};
    const int error = posix_spawn(&pid, argv[0], &actions, nullptr, argv.data(), environ);
    posix_spawn_file_actions_destroy(&actions);
    if (error != 0) throw std::runtime_error("cannot start " + command.front());
    return pid;
}

/// Reads what the program prints until it says where it listens.
std::uint16_t awaitPort(const UniqueFd& output) {
    const std::string mark = "at http://127.0.0.1:";
    std::string said;
    std::array<char, 512> chunk{};
    while (true) {
        const auto at = said.find(mark);
        const auto end = said.find('\n', at == std::string::npos ? said.size() : at);
        if (end != std::string::npos) {
            return static_cast<std::uint16_t>(std::stoi(said.substr(at + mark.size())));
        }
        const auto got = read(output.get(), chunk.data(), chunk.size());
        if (got <= 0) throw std::runtime_error("it ended without listening: " + said);
        said.append(chunk.data(), static_cast<std::size_t>(got));
    }
}

bool isReady(std::uint16_t port) {
    const auto answer = answerTo("GET /readyz HTTP/1.1\r\nHost: 127.0.0.1:" + std::to_string(port) +
                                     "\r\nConnection: close\r\n\r\n",
                                 port);
    return answer.starts_with("HTTP/1.1 200");
}

/// The number behind `key` in a status file of /proc.
std::int64_t statusValue(const std::filesystem::path& file, const std::string& key) {
    const auto text = readFile(file).value_or("");
    const auto at = text.find("\n" + key + ":\t");
    if (at == std::string::npos) throw std::runtime_error(file.string() + " has no " + key);
    return std::stoll(text.substr(at + key.size() + 3));
}

}  // namespace

std::string answerTo(const std::string& request, std::uint16_t port) {
    const UniqueFd fd{socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)};
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (connect(fd.get(), reinterpret_cast<sockaddr*>(&address), sizeof address) != 0) return {};
    if (write(fd.get(), request.data(), request.size()) < 0) return {};
    constexpr std::size_t kMost = 64U << 10U;
    std::string answer;
    std::array<char, 4096> bytes{};
    ssize_t got = 0;
    while (answer.size() < kMost && (got = read(fd.get(), bytes.data(), bytes.size())) > 0) {
        answer.append(bytes.data(), static_cast<std::size_t>(got));
    }
    return answer;
}

Served::Served(const std::vector<std::string>& command) {
    std::array<int, 2> ends{};
    if (pipe2(ends.data(), O_CLOEXEC) != 0) throw std::runtime_error("pipe");
    output_ = UniqueFd{ends[0]};
    UniqueFd theirs{ends[1]};
    const auto start = Steady::now();
    pid_ = spawnInto(theirs, command);
    theirs.reset();
    port_ = awaitPort(output_);
    while (!isReady(port_)) {
        if (secondsSince(start) > 60) throw std::runtime_error("it does not become ready");
    }
    ready_after_ms_ = secondsSince(start) * 1e3;
    cpu_until_ready_ms_ = cpuMs();
}

/// Of the threads that live; the first number of schedstat is nanoseconds.
double Served::cpuMs() const {
    double sum = 0;
    const auto tasks = "/proc/" + std::to_string(pid_) + "/task";
    for (const auto& task : std::filesystem::directory_iterator(tasks)) {
        sum += std::stod(readFile(task.path() / "schedstat").value_or("0"));
    }
    return sum / 1e6;
}

Served::~Served() {
    kill(pid_, SIGTERM);
    waitpid(pid_, nullptr, 0);
}

double Served::rssMb() const {
    const auto file = "/proc/" + std::to_string(pid_) + "/status";
    return static_cast<double>(statusValue(file, "VmRSS")) / 1024;
}

std::int64_t Served::sleeps() const {
    std::int64_t sum = 0;
    const auto tasks = "/proc/" + std::to_string(pid_) + "/task";
    for (const auto& task : std::filesystem::directory_iterator(tasks)) {
        sum += statusValue(task.path() / "status", "voluntary_ctxt_switches");
    }
    return sum;
}

}  // namespace orch::bench
