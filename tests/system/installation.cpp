#include "system/installation.hpp"

#include <gtest/gtest.h>
#include <signal.h>
#include <algorithm>

#include <iostream>
#include <stdexcept>

#include "base/files.hpp"
#include "base/process.hpp"
#include "base/run.hpp"
#include "base/text.hpp"
#include "launch/observe_attempt.hpp"
#include "launch/orphans.hpp"
#include "support/eventually.hpp"
#include "system/database.hpp"

namespace orch::testing {

namespace fs = std::filesystem;

namespace {

constexpr auto kConfig = R"(state_dir: {apart}/state
prompts: {apart}/prompts
server: {listen: "{listen}"}
store: {store}
queue: {queue}
agents:
  developer: {command: [sh, {dir}/agents/developer.sh, "{prompt_file}"], {agent_options}}
  reviewer: {command: [sh, {dir}/agents/reviewer.sh], {agent_options}}
{agents}
pipeline:
  stages:
{stages}
projects:
  - name: work
    repo: {forge: local, path: {apart}/repo, base: main}
{project}
{projects}
{plugins}
)";

constexpr auto kStages =
    R"(    - {name: development, agent: developer, gate: [committed], on_red: {to: development, limit: 3}}
    - {name: testing, check: [sh, {dir}/agents/check.sh], gate: [check, mergeable], on_red: {to: development, limit: 3}}
    - {name: deploy, merge: {style: merge}, gate: [merged, deployed]}
)";

constexpr auto kProject = R"(    deploy: {command: [sh, {dir}/agents/deploy.sh, "{version}"]}
)";

/// What all scripts share. Another run of the same task of which anything still lives is told as
/// "overlap": its processes have inherited the lock.
constexpr auto kCommon = R"sh(set -eu
here=$(cd "$(dirname "$0")/.." && pwd)
note() {
    printf '%s %s.%s %s %s %s\n' "$1" "$ORCH_JOB" "$ORCH_ATTEMPT" "$ORCH_TASK" "$ORCH_STAGE" "$$" \
        >>"$here/ledger"
}
begin() {
    touch "$here/ledger"
    mask=$(umask)
    umask 0
    exec 9>>"$here/locks/$ORCH_TASK"
    umask "$mask"
    if ! flock --nonblock 9; then note overlap; fi
    note start
}
end() { note end; }
hold() {
    tries=0
    while [ ! -e "$here/go" ]; do
        tries=$((tries + 1))
        if [ "$tries" -gt 1200 ]; then exit 9; fi
        sleep 0.05
    done
}
commit() {
    git add --all
    git -c user.name=Agent -c user.email=agent@localhost -c commit.gpgsign=false \
        commit --quiet --message="$1"
}
change() {
    echo "$ORCH_TASK" >"change-$ORCH_TASK"
    if [ -n "$(git status --porcelain)" ]; then commit "Change for $ORCH_TASK"; fi
}
)sh";

constexpr auto kApprove = R"sh(begin
printf '{"verdict":"approve","head":"%s"}' "$(git rev-parse HEAD)" >"$ORCH_ARTEFACT"
end)sh";

/// The text after `"key":` in one of our own JSON files, up to the next delimiter.
std::string valueIn(const std::string& json, const std::string& key) {
    const auto at = json.find("\"" + key + "\":");
    if (at == std::string::npos) return {};
    const auto begin = json.find_first_not_of("\" ", at + key.size() + 3);
    return json.substr(begin, json.find_first_of("\",}", begin) - begin);
}

pid_t pidIn(const std::string& json, const std::string& of) {
    const auto at = json.find("\"" + of + "\":");
    if (at == std::string::npos) return 0;
    const auto pid = valueIn(json.substr(at + of.size() + 3), "pid");
    return pid.empty() ? 0 : std::stoi(pid);
}

