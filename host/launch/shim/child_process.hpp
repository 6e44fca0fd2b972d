#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/files.hpp"
#include "base/process_namespace.hpp"
#include "core/confinement.hpp"
#include "launch/run_order.hpp"

namespace orch {

struct Pipe {
    UniqueFd read, write;
};
/// Both ends close-on-exec. Throws LaunchError.
[[nodiscard]] Pipe makePipe();

/// What a child of the shim is to become, and how it is connected.
struct ChildSpec {
    const RunOrder& order;
    /// Reading end: it goes on once it reads a byte, and ends when there is none; nothing: at once.
    const Pipe* gate = nullptr;
    /// Its stdout and stderr, its stdin then being empty and its process group its own; nothing: it
    /// has ours.
    const UniqueFd* output = nullptr;
};

/// A child of the shim, confined as its order demands, in a process table of its own where the
/// kernel gives one: then whatever it started ends with us. One for each shim.
class ChildProcess {
public:
    /// Forks it. Throws LaunchError when that fails or it cannot be confined as demanded.
    explicit ChildProcess(const ChildSpec& spec);

    [[nodiscard]] pid_t pid() const { return pid_; }
    /// What is in force once its first instruction runs; empty: nothing was asked for.
    [[nodiscard]] const std::string& confinement() const { return confinement_; }
    /// Once it is gone: why it never began; nothing when it did.
    [[nodiscard]] std::optional<std::string> startFailure() const;
    /// Once it is gone: its table ends when what it left behind has ended as well.
    void letTableEnd() const;

private:
    std::string program_, folder_, search_path_, confinement_;
    std::optional<ProcessNamespace> table_;
    pid_t pid_{};
    UniqueFd failure_;
};

}  // namespace orch
