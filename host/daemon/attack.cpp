#include "daemon/attack.hpp"

#include <fcntl.h>
#include <stdlib.h>
#include <sys/file.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <iostream>
#include <map>
#include <nlohmann/json.hpp>
#include <sstream>
#include <system_error>

#include "base/confinement.hpp"
#include "base/error.hpp"
#include "base/files.hpp"
#include "base/repository_check.hpp"
#include "base/text.hpp"
#include "base/tree.hpp"
#include "daemon/agent_access.hpp"
#include "launch/confined_run.hpp"
#include "pipeline/confine_attempt.hpp"

namespace orch {

namespace fs = std::filesystem;
using Kind = Tried::Kind;

namespace {

constexpr std::chrono::seconds kPatience{60};

/// What orch-attack is told to try (its first word), and how it is told to people.
struct Target {
    std::string verb, what, on;
    Kind kind = Kind::kFiles;
    bool known = false;
};

class Targets {
public:
    /// Paths that are not there are left out.
    void add(const std::string& verb, const std::string& what, const fs::path& on) {
        std::error_code error;
        if (fs::exists(fs::symlink_status(on, error))) all_.push_back({verb, what, on.string()});
    }
    void known(const std::string& verb, const std::string& what, const fs::path& on) {
        const auto before = all_.size();
        add(verb, what, on);
        if (all_.size() > before) all_.back().known = true;
    }
    void other(Target target) { all_.push_back(std::move(target)); }
    [[nodiscard]] std::vector<Target> take() { return std::move(all_); }

private:
    std::vector<Target> all_;
};

/// Folders that stand for the worktrees of the attacker and of somebody else.
class Stage {
public:
    explicit Stage(const fs::path& state_dir) {
        auto pattern = (state_dir / "attack-XXXXXX").string();
        if (mkdtemp(pattern.data()) == nullptr) {
            const auto why = std::generic_category().message(errno);
            throw Error("cannot make a folder in " + state_dir.string() + ": " + why);
        }
        own = pattern;
        theirs = pattern + ".theirs";
        temporary = state_dir / "tmp" / own.filename();
        ensureFolder(theirs);
        replaceFile(theirs / "secret", "theirs", Sync::kNo);
    }
    ~Stage() {
        for (const auto& folder : {own, theirs, temporary}) {
            try {
                deleteTree(folder);
            } catch (const Error& error) {
                std::cerr << "orchd: " << error.what() << "\n";
            }
        }
    }
    Stage(const Stage&) = delete;
    Stage& operator=(const Stage&) = delete;

    /// Does what the attacker left behind live?
    [[nodiscard]] bool isLeft() const {
        const UniqueFd file{open(lock().c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW)};
        return file && flock(file.get(), LOCK_EX | LOCK_NB) != 0;
    }
    [[nodiscard]] fs::path lock() const { return own / "left"; }

