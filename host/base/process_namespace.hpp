#pragma once

#include <sys/types.h>

#include <optional>
#include <string>

#include "base/files.hpp"

namespace orch {

/// How the first process of one is called, in /proc/<pid>/comm.
inline constexpr const char* kInitName = "orch-init";

/// A process table (pid namespace) of its own for children of this process. Its first process,
/// `init`, is a child of ours that reaps what loses its parent there; when we end, however, it ends
/// as well, and with it the kernel ends every process of the table: what left the session, its
/// parent or its environment included. Where an ordinary user may not have one otherwise, it comes
/// with a user namespace in which it is who it was. The children see a /proc of their own where the
/// kernel allows that, and of the mounts nothing else changes. Not for two threads at a time.
class ProcessNamespace {
public:
    /// Starts init and returns while it is still at work. Without one: why not, in whyNot().
    ProcessNamespace();
    ProcessNamespace(const ProcessNamespace&) = delete;
    ProcessNamespace& operator=(const ProcessNamespace&) = delete;
    /// Does not end it.
    ~ProcessNamespace() = default;

    /// From here on the children of this process begin in it; waits until init is ready. False,
    /// with whyNot(), when the kernel refuses: then nothing has changed and init is gone. As an
    /// ordinary user there is no way back; the process must have one thread.
    [[nodiscard]] bool enter();
    /// In a child, once: see its own mounts, if ownProc(). Async-signal-safe. False with errno.
    [[nodiscard]] bool enterMounts() const;
    /// Init ends, and is to be waited for, once no process is left but it. Waits a moment for that.
    void letEnd() const;
    /// Ends everything in it, init included, and waits for init alone.
    void end();

    /// After enter(): does a child see only its own processes in /proc?
    [[nodiscard]] bool ownProc() const { return own_proc_; }
    [[nodiscard]] const std::string& whyNot() const { return why_not_; }

    /// What the kernel allows this process, found by trying it; changes nothing. Some milliseconds.
    struct Support {
        bool processes = false;  ///< a table of its own
        bool proc = false;       ///< and a /proc that shows no other
        std::string why_not;     ///< a clause for people
    };
    [[nodiscard]] static Support probe();

private:
    enum class Purpose { kUse, kProbe };
    explicit ProcessNamespace(Purpose purpose);
    [[nodiscard]] bool awaitInit();
    void refuse(const std::string& reason);

    bool with_user_;
    pid_t init_ = -1;
    UniqueFd pidfd_, ready_;
    UniqueFd mounts_, processes_, users_;
    bool own_proc_ = false;
    std::string why_not_;
};

}  // namespace orch
