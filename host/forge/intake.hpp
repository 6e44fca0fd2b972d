#pragma once

#include <string>
#include <vector>

#include "forge/agent_git.hpp"
#include "forge/git_mirror.hpp"

namespace orch {

/// The only way in from an agent's repository to the mirror: one commit and what it needs. The
/// sending git is the agent's, confined; here every object is hashed and checked, its size
/// bounded, before it is put beside the others, and nothing of the sender's is believed.
class Intake {
public:
    explicit Intake(const GitMirror& mirror) : mirror_(mirror) {}

    /// Brings `commit` with its LFS objects, which `from` claims to have; `known`: a commit that
    /// the mirror has already. Throws RemoteError with git's sentence; no ref has moved either way.
    void bring(const AgentGit& from, const std::string& commit, const std::string& known) const;

private:
    /// Was there anything to receive?
    bool receive(const AgentGit& from, const std::string& commit, const std::string& known) const;
    void check(const std::string& commit) const;

    const GitMirror& mirror_;
};

}  // namespace orch