    fs::path own, theirs, temporary;
};

void addState(const Setup& setup, const Stage& stage, Targets& targets) {
    const auto& state = setup.state_dir;
    targets.add("read", "list the state folder", state);
    targets.add("create", "make a file in the state folder", state);
    targets.add("create", "exchange the state folder", state.parent_path());
    targets.known("mode", "set the mode of the state folder", state);
    for (const auto* file : {"token", "read-token", "orch.db", "orch.db-wal", "daemon.json"}) {
        targets.add("read", "read " + std::string{file}, state / file);
        targets.add("write", "write " + std::string{file}, state / file);
    }
    for (const auto* folder : {"jobs", "tasks", "worktrees", "snapshots", "mirrors", "merge"}) {
        targets.add("create", "make a file in " + std::string{folder}, state / folder);
        targets.add("read", "list " + std::string{folder}, state / folder);
    }
    targets.add("read", "read another task's file", stage.theirs / "secret");
    targets.add("write", "write another task's file", stage.theirs / "secret");
    targets.known("connect", "connect to orchd's socket", state / "orchd.sock");
}

void addMirrors(const Setup& setup, const std::string& project, Targets& targets) {
    for (const auto& [other, def] : setup.projects) {
        const auto mirror = mirrorOf(setup, other);
        targets.add("create", "add an object to the mirror of " + other, mirror / "objects");
        targets.add(
            "create", "add an LFS object to the mirror of " + other, mirror / "lfs/objects");
        targets.add("create", "add a ref to the mirror of " + other, mirror / "refs");
        targets.add("write", "write the mirror's config of " + other, mirror / "config");
        if (other == project) continue;
        targets.add("read", "read the mirror's objects of " + other, mirror / "objects");
        targets.add("read", "read the mirror's LFS objects of " + other, mirror / "lfs/objects");
    }
}

/// The repository itself where that cannot be told: it is held, and what is not there is left out.
fs::path gitFolderIn(const fs::path& repository) {
    try {
        return gitFolderOf(repository);
    } catch (const std::exception&) {
        return repository;
    }
}

void addRepositories(const Setup& setup, Targets& targets) {
    for (const auto& [name, project] : setup.projects) {
        const auto of = " of " + name + "'s repository";
        const auto git = gitFolderIn(project.path);
        targets.add("create", "make a file in the folder" + of, project.path);
        for (const auto* file : {"config", "HEAD"}) {
            targets.add("write", "write " + std::string{file} + of, git / file);
        }
        for (const auto* folder : {"hooks", "refs/heads", "objects", "lfs/objects"}) {
            targets.add("create", "make a file in " + std::string{folder} + of, git / folder);
        }
    }
}

/// The configuration, prompts, programs, plugins, git, and every folder and link on the way.
void addGuarded(const Setup& setup, Targets& targets) {
    for (const auto& path : setup.read_only) {
        std::error_code error;
        const bool is_folder = fs::is_directory(fs::symlink_status(path, error));
        if (is_folder) targets.add("create", "make a file in " + path.string(), path);
        if (fs::is_regular_file(fs::symlink_status(path, error))) {
            targets.add("write", "write " + path.string(), path);
            targets.add("lease", "hold openings of " + path.string(), path);
        }
        targets.add("create", "exchange " + path.string(), path.parent_path());
    }
}

/// What every program of that user can do.
void addOfTheUser(const fs::path& home, Targets& targets) {
    for (const auto* folder : {".ssh", ".gnupg", ".aws", ".config/gcloud"}) {
        targets.known("read", "list " + std::string{folder} + " of its user", home / folder);
    }
    targets.known("connect", "order the docker daemon about", "/var/run/docker.sock");
}

/// The kernel's refusals of what leads out of the process; without a process table of its own also
/// of what names all processes of a user, who are then its own.
void addKernel(Targets& targets) {
    targets.other({"process", "orchd", std::to_string(getpid()), Kind::kProcesses});
    targets.other({"kernel", "", "", Kind::kKernel});
    if (!confinementSupport().own_processes) targets.other({"user", "", "", Kind::kProcesses});
}

/// "127.0.0.1 8080" of "http://127.0.0.1:8080".
std::string placeOf(const std::string& url) {
    auto place = url.substr(url.starts_with("http://") ? 7 : 0);
    std::erase_if(place, [](char c) { return c == '[' || c == ']'; });
    const auto colon = place.rfind(':');
    if (colon == std::string::npos) throw Error(url + " names no port");
    return place.replace(colon, 1, " ");
}

void addApi(const AttackedApi& api, Targets& targets) {
    if (api.url.empty()) return;
    const auto place = placeOf(api.url);
    if (!api.read_open) targets.other({"ask", "read the API without a token", place, Kind::kApi});
    targets.other({"order", "order orchd about without a token", place, Kind::kApi});
}

/// Who is confined alike, with the names for people.
struct Group {
    WantedConfinement wanted;
    std::vector<std::string> names;
};

std::vector<Group> groupsOf(const Setup& setup) {
    std::map<std::pair<Confine, std::string>, std::vector<std::string>> names;
    for (const auto& [name, agent] : setup.agents) {
        names[{agent.confine, agent.run_as}].push_back(name);
    }
    names[{setup.confine_checks, setup.run_checks_as}].emplace_back("checks");
    std::vector<Group> groups;
    for (auto& [wanted, whose] : names) {
        groups.push_back({{wanted.first, wanted.second}, std::move(whose)});
    }
    return groups;
}

std::vector<std::string> environmentOf(const Setup& setup) {
    std::vector<std::string> environment;
    for (const auto* name : {"HOME", "PATH", "TMPDIR", "USER"}) {
        const auto found = setup.environment.find(name);
        if (found != setup.environment.end()) environment.push_back(name + ("=" + found->second));
    }
    return environment;
}

/// One run of orch-attack.
class Attack {
public:
    Attack(const Setup& setup, const fs::path& programs, const Group& group, std::string project)
        : setup_(setup),
          programs_(programs),
          group_(group),
          project_(std::move(project)),
          stage_(setup.state_dir) {}

    std::vector<Tried> play(const AttackedApi& api) {
        targets_ = targets(api);
        const auto result = run(order());
        if (result.exit_code != 0) throw Error("orch-attack: " + describe(result));
        std::vector<Tried> tried;
        std::istringstream lines(result.output);
        for (std::string line; std::getline(lines, line);) tried.push_back(read(line));
        return tried;
    }

private:
    [[nodiscard]] static std::string describe(const RunResult& result) {
        if (result.timed_out) return "it had not ended after " + spokenDuration(kPatience);
        return "exit code " + std::to_string(result.exit_code) + ": " + cleanUtf8(result.errors);
    }

