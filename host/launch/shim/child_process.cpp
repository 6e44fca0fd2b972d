#include "launch/shim/child_process.hpp"

#include <fcntl.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <string_view>

#include "base/error.hpp"
#include "launch/shim/confined_start.hpp"

namespace orch {

namespace {

/// What the child reports when it cannot become what it should.
struct Failure {
    enum class Step : int { kSetUp, kLimit, kConfine, kEnterFolder, kExec } step;
    int error;
};

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
    Child(const ChildSpec& spec,
          const ConfinedStart& confined,
          char** argv,
          char** environment,
          int failure)
        : spec_(spec),
          confined_(confined),
          argv_(argv),
          environment_(environment),
          failure_(failure) {}

    [[noreturn]] void run() const {
        if (spec_.output != nullptr) setpgid(0, 0);
        if (!passGate()) _exit(kNotBegun);
        if (!connectStreams() || !resetSignals()) give(Failure::Step::kSetUp);
        if (!limit()) give(Failure::Step::kLimit);
        if (!confined_.enter()) give(Failure::Step::kConfine);
        if (spec_.order.umask) umask(*spec_.order.umask);
        const auto& folder = spec_.order.folder;
        if (!folder.empty() && chdir(folder.c_str()) != 0) give(Failure::Step::kEnterFolder);
        environ = environment_;  // execvp(3) searches the PATH of the environment it hands over
        execvp(argv_[0], argv_);
        give(Failure::Step::kExec);
    }

private:
    static constexpr int kNotBegun = 127;

    [[noreturn]] void give(Failure::Step step) const {
        const Failure failure{step, errno};
        // Nobody is left to tell when this fails; the exit code then says 127.
        (void)!write(failure_, &failure, sizeof failure);
        _exit(kNotBegun);
    }

    /// False when the shim is gone.
    [[nodiscard]] bool passGate() const {
        if (spec_.gate == nullptr) return true;
        close(spec_.gate->write.get());  // else it would keep its own gate from closing
        char go{};
        auto got = read(spec_.gate->read.get(), &go, 1);
        while (got < 0 && errno == EINTR) got = read(spec_.gate->read.get(), &go, 1);
        return got == 1;
    }

    [[nodiscard]] bool connectStreams() const {
        if (spec_.output == nullptr) return true;
        const int null = open("/dev/null", O_RDONLY | O_CLOEXEC);
        return null >= 0 && dup2(null, 0) == 0 && dup2(spec_.output->get(), 1) == 1 &&
               dup2(spec_.output->get(), 2) == 2;
    }

    /// The shim was spawned with default dispositions and ignores these only.
    [[nodiscard]] static bool resetSignals() {
        sigset_t none;
        sigemptyset(&none);
        return signal(SIGPIPE, SIG_DFL) != SIG_ERR && signal(SIGXFSZ, SIG_DFL) != SIG_ERR &&
               sigprocmask(SIG_SETMASK, &none, nullptr) == 0;
    }

    [[nodiscard]] bool limit() const {
        const auto& limits = spec_.order.limits;
        return limitOne(RLIMIT_AS, limits.address_space) &&
               limitOne(RLIMIT_FSIZE, limits.file_size) &&
               limitOne(RLIMIT_CPU, static_cast<std::uint64_t>(limits.cpu.count()));
    }
    /// A narrower limit of ours goes on to hold.
    [[nodiscard]] static bool limitOne(int resource, std::uint64_t most) {
        if (most == 0) return true;
        rlimit now{};
        if (getrlimit(static_cast<__rlimit_resource_t>(resource), &now) != 0) return false;
        if (now.rlim_max != RLIM_INFINITY && now.rlim_max < most) most = now.rlim_max;
        const rlimit wanted{most, most};
        return setrlimit(static_cast<__rlimit_resource_t>(resource), &wanted) == 0;
    }

    const ChildSpec& spec_;
    const ConfinedStart& confined_;
    char** argv_;
    char** environment_;
    int failure_;
};

}  // namespace

Pipe makePipe() {
    std::array<int, 2> ends{};
    if (pipe2(ends.data(), O_CLOEXEC) != 0) {
        throw LaunchError(std::string{"cannot make a pipe for the agent: "} + strerror(errno));
    }
    return {UniqueFd{ends[0]}, UniqueFd{ends[1]}};
}

ChildProcess::ChildProcess(const ChildSpec& spec)
    : program_(spec.order.command.front()),
      folder_(spec.order.folder.string()),
      search_path_(searchPath(spec.order.environment)) {
    const auto& wanted = spec.order.confinement;
    if (wanted && wanted->isolated()) table_.emplace();  // works while we prepare the rest
    ConfinedStart confined = wanted ? ConfinedStart(*wanted) : ConfinedStart();
    if (table_ && !table_->enter()) table_.reset();
    if (wanted && wanted->isolated()) confined.isolate(table_ ? &*table_ : nullptr);
    confinement_ = confined.inForce();
    for (const auto& sentence : confined.leftOut()) {
        (void)fprintf(stderr, "orch-shim: %s\n", sentence.c_str());
    }
    auto failure = makePipe();
    auto argv = pointersTo(spec.order.command);
    auto environment = pointersTo(spec.order.environment);
    pid_ = fork();
    if (pid_ == 0) {
        Child(spec, confined, argv.data(), environment.data(), failure.write.get()).run();
    }
    if (pid_ < 0) throw LaunchError(std::string{"cannot make a process: "} + strerror(errno));
    fcntl(failure.read.get(), F_SETFL, O_NONBLOCK);
    failure_ = std::move(failure.read);
}

void ChildProcess::letTableEnd() const {
    if (table_) table_->letEnd();
}

std::optional<std::string> ChildProcess::startFailure() const {
    Failure failure{};
    if (read(failure_.get(), &failure, sizeof failure) != sizeof failure) return {};
    const std::string reason = strerror(failure.error);
    if (failure.step == Failure::Step::kLimit) return "cannot limit " + program_ + ": " + reason;
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
