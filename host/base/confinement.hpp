#pragma once

#include <string>

namespace orch {

/// What this machine lets orchd do to keep the programs it starts away from what is not theirs.
struct ConfinementSupport {
    /// The version of Landlock's interface (landlock(7)) that is used, 0: none. A version that
    /// would forbid every move of a file between folders, 1, counts as none.
    int landlock_abi = 0;
    std::string why_not;         ///< without Landlock: why, a clause for people
    bool own_processes = false;  ///< a process table of its own (process_namespace.hpp)
    bool own_proc = false;       ///< and a /proc that shows no other
    bool filter = false;         ///< of system calls
    /// May this process become another user and give files away (run_as)?
    bool may_run_as = false;

    [[nodiscard]] bool files() const { return landlock_abi >= 2; }
    /// Before it, a confined program cannot read or write a file out of reach, but empty it.
    [[nodiscard]] bool truncation() const { return landlock_abi >= 3; }
    /// Can signals to processes outside, and abstract sockets, be refused?
    [[nodiscard]] bool signals() const { return landlock_abi >= 6; }
};

/// Landlock and whom we may become, asked of the kernel each time; never throws.
[[nodiscard]] ConfinementSupport landlockSupport();

/// All of it. Namespaces are tried, once in a process's life (a few milliseconds); never throws,
/// and changes nothing.
[[nodiscard]] ConfinementSupport confinementSupport();

/// What holds for a program that is confined here: "landlock 7: files, signals; own process table;
/// filter"; or "none: the kernel has no Landlock; filter".
[[nodiscard]] std::string describe(const ConfinementSupport& support);

}  // namespace orch
