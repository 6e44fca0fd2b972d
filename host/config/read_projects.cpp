#include <algorithm>

#include "base/text.hpp"
#include "config/names.hpp"
#include "config/readers.hpp"

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

void readDeploy(Section& project_section, ProjectDef& project) {
    auto section = project_section.section("deploy");
    if (project_section.has("deploy")) {
        section.require("command", "the program and its arguments, such as [./deploy.sh]");
    }
    project.deploy = section.command("command", {"version", "sha", "project"});
    project.deploy_timeout =
        section.duration("timeout", project.deploy_timeout, seconds(1), hours(24 * 30));
    section.finish();
}

ProjectDef readProject(Section& section) {
    ProjectDef project;
    section.require("name", "every project has one");
    project.name = section.plain("name", "", problemOfName);
    readRepository(section.section("repo"), project);
    readTracker(section.section("tracker"), project);
    project.approvers = section.texts("approvers", {}, problemOfPerson);
    project.self = section.flag("self", project.self);
    readDeploy(section, project);
    section.finish();
    return project;
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
    for (auto& section : sections) config.projects.push_back(readProject(section));
    checkTwins(config.projects, root);
}

}  // namespace orch
