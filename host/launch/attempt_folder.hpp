#pragma once

#include <filesystem>

#include "base/ids.hpp"
#include "base/untrusted.hpp"

namespace orch {

/// Where the files of one attempt are.
struct AttemptFolder {
    AttemptKey key;
    std::filesystem::path path;

    AttemptFolder(const std::filesystem::path& jobs, AttemptKey of)
        : key(of), path(jobs / name(of)) {}

    /// Held from before the shim exists until it is gone: the proof of life.
    [[nodiscard]] std::filesystem::path lock() const { return path / "lock"; }
    /// What the shim is to do (spec_file.hpp); spent once it has begun.
    [[nodiscard]] std::filesystem::path spec() const { return path / "spec.json"; }
    /// Who runs (record_files.hpp), there before the agent's first instruction.
    [[nodiscard]] std::filesystem::path proc() const { return path / "proc.json"; }
    /// How it ended (record_files.hpp), final once the lock is free.
    [[nodiscard]] std::filesystem::path exit() const { return path / "exit.json"; }
    [[nodiscard]] std::filesystem::path prompt() const { return path / "prompt.md"; }
    /// stdout and stderr of the agent, bounded; also what the shim itself has to complain about.
    [[nodiscard]] std::filesystem::path output() const { return path / "out.log"; }

    /// One of these files, read as what may be anything by now. Throws Error when it could not be
    /// looked at: then nothing is known of it, not even that there is none.
    [[nodiscard]] UntrustedText read(const std::filesystem::path& file, std::uint64_t limit) const;
};

}  // namespace orch
