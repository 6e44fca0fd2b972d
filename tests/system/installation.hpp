#pragma once

#include <chrono>
#include <memory>
#include <string>
#include <vector>

#include "support/git_repo.hpp"
#include "support/temp_dir.hpp"
#include "system/ledger.hpp"
#include "system/program.hpp"

namespace orch::testing {

using namespace std::chrono_literals;

/// What orchd's configuration says where tests differ; every text is YAML.
struct Settings {
    std::string store = "{}";
    std::string queue = "{max_concurrency: 3, retry: {base: 50ms, cap: 200ms, later: 200ms}}";
    /// After the command of each agent.
    std::string agent_options = "timeout: 2m, grace: 300ms, retries: 1";
    std::string agents;  ///< further ones
    /// development [committed] → testing [check, mergeable] → deploy [merged, deployed].
    std::string stages;
    /// Further keys of the project "work".
    std::string project;
    /// Further projects.
    std::string projects;
    /// The whole section, with its "plugins:"; empty: those that come with orchd.
    std::string plugins;
    std::string listen = "127.0.0.1:0";
};

struct Said {
    int code{};
    std::string out, err;
};

/// The real programs on a folder of their own: a small repository, shell scripts as agents that
/// write a ledger, a state_dir. Ends, at its own end, orchd and everything its shims started.
class Installation {
public:
    Installation();
    ~Installation();
    Installation(const Installation&) = delete;
    Installation& operator=(const Installation&) = delete;

    /// `sh agents/<name>.sh` after `. agents/common.sh`; "developer", "reviewer", "check" and
    /// "deploy" are there.
    void script(const std::string& name, const std::string& text) const;
    /// Runs copies of the programs from `apart`, so that no guarded path leads through /tmp.
    void installApart();
    /// Lets the agents go on that called `hold`.
    void letGo() const;

    /// Writes the configuration and starts orchd, until it answers. Throws std::runtime_error with
    /// its words when it ends instead.
    void start(const std::map<std::string, std::string>& extra = {});
    /// Starts it without waiting for anything.
    Program& launch(const std::map<std::string, std::string>& extra = {});
    /// Runs orchd to its end although it should not start.
    Said startRefused(const std::map<std::string, std::string>& extra = {});
    [[nodiscard]] bool ready();
    Program& orchd() { return *orchd_; }
    void kill9() { orchd_->kill9(); }
    /// SIGKILL and a new start.
    void pullThePlug();
    void writeConfig() const;

    /// The variables by which orchctl finds this orchd.
    [[nodiscard]] std::map<std::string, std::string> addressForOrchctl() const;
    Said orchctl(std::vector<std::string> arguments) const;
    /// Returns the task's name.
    std::string addTask(const std::string& title = "A change", const std::string& project = "work");

    /// One value of the database, "" when there is none.
    [[nodiscard]] std::string one(const std::string& sql) const;
    [[nodiscard]] std::vector<std::vector<std::string>> rows(const std::string& sql) const;
    /// Changes the database of an orchd that does not run.
    void execute(const std::string& sql) const;
    /// Polls until the query's first value is `expected`; the last value is printed otherwise.
    [[nodiscard]] bool becomes(const std::string& sql,
                               const std::string& expected,
                               std::chrono::seconds patience = 60s) const;
    [[nodiscard]] bool taskBecomes(const std::string& task,
                                   const std::string& state,
                                   std::chrono::seconds patience = 60s) const;
    [[nodiscard]] std::string reasonOf(const std::string& task) const;
    /// Until the task is parked; its reason.
    [[nodiscard]] std::string parkedBecause(const std::string& task) const;

    [[nodiscard]] Ledger ledger() const { return Ledger(dir / "ledger"); }
    /// Until so many runs of agents have begun.
    [[nodiscard]] bool runsBegin(std::size_t count) const;
    /// The pids of attempt "3.1" as its shim wrote them; 0 when they are not there.
    [[nodiscard]] pid_t shimOf(const std::string& attempt) const;
    [[nodiscard]] pid_t agentOf(const std::string& attempt) const;
    /// Does its command line name this installation's folder? A pid may have a new owner.
    [[nodiscard]] bool owns(pid_t pid) const;
    [[nodiscard]] std::string log() const;  ///< orchd's own words
    [[nodiscard]] std::string url() const;  ///< as orchd wrote it
    [[nodiscard]] std::string file(const std::filesystem::path& name) const;

    /// Merge commits on main that carry the task's trailer.
    [[nodiscard]] int landings(const std::string& task) const;

    TempDir dir;  ///< the agents' programs, and what they write outside of their worktrees
    /// What confined agents cannot write, in /var/tmp: nothing new can be made in the folders that
    /// lead there. Links in `dir` lead to each.
    TempDir apart{"/var/tmp"};
    GitRepo repo;
    Settings settings;
    std::filesystem::path program;  ///< orchd
    std::filesystem::path state = apart / "state";

private:
    void endAttempts() const;
    std::unique_ptr<Program> orchd_;
};

[[nodiscard]] bool has(const std::string& text, const std::string& part);

/// Is the process gone (or a zombie)?
[[nodiscard]] bool dies(pid_t pid);

}  // namespace orch::testing
