#include "pipeline/confine_attempt.hpp"

#include "base/files.hpp"
#include "pipeline/hand_over.hpp"

namespace orch {

namespace fs = std::filesystem;

namespace {

using Environment = std::vector<std::string>;

fs::path temporaryIn(const Environment& environment) {
    for (const auto& line : environment) {
        if (line.starts_with("TMPDIR=/")) return line.substr(7);
    }
    return "/tmp";
}

void set(Environment& environment, const std::string& variable, const std::string& value) {
    std::erase_if(environment,
                  [&](const std::string& line) { return line.starts_with(variable + "="); });
    environment.push_back(variable + "=" + value);
}

}  // namespace

void confineAttempt(const Setup& setup,
                    const WantedConfinement& wanted,
                    OwnPaths own,
                    StartSpec& spec) {
    if (wanted.confine == Confine::kOff && wanted.run_as.empty()) return;
    Confinement made{.required = wanted.confine == Confine::kRequired};
    const GuardedPaths guarded{setup.state_dir, setup.read_only};
    if (leadsToGuarded(temporaryIn(spec.environment), confinedPaths(guarded, own))) {
        const auto whose = spec.task.empty() ? spec.folder.filename() : fs::path{spec.task};
        own.temporary = setup.state_dir / "tmp" / whose;
        ensureFolder(own.temporary);
        set(spec.environment, "TMPDIR", own.temporary.string());
    }
    auto paths = confinedPaths(guarded, own);
    if (!wanted.run_as.empty()) {
        const auto& user = setup.users.at(wanted.run_as);
        made.user = user.ids;
        handOver(setup.state_dir, paths, user.ids);
        set(spec.environment, "HOME", user.home.string());
        set(spec.environment, "USER", user.ids.name);
        set(spec.environment, "LOGNAME", user.ids.name);
    }
    if (wanted.confine != Confine::kOff) made.paths = std::move(paths);
    spec.confinement = std::move(made);
}

}  // namespace orch
