#include "ctl/init/outcome.hpp"

#include "base/repository_check.hpp"
#include "base/text.hpp"
#include "config/config.hpp"
#include "ctl/init/state_folder.hpp"
#include "ctl/init/write_new.hpp"
#include "ctl/port.hpp"

namespace orch::ctl {

namespace fs = std::filesystem;

namespace {

std::string freeAddress() {
    constexpr std::uint16_t kFirst = 8080;
    constexpr std::uint16_t kLast = 8099;
    for (auto port = kFirst; port <= kLast; ++port) {
        if (!portTrouble("127.0.0.1", port)) return "127.0.0.1:" + std::to_string(port);
    }
    return "127.0.0.1:0";
}

fs::path placeOf(const InitOptions& options, const Surroundings& around) {
    const auto place = (around.folder / options.path).lexically_normal();
    const bool ends_with_slash = !place.has_filename() && place.has_relative_path();
    return ends_with_slash ? place.parent_path() : place;
}

Plan planFor(const InitOptions& options, const Surroundings& around) {
    Plan plan;
    plan.repository = findRepository(placeOf(options, around), options.base);
    const BaseTree tree{plan.repository};
    plan.submodules = tree.has(".gitmodules");
    plan.check = findCheck(tree);
    plan.project = projectNameOf(plan.repository.folder);
    plan.state_dir = stateFolderFor(plan.repository, plan.project, around);
    plan.listen = freeAddress();
    plan.agents = installedAgents(searchPathOf(around));
    return plan;
}

std::vector<std::string> notesOn(const Outcome& outcome) {
    std::vector<std::string> notes;
    const auto& repository = outcome.plan.repository;
    if (repository.linked) {
        notes.push_back("this is a worktree of " + repository.folder.string() +
                        ": the configuration is for that one and lies there");
    }
    if (!gitIgnores(repository, outcome.file)) {
        notes.push_back(
            "git sees orch.yaml as a new file; agents should not be able to change it, so keep it"
            " out: echo '/orch.yaml*' >> \"$(git -C " +
            shellWord(repository.folder.string()) +
            " rev-parse --path-format=absolute --git-path info/exclude)\"");
    }
    if (const auto trouble = checkoutTrouble(repository.folder, repository.base)) {
        notes.push_back(*trouble);
    }
    if (outcome.plan.submodules) {
        notes.push_back(
            "the repository has submodules: worktrees of agents and checks do not have"
            " them until somebody runs git submodule update --init there");
    }
    if (!outcome.plan.check) {
        notes.push_back(
            "no check was found, so nothing tests what agents do; the file says how to"
            " add one");
    }
    return notes;
}

/// A text that cannot be loaded is a bug here, and is never written.
void requireLoadable(const std::string& text, const fs::path& file) {
    (void)parseConfig(text, file, {});
}

}  // namespace

Outcome writeConfiguration(const InitOptions& options, const Surroundings& around) {
    Outcome outcome;
    outcome.plan = planFor(options, around);
    outcome.file = outcome.plan.repository.folder / "orch.yaml";
    const auto text = composeConfig(outcome.plan);
    requireLoadable(text, outcome.file);
    const auto existing = options.force ? Existing::kKeepAside : Existing::kRefuse;
    outcome.kept = writeNew(outcome.file, text, existing);
    outcome.findings = checkConfig(outcome.file.string(), around);
    outcome.notes = notesOn(outcome);
    return outcome;
}

}  // namespace orch::ctl