void put(const fs::path& path, const std::string& text) {
    fs::create_directories(path.parent_path());
    replaceFile(path, text, Sync::kNo, 0644);
}

}  // namespace

bool has(const std::string& text, const std::string& part) {
    return text.find(part) != std::string::npos;
}

bool dies(pid_t pid) {
    return eventually([pid] {
        const auto who = identityOf(pid);
        return !who || observe(*who) == Liveness::kDead;
    });
}

Installation::Installation() : repo(GitRepo::create(apart / "repo")), program(ORCHD) {
    for (const auto* name : {"state", "repo", "orch.yaml", "prompts"}) {
        fs::create_symlink(apart / name, dir / name);
    }
    settings.stages = kStages;
    settings.project = kProject;
    put(dir / "agents/common.sh", kCommon);
    fs::create_directory(dir / "locks");
    fs::permissions(dir / "locks", fs::perms::all);
    put(dir / "ledger", "");  // where a test puts guarded things into `dir`, nothing new is made
    for (const auto* stage : {"analysis", "development", "review"}) {
        put(apart / "prompts" / (std::string{stage} + ".md"), "{{task}} {{title}}\n{{feedback}}\n");
    }
    script("developer", "begin; change; end");
    script("reviewer", kApprove);
    script("check", "begin; test -e README; end");
    script("deploy", "begin; note deployed; end");
}

Installation::~Installation() {
    if (::testing::Test::HasFailure()) {
        std::cerr << "-- orchd said:\n" << log() << "-- ledger:\n" << ledger().text();
    }
    orchd_.reset();
    endAttempts();
}

void Installation::endAttempts() const {
    if (!fs::exists(state / "jobs")) return;
    for (const auto& entry : fs::directory_iterator(state / "jobs")) {
        const auto key = parseAttemptKey(entry.path().filename().string());
        if (!key) continue;
        OrphanHunt hunt(AttemptFolder{state / "jobs", *key});
        (void)eventually([&] { return hunt.pass(); });
    }
}

void Installation::script(const std::string& name, const std::string& text) const {
    put(dir / "agents" / (name + ".sh"), ". \"$(dirname \"$0\")/common.sh\"\n" + text + "\n");
}

void Installation::installApart() {
    fs::create_directories(apart / "bin");
    for (const auto* name : {"orchd", "orch-shim"}) {
        fs::copy_file(fs::path{ORCHD}.parent_path() / name, apart / "bin" / name);
    }
    fs::copy(fs::path{ORCHD}.parent_path() / "plugins", apart / "bin/plugins");
    program = apart / "bin/orchd";
}

void Installation::letGo() const {
    put(dir / "go", "");
}

void Installation::writeConfig() const {
    const std::vector<std::pair<std::string, std::string>> texts{
        {"agent_options", settings.agent_options},
        {"agents", settings.agents},
        {"stages", settings.stages},
        {"project", settings.project},
        {"projects", settings.projects},
        {"plugins", settings.plugins},
        {"store", settings.store},
        {"queue", settings.queue},
        {"listen", settings.listen}};
    const std::vector<std::pair<std::string, std::string>> folders{
        {"dir", dir.path().string()}, {"apart", apart.path().string()}};
    put(apart / "orch.yaml", expand(expand(kConfig, texts), folders));
}

Program& Installation::launch(const std::map<std::string, std::string>& extra) {
    writeConfig();
    orchd_.reset();
    orchd_ = std::make_unique<Program>(
        std::vector<std::string>{program.string(), "--config", (apart / "orch.yaml").string()},
        dir / "orchd.log",
        extra);
    return *orchd_;
}

bool Installation::ready() {
    return orchd_->running() &&
           valueIn(file("state/daemon.json"), "pid") == std::to_string(orchd_->pid());
}

void Installation::start(const std::map<std::string, std::string>& extra) {
    auto& started = launch(extra);
    const bool in_time = eventually([&] { return !started.running() || ready(); }, 60s);
    if (!in_time || !started.running()) throw std::runtime_error("orchd did not start: " + log());
}

