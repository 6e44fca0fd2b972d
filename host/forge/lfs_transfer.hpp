#pragma once

#include <string>
#include <vector>

#include "core/lease.hpp"
#include "forge/agent_git.hpp"
#include "forge/git_mirror.hpp"

namespace orch {

/// The ways of LFS objects: with commits from a task's repository into the mirror, with a landing
/// on into the remote. Every copy is hashed on its way. A repository without LFS pays for a look at
/// two folders. Throws RemoteError.
class LfsTransfer {
public:
    explicit LfsTransfer(const GitMirror& mirror) : mirror_(mirror) {}

    /// What `commit`, which the mirror has, names and `known` did not (nor the base): afterwards
    /// the mirror or the remote has it. Taken from `from`, whatever lies there. Throws RemoteError
    /// (not retryable) with the path of a file whose object is nowhere, or is not what it should
    /// be. Answers whether `commit` is one that was not known.
    bool takeIn(const AgentGit& from, const std::string& commit, const std::string& known) const;

    /// What goes with a head to the remote.
    struct Brought {
        std::vector<LfsPointer> objects;
        std::string trouble;  ///< a sentence: something cannot be there, and the head must not land
    };
    /// What `head` names and `base` does not: afterwards the remote has it. Throws LeaseLost.
    [[nodiscard]] Brought land(const std::string& head,
                               const std::string& base,
                               const LeaseProof& proof) const;
    /// It has landed: the remote's copies are enough, where agents can read them.
    void forget(const Brought& brought) const;

    /// Where agents may be unable to read the remote: copies here what the files of these commits
    /// need of it.
    void provide(const std::vector<std::string>& commits) const;

private:
    const GitMirror& mirror_;
};

}  // namespace orch
