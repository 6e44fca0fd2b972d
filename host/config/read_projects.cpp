#include <algorithm>
#include <map>

#include "base/text.hpp"
#include "config/names.hpp"
#include "config/readers.hpp"
#include "core/protected_paths.hpp"

namespace orch {

namespace {

using std::chrono::hours;
using std::chrono::seconds;

std::string problemOfPath(const std::string& text) {
    return text.empty() ? "a folder is needed, such as ./greeter" : "";
}

void readRepository(Section section, ProjectDef& project) {
    project.forge =
        section.only("forge", project.forge, "this release works on local repositories");
    section.require("path", "the folder of the git repository, such as ./greeter");
    project.path = section.text("path", "", problemOfPath);
    project.base = section.text("base", project.base, problemOfBranch);
    section.finish();
}

void readTracker(Section section, ProjectDef& project) {
    project.tracker = section.only("kind", project.tracker, "this release has the builtin tracker");
    section.finish();
}

constexpr int kHighestExitCode = 255;

std::string problemOfExitCode(const std::string& text,
                              std::map<std::string, std::string>& named,
                              const std::string& meaning) {
    if (text == "0") return "0 always means deployed: take a code from 1 to 255";
    const bool digits = !text.empty() && text.size() <= 3 &&
                        text.find_first_not_of("0123456789") == std::string::npos;
    if (!digits || text.front() == '0' || std::stoi(text) > kHighestExitCode) {
        return "must be an exit code from 1 to 255, got " + cleanUtf8(shorten(text, 40));
    }
    const auto [first, is_new] = named.emplace(text, meaning);
    return is_new ? "" : text + " is named already under " + first->second;
}

std::vector<int> readCodes(Section& section,
                           const std::string& meaning,
                           std::map<std::string, std::string>& named) {
    std::vector<int> codes;
    (void)section.plainTexts(meaning, [&](const std::string& text) {
        const auto problem = problemOfExitCode(text, named, meaning);
        if (problem.empty()) codes.push_back(std::stoi(text));
        return problem;
    });
    return codes;
}

void readExitCodes(Section section, DeployExitCodes& codes) {
    std::map<std::string, std::string> named;
    codes.rolled_back = readCodes(section, "rolled_back", named);
    codes.retry = readCodes(section, "retry", named);
    section.finish();
}

void readDeploy(Section& project_section, ProjectDef& project) {
    auto section = project_section.section("deploy");
    if (project_section.has("deploy")) {
        section.require("command", "the program and its arguments, such as [./deploy.sh]");
    }
    project.deploy = section.command("command", {"version", "sha", "project"});
    project.deploy_timeout =
        section.duration("timeout", project.deploy_timeout, seconds(1), hours(24 * 30));
    readExitCodes(section.section("exit_codes"), project.deploy_codes);
    section.finish();
}

/// `derives`: the project leaves it to its commands which paths are protected.
ProjectDef readProject(Section& section, bool& derives) {
    ProjectDef project;
    section.require("name", "every project has one");
    project.name = section.plain("name", "", problemOfName);
    readRepository(section.section("repo"), project);
    readTracker(section.section("tracker"), project);
    project.approvers = section.texts("approvers", {}, problemOfPerson);
    project.protected_paths = section.plainTexts("protected", problemOfPattern);
    derives = !section.has("protected");
    project.self = section.flag("self", project.self);
    readDeploy(section, project);
    section.finish();
    return project;
}

/// A list of one's own may well be meant to leave something open, and [] is.
void warnOfOpen(const ProjectDef& project, Config& config) {
    if (project.protected_paths.empty()) return;
    const auto open = leftOpen(project.protected_paths, config.pipeline, project.deploy);
    if (open.empty()) return;
    config.warnings.push_back(
        "the project " + project.name +
        ": its list \"protected\" stands in the place of the default one and leaves open what the "
        "checks or the deploy execute: add " +
        join(open, ", ") + ", or leave the key out");
}

/// Two projects on one repository would merge into it at the same time.
void checkTwins(const std::vector<ProjectDef>& projects, Section& root) {
    for (std::size_t i = 0; i < projects.size(); ++i) {
        for (std::size_t j = 0; j < i; ++j) {
            const auto key = "projects[" + std::to_string(i) + "]";
            const auto other = "projects[" + std::to_string(j) + "]";
            if (!projects[i].name.empty() && projects[i].name == projects[j].name) {
                root.problem(key + ".name", other + " has this name already");
            }
            const auto path = projects[i].path.lexically_normal();
            if (!path.empty() && path == projects[j].path.lexically_normal()) {
                root.problem(key + ".repo.path", other + " works on this repository already");
            }
        }
    }
}

}  // namespace

void readProjects(Section& root, Config& config) {
    auto sections = root.list("projects");
    for (auto& section : sections) {
        bool derives = false;
        auto project = readProject(section, derives);
        if (derives) project.protected_paths = defaultProtected(config.pipeline, project.deploy);
        if (!derives) warnOfOpen(project, config);
        config.projects.push_back(std::move(project));
    }
    checkTwins(config.projects, root);
}

}  // namespace orch
