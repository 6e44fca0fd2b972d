#pragma once

#include <fcntl.h>
#include <sys/types.h>

#include <functional>
#include <string>

// What a hostile program tries, in ways that change nothing where they work.

namespace orch::attack {

/// Works when it answers 0 or more; otherwise errno says what came back.
using Call = std::function<long()>;

/// In a child of its own, since some calls change the caller and some end it. Tells one line:
/// "NAME worked", "NAME refused: Operation not permitted" or "NAME refused: ended by signal 31".
void attempt(const std::string& name, const Call& call);

[[nodiscard]] inline long openAs(const std::string& path, int flags) {
    return open(path.c_str(), flags | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
}

/// The call with the number it has for programs of 32 bits; ENOSYS where there are none.
long i386(long number, long first, long second, long third, long fourth);

/// Each call that acts on the process `pid`; told as "prlimit_WHOSE".
void onProcess(const std::string& whose, pid_t pid);
/// Calls that act on all processes of this user.
void onUser();
/// What leads into the kernel, out of namespaces, to devices and to others' network traffic.
void onKernel();
/// `verb` is read, write, create, lease, mode, connect, ask, order or outlive (`target`: a path;
/// for ask and order "ADDRESS PORT"). False: there is no such verb.
bool onPath(const std::string& verb, const std::string& name, const std::string& target);

}  // namespace orch::attack
