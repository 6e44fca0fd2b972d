#include "base/spawn.hpp"

#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <system_error>

#include "base/error.hpp"

namespace orch {

namespace {

[[noreturn]] void fail(const RunSpec& spec, int error) {
    const auto where = spec.folder.empty() ? "" : " in " + spec.folder.string();
    throw Error("cannot start " + spec.command.front() + where + ": " +
                std::generic_category().message(error));
}

struct Pipe {
    UniqueFd read;
    UniqueFd write;
};

Pipe makePipe(const RunSpec& spec) {
    int ends[2];
    if (pipe2(ends, O_CLOEXEC) != 0) fail(spec, errno);
    Pipe made{UniqueFd{ends[0]}, UniqueFd{ends[1]}};
    if (fcntl(ends[0], F_SETFL, O_NONBLOCK) != 0) fail(spec, errno);
    return made;
}

class Actions {
public:
    explicit Actions(const RunSpec& spec) : spec_(spec) {
        check(posix_spawn_file_actions_init(&actions_));
    }
    Actions(const Actions&) = delete;
    Actions& operator=(const Actions&) = delete;
    ~Actions() { posix_spawn_file_actions_destroy(&actions_); }

    void connect(const Pipe& output, const Pipe& errors) {
        // The descriptors handed in are above 2: dup2 of one cannot overwrite another.
        if (spec_.input >= 0) {
            check(posix_spawn_file_actions_adddup2(&actions_, spec_.input, 0));
        } else {
            check(posix_spawn_file_actions_addopen(&actions_, 0, "/dev/null", O_RDONLY, 0));
        }
        const int out = spec_.output >= 0 ? spec_.output : output.write.get();
        check(posix_spawn_file_actions_adddup2(&actions_, out, 1));
        check(posix_spawn_file_actions_adddup2(&actions_, errors.write.get(), 2));
        handOn();
        if (spec_.folder.empty()) return;
        check(posix_spawn_file_actions_addchdir_np(&actions_, spec_.folder.c_str()));
    }
    [[nodiscard]] const posix_spawn_file_actions_t* get() const { return &actions_; }

private:
    /// After the streams: 3 may have been one of our ends of them.
    void handOn() {
        int first_closed = 3;
        if (spec_.hand_on >= 0) {
            check(posix_spawn_file_actions_adddup2(&actions_, spec_.hand_on, 3));
            first_closed = 4;
        }
        check(posix_spawn_file_actions_addclosefrom_np(&actions_, first_closed));
    }
    void check(int error) const {
        if (error != 0) fail(spec_, error);
    }
    const RunSpec& spec_;
    posix_spawn_file_actions_t actions_{};
};

class Attributes {
public:
    Attributes() {
        sigset_t none;
        sigset_t all;
        sigemptyset(&none);
        sigfillset(&all);
        posix_spawnattr_init(&attributes_);
        posix_spawnattr_setsigmask(&attributes_, &none);
        posix_spawnattr_setsigdefault(&attributes_, &all);
        posix_spawnattr_setpgroup(&attributes_, 0);
        constexpr int kFlags =
            POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF;
        posix_spawnattr_setflags(&attributes_, kFlags);
    }
    Attributes(const Attributes&) = delete;
    Attributes& operator=(const Attributes&) = delete;
    ~Attributes() { posix_spawnattr_destroy(&attributes_); }
    [[nodiscard]] const posix_spawnattr_t* get() const { return &attributes_; }

private:
    posix_spawnattr_t attributes_{};
};

std::vector<char*> pointersTo(const std::vector<std::string>& texts) {
    std::vector<char*> pointers;
    pointers.reserve(texts.size() + 1);
    for (const auto& text : texts) pointers.push_back(const_cast<char*>(text.c_str()));
    pointers.push_back(nullptr);
    return pointers;
}

/// Before it has written much: what it starts inherits the limit, and nobody may raise it again.
void limitFiles(pid_t pid, const RunSpec& spec) {
    if (spec.file_limit == 0) return;
    const rlimit limit{spec.file_limit, spec.file_limit};
    prlimit(pid, RLIMIT_FSIZE, &limit, nullptr);  // fails for a child that has ended already
}

}  // namespace

SpawnedChild spawnPiped(const RunSpec& spec) {
    auto output = makePipe(spec);
    auto errors = makePipe(spec);
    Actions actions(spec);
    actions.connect(output, errors);
    const Attributes attributes;
    auto arguments = pointersTo(spec.command);
    auto environment = pointersTo(spec.environment);
    SpawnedChild child;
    const int error = posix_spawnp(&child.pid,
                                   spec.command.front().c_str(),
                                   actions.get(),
                                   attributes.get(),
                                   arguments.data(),
                                   environment.data());
    if (error != 0) fail(spec, error);
    // glibc 2.36 has no pidfd_open(2) wrapper in every header set; the call itself is Linux 5.3.
    child.pidfd = UniqueFd{static_cast<int>(syscall(SYS_pidfd_open, child.pid, 0))};
    if (!child.pidfd) {
        const int reason = errno;
        kill(-child.pid, SIGKILL);
        waitpid(child.pid, nullptr, 0);
        fail(spec, reason);
    }
    limitFiles(child.pid, spec);
    child.output = std::move(output.read);
    child.errors = std::move(errors.read);
    return child;
}

}  // namespace orch