    [[nodiscard]] std::vector<Target> targets(const AttackedApi& api) const {
        Targets targets;
        addState(setup_, stage_, targets);
        addMirrors(setup_, project_, targets);
        addRepositories(setup_, targets);
        addGuarded(setup_, targets);
        addOfTheUser(home(), targets);
        addKernel(targets);
        addApi(api, targets);
        // Last: while it lives, all others have been tried.
        targets.other({"outlive", "outlive its attempt", stage_.lock().string(), Kind::kProcesses});
        return targets.take();
    }

    [[nodiscard]] fs::path home() const {
        if (!group_.wanted.run_as.empty()) return setup_.users.at(group_.wanted.run_as).home;
        const auto home = setup_.environment.find("HOME");
        return home == setup_.environment.end() ? fs::path{} : fs::path{home->second};
    }

    /// A number instead of a name: what it prints then leads back to the target.
    [[nodiscard]] RunOrder order() {
        StartSpec spec{.folder = stage_.own, .environment = environmentOf(setup_)};
        const auto shared =
            project_.empty() ? std::vector<PathRule>{} : sharedPathsOf(setup_, project_);
        confineAttempt(setup_, group_.wanted, {.worktree = stage_.own, .git = shared}, spec);
        RunOrder order{.command = {(programs_ / "orch-attack").string()},
                       .folder = stage_.own,
                       .environment = std::move(spec.environment),
                       .confinement = std::move(spec.confinement)};
        for (std::size_t i = 0; i < targets_.size(); ++i) {
            const auto& target = targets_[i];
            const bool is_process = target.verb == "process";
            order.command.insert(
                order.command.end(),
                {target.verb, is_process ? target.what : std::to_string(i), target.on});
        }
        return order;
    }

    RunResult run(const RunOrder& order) {
        return orch::run(
            ConfinedRun(programs_ / "orch-shim", order, {.timeout = kPatience}).spec());
    }

    /// "17 refused: Permission denied", or "prlimit_orchd worked" for what names itself.
    Tried read(const std::string& line) {
        const auto space = line.find(' ');
        const auto name = line.substr(0, space);
        std::size_t index = targets_.size();
        const auto* end = name.data() + name.size();
        const bool is_number = std::from_chars(name.data(), end, index).ptr == end;
        Tried tried{.by = by()};
        if (is_number && index < targets_.size()) {
            const auto& target = targets_[index];
            tried.kind = target.kind;
            tried.what = target.what;
            tried.on = target.on;
            tried.known = target.known;
        } else {
            tried.kind = name.ends_with("_orchd") ? Kind::kProcesses : Kind::kKernel;
            tried.what = name;
            std::ranges::replace(tried.what, '_', ' ');
        }
        const bool outlives = is_number && index + 1 == targets_.size();
        tried.could = outlives ? stage_.isLeft() : line.substr(space + 1) == "worked";
        if (outlives) tried.on.clear();
        if (!tried.could) tried.answer = outlives ? "it was ended" : line.substr(space + 1);
        return tried;
    }

    [[nodiscard]] std::string by() const {
        return join(group_.names, ", ") + (project_.empty() ? "" : " on " + project_);
    }

    const Setup& setup_;
    const fs::path& programs_;
    const Group& group_;
    std::string project_;
    Stage stage_;
    std::vector<Target> targets_;
};

}  // namespace

std::string nameOf(Tried::Kind kind) {
    switch (kind) {
        case Kind::kFiles:
            return "files";
        case Kind::kProcesses:
            return "processes";
        case Kind::kKernel:
            return "kernel";
        case Kind::kApi:
            return "api";
    }
    return "unknown";
}

std::string asJson(const Tried& tried) {
    const nlohmann::json json{{"by", tried.by},
                              {"kind", nameOf(tried.kind)},
                              {"what", tried.what},
                              {"on", tried.on},
                              {"could", tried.could},
                              {"known", tried.known},
                              {"answer", tried.answer}};
    return json.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

std::vector<Tried> playHostileAgent(const Setup& setup,
                                    const fs::path& programs,
                                    const AttackedApi& api) {
    std::vector<std::string> projects;
    for (const auto& [name, project] : setup.projects) projects.push_back(name);
    if (projects.empty()) projects.emplace_back();
    std::vector<Tried> all;
    for (const auto& group : groupsOf(setup)) {
        for (const auto& project : projects) {
            auto tried = Attack(setup, programs, group, project).play(api);
            all.insert(all.end(), tried.begin(), tried.end());
        }
    }
    return all;
}

}  // namespace orch
