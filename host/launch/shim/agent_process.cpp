#include "launch/shim/agent_process.hpp"

#include <fcntl.h>
#include <signal.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <string_view>

#include "base/error.hpp"
#include "launch/shim/confined_start.hpp"

namespace orch {

namespace {

/// What the child reports when it cannot become the agent.
struct Failure {
    enum class Step : int { kSetUp, kConfine, kEnterFolder, kExec } step;
    int error;
};

struct Pipe {
    UniqueFd read, write;
};

Pipe makePipe() {
    std::array<int, 2> ends{};
    if (pipe2(ends.data(), O_CLOEXEC) != 0) {
        throw LaunchError(std::string{"cannot make a pipe for the agent: "} + strerror(errno));
    }
    return {UniqueFd{ends[0]}, UniqueFd{ends[1]}};
}

std::vector<char*> pointersTo(const std::vector<std::string>& strings) {
    std::vector<char*> pointers;
    pointers.reserve(strings.size() + 1);
    // execve(2) takes char* for history's sake and does not write through it.
    for (const auto& text : strings) pointers.push_back(const_cast<char*>(text.c_str()));
    pointers.push_back(nullptr);
    return pointers;
}

std::string searchPath(const std::vector<std::string>& environment) {
    for (const auto& line : environment) {
        if (line.starts_with("PATH=")) return line.substr(5);
    }
    return {};
}

/// Everything the child does. Only async-signal-safe calls; never returns.
class Child {
public:
    struct Ends {
        int gate, output, failure;
    };
    Child(const StartSpec& spec,
          const ConfinedStart& confined,
          char** argv,
          char** environment,
          const Ends& ends)
        : folder_(spec.folder.c_str()),
          confined_(confined),
          argv_(argv),
          environment_(environment),
          ends_(ends) {}

    [[noreturn]] void run() const {
        setpgid(0, 0);
        if (!passGate()) _exit(127);
        if (!connectStreams() || !resetSignals()) give(Failure::Step::kSetUp);
        if (!confined_.enter()) give(Failure::Step::kConfine);
        if (chdir(folder_) != 0) give(Failure::Step::kEnterFolder);
        environ = environment_;  // execvp(3) searches the PATH of the environment it hands over
        execvp(argv_[0], argv_);
        give(Failure::Step::kExec);
    }

private:
    [[noreturn]] void give(Failure::Step step) const {
        const Failure failure{step, errno};
        // Nobody is left to tell when this fails; the exit code then says 127.
        (void)!write(ends_.failure, &failure, sizeof failure);
        _exit(127);
    }

    /// False when the shim is gone.
    [[nodiscard]] bool passGate() const {
        char go{};
        auto got = read(ends_.gate, &go, 1);
        while (got < 0 && errno == EINTR) got = read(ends_.gate, &go, 1);
        return got == 1;
    }

    [[nodiscard]] bool connectStreams() const {
        const int null = open("/dev/null", O_RDONLY | O_CLOEXEC);
        return null >= 0 && dup2(null, 0) == 0 && dup2(ends_.output, 1) == 1 &&
               dup2(ends_.output, 2) == 2;
    }

    /// The shim was spawned with default dispositions and ignores SIGPIPE only.
    [[nodiscard]] static bool resetSignals() {
        sigset_t none;
        sigemptyset(&none);
        return signal(SIGPIPE, SIG_DFL) != SIG_ERR && sigprocmask(SIG_SETMASK, &none, nullptr) == 0;
    }

    const char* folder_;
    const ConfinedStart& confined_;
    char** argv_;
    char** environment_;
    Ends ends_;
};

}  // namespace

AgentProcess::AgentProcess(const StartSpec& spec)
    : program_(spec.command.front()),
      folder_(spec.folder.string()),
      search_path_(searchPath(spec.environment)) {
    const auto confined = spec.confinement ? ConfinedStart(*spec.confinement) : ConfinedStart();
    confinement_ = confined.inForce();
    auto output = makePipe();
    auto gate = makePipe();
    auto failure = makePipe();
    auto argv = pointersTo(spec.command);
    auto environment = pointersTo(spec.environment);
    const pid_t pid = fork();
    if (pid == 0) {
        gate.write.reset();  // else it would keep its own gate from closing
        Child(spec,
              confined,
              argv.data(),
              environment.data(),
              {gate.read.get(), output.write.get(), failure.write.get()})
            .run();
    }
    if (pid < 0) throw LaunchError(std::string{"cannot make a process: "} + strerror(errno));
    setpgid(pid, pid);  // the child does it too: whoever is first
    const auto who = identityOf(pid);
    if (!who) throw LaunchError("cannot read who the agent is from /proc");
    who_ = *who;
    fcntl(output.read.get(), F_SETFL, O_NONBLOCK);
    fcntl(failure.read.get(), F_SETFL, O_NONBLOCK);
    output_ = std::move(output.read);
    gate_ = std::move(gate.write);
    failure_ = std::move(failure.read);
}

void AgentProcess::letGo() {
    // A child that is gone already shows as its end.
    (void)!write(gate_.get(), "g", 1);
    gate_.reset();
}

std::optional<std::string> AgentProcess::startFailure() const {
    Failure failure{};
    if (read(failure_.get(), &failure, sizeof failure) != sizeof failure) return {};
    const std::string reason = strerror(failure.error);
    if (failure.step == Failure::Step::kConfine) {
        return "cannot confine the agent (" + confinement_ + "): " + reason;
    }
    if (failure.step == Failure::Step::kEnterFolder) {
        return "cannot enter the working folder " + folder_ + ": " + reason;
    }
    const bool searched =
        failure.step == Failure::Step::kExec && program_.find('/') == std::string::npos;
    return "cannot start " + program_ + ": " + reason +
           (searched ? " (searched in PATH " + search_path_ + ")" : "");
}

}  // namespace orch
