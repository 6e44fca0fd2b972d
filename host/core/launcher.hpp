#pragma once

#include <functional>
#include <vector>

#include "core/attempt.hpp"
#include "core/glance.hpp"

namespace orch {

/// Hears from the Launcher, on the supervisor's thread: must not block.
class AttemptListener {
public:
    virtual ~AttemptListener() = default;
    /// The agent exists; from its proc.json. Once per start or adoption.
    virtual void attemptStarted(const ProcRecord& proc) = 0;
    /// The attempt is over and its group verified empty. Exactly once per start or watch.
    virtual void attemptEnded(AttemptKey key, const AttemptObservation& seen) = 0;
};

/// Runs attempts so that they outlive this process. All calls are thread-safe.
class Launcher {
public:
    virtual ~Launcher() = default;

    /// The folder of an attempt: prompt.md, out.log, proc.json, exit.json.
    [[nodiscard]] virtual std::filesystem::path folderOf(AttemptKey key) const = 0;

    /// Makes the attempt's folder and lock, writes the prompt, spawns the shim and watches it.
    /// Throws LaunchError, having started nothing: the folder exists already ("was already
    /// started"), or the shim cannot be run.
    virtual void start(const StartSpec& spec) = 0;

    /// Looks at an attempt's folder and processes. Blocks on files only.
    [[nodiscard]] virtual AttemptObservation look(AttemptKey key) const = 0;

    /// A cheaper look, at the folder alone: what cannot be read is said in the answer. Takes and
    /// drops the lock, so never ask of an attempt that is being started.
    [[nodiscard]] virtual Glance glance(AttemptKey key) const = 0;
    /// Keeps a copy of a damaged exit record beside it, once, and answers where. Throws Error.
    virtual std::filesystem::path keepDamagedExit(AttemptKey key) = 0;

    /// Adopts an attempt whose lock is held: watches its shim from now on. When the shim ended
    /// meanwhile the listener hears of it like of any other end.
    virtual void watch(AttemptKey key) = 0;

    /// SIGTERM, the attempt's grace, SIGKILL to everything it started. Does not wait: the end comes
    /// through the listener. Nothing happens for an attempt that is not watched.
    virtual void cancel(AttemptKey key) = 0;

    /// For an attempt without a shim (it was killed): SIGKILL to its group and to whatever carries
    /// its mark in the environment, verified. Blocks up to a second; false when something survived.
    [[nodiscard]] virtual bool endOrphans(AttemptKey key) = 0;

    /// For an attempt without a folder (somebody else started it): signals (0: only looks) this
    /// very process and, while it lives, the other processes of the group it leads; each by
    /// identity. True when it is gone and its group is empty.
    [[nodiscard]] virtual bool endProcess(const ProcessIdentity& agent, int signal) = 0;

    /// The folders below jobs/ that exist.
    [[nodiscard]] virtual std::vector<AttemptKey> folders() const = 0;
    /// Deletes an attempt's folder. Refuses (false) while its lock is held.
    virtual bool removeFolder(AttemptKey key) = 0;

    /// Is the attempt watched? Then cancel() reaches it, and the listener hears of its end.
    [[nodiscard]] virtual bool watches(AttemptKey key) const = 0;
    /// How many attempts are watched.
    [[nodiscard]] virtual std::size_t watched() const = 0;
};

}  // namespace orch
