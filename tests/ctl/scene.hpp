#pragma once

#include <string>
#include <vector>

#include "base/files.hpp"
#include "base/run.hpp"
#include "ctl/demo/agents.hpp"
#include "ctl/demo/folder.hpp"
#include "ctl/demo/greeter.hpp"
#include "ctl/demo/ledger.hpp"
#include "support/temp_dir.hpp"

namespace orch::ctl {

/// The demo's repository and agents without any orchd: a test starts the agents itself, in a
/// worktree, with the variables that orchd would set.
struct Scene {
    Scene() {
        lock = claimDemoFolder(folder);
        makeGreeter(folder);
        writeAgents(folder);
        git(folder.greeter(), {"worktree", "add", "-q", "-b", "orch/T-1", worktree().string()});
    }

    [[nodiscard]] std::filesystem::path worktree() const { return folder.root / "worktree"; }
    [[nodiscard]] std::filesystem::path artefact() const { return folder.root / "artefact"; }

    /// Runs one attempt ("3.1") of a stage's agent to its end; its exit code.
    int agent(const std::string& script,
              const std::string& stage,
              const std::string& run_name,
              const std::string& prompt = "") {
        replaceFile(folder.root / "prompt.md", prompt, Sync::kNo);
        const auto dot = run_name.find('.');
        result = run({.command = {"sh", (folder.agents() / script).string()},
                      .environment = {"PATH=/usr/local/bin:/usr/bin:/bin",
                                      "GIT_CONFIG_GLOBAL=/dev/null",
                                      "ORCH_JOB=" + run_name.substr(0, dot),
                                      "ORCH_ATTEMPT=" + run_name.substr(dot + 1),
                                      "ORCH_TASK=T-1",
                                      "ORCH_STAGE=" + stage,
                                      "ORCH_BRANCH=orch/T-1",
                                      "ORCH_PROMPT_FILE=" + (folder.root / "prompt.md").string(),
                                      "ORCH_ARTEFACT=" + artefact().string()},
                      .folder = worktree()});
        return result.exit_code;
    }
    void letGo() const { replaceFile(folder.go(), "go\n", Sync::kNo); }
    [[nodiscard]] std::string read(const std::filesystem::path& file) const {
        return readFile(file).value_or("");
    }
    /// What the reviewer's artefact says of the head.
    std::string review(const std::string& run_name) {
        return agent("reviewer.sh", "review", run_name) == 0 ? read(artefact()) : "failed";
    }
    /// `make check` in the worktree; its exit code.
    int check() {
        result = run({.command = {"make", "check"},
                      .environment = {"PATH=/usr/local/bin:/usr/bin:/bin"},
                      .folder = worktree()});
        return result.exit_code;
    }

    testing::TempDir temp;
    DemoFolder folder{temp / "demo"};
    UniqueFd lock;
    RunResult result;
};

}  // namespace orch::ctl