Said Installation::startRefused(const std::map<std::string, std::string>& extra) {
    fs::remove(dir / "orchd.log");
    const int code = launch(extra).exitCode();
    return {code, "", log()};
}

void Installation::pullThePlug() {
    kill9();
    start();
}

std::string Installation::url() const {
    return valueIn(file("state/daemon.json"), "url");
}

std::map<std::string, std::string> Installation::addressForOrchctl() const {
    return {{"ORCH_STATE_DIR", state.string()}};
}

Said Installation::orchctl(std::vector<std::string> arguments) const {
    arguments.insert(arguments.begin(), ORCHCTL);
    const auto done = run({.command = arguments,
                           .environment = plainEnvironment(addressForOrchctl()),
                           .folder = dir.path()});
    return {done.exit_code, done.output, done.errors};
}

std::string Installation::addTask(const std::string& title, const std::string& project) {
    const auto said = orchctl({"task", "add", "--project", project, title});
    const auto at = said.out.find("T-");
    EXPECT_EQ(said.code, 0) << said.out << said.err;
    if (at == std::string::npos) return "T-0";
    return said.out.substr(at, said.out.find_first_not_of("0123456789", at + 2) - at);
}

std::vector<std::vector<std::string>> Installation::rows(const std::string& sql) const {
    return query(state / "orch.db", sql);
}

void Installation::execute(const std::string& sql) const {
    change(state / "orch.db", sql);
}

std::string Installation::one(const std::string& sql) const {
    const auto found = rows(sql);
    return found.empty() ? "" : found.front().front();
}

bool Installation::becomes(const std::string& sql,
                           const std::string& expected,
                           std::chrono::seconds patience) const {
    std::string last;
    const auto reached = [&] { return (last = one(sql)) == expected; };
    const bool in_time = eventually(reached, patience);
    if (!in_time) std::cerr << sql << " is still " << last << ", not " << expected << "\n";
    return in_time;
}

bool Installation::taskBecomes(const std::string& task,
                               const std::string& state_name,
                               std::chrono::seconds patience) const {
    const auto id = task.substr(2);
    if (becomes("SELECT state FROM tasks WHERE id=" + id, state_name, patience)) return true;
    std::cerr << task << " in " << one("SELECT stage FROM tasks WHERE id=" + id) << ": "
              << reasonOf(task) << "\n";
    return false;
}

std::string Installation::reasonOf(const std::string& task) const {
    return one("SELECT reason FROM tasks WHERE id=" + task.substr(2));
}

std::string Installation::parkedBecause(const std::string& task) const {
    return taskBecomes(task, "parked") ? reasonOf(task) : "";
}

bool Installation::runsBegin(std::size_t count) const {
    return eventually([&] { return ledger().count("start") >= count; }, 60s);
}

pid_t Installation::shimOf(const std::string& attempt) const {
    return pidIn(file("state/jobs/" + attempt + "/proc.json"), "shim");
}

pid_t Installation::agentOf(const std::string& attempt) const {
    return pidIn(file("state/jobs/" + attempt + "/proc.json"), "agent");
}

bool Installation::owns(pid_t pid) const {
    const auto command = readFile("/proc/" + std::to_string(pid) + "/cmdline").value_or("");
    return has(command, dir.path().string()) || has(command, apart.path().string());
}

std::string Installation::log() const {
    return file("orchd.log");
}

std::string Installation::file(const fs::path& name) const {
    return readFile(dir / name).value_or("");
}

int Installation::landings(const std::string& task) const {
    const auto found =
        repo.git({"log", "main", "--merges", "--format=%H", "--grep=^Orch-Task: " + task + "$"});
    return static_cast<int>(std::count(found.begin(), found.end(), '\n')) + (found.empty() ? 0 : 1);
}

}  // namespace orch::testing
