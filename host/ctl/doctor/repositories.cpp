#include "base/error.hpp"
#include "base/git.hpp"
#include "base/repository_check.hpp"
#include "ctl/doctor/checks.hpp"

namespace orch::ctl {

namespace {

void lookAt(const ProjectDef& project, const SetUp& set_up, Findings& findings) {
    const auto check = "repository " + project.name;
    try {
        requireUsableRepository(project.path, project.base);
        const auto tip = Git{}.run("reading " + project.base,
                                   {"-C",
                                    project.path.string(),
                                    "rev-parse",
                                    "--short",
                                    "--verify",
                                    "refs/heads/" + project.base});
        const auto what = project.path.string() + ", base " + project.base + " at " + tip;
        if (const auto trouble = checkoutTrouble(project.path, project.base)) {
            const auto fix = trouble->find(": git -C ");
            findings.push_back(
                {check, Health::kFail, trouble->substr(0, fix), trouble->substr(fix + 2)});
            return;
        }
        findings.push_back({check, Health::kOk, what, {}});
    } catch (const RemoteError& refusal) {
        findings.push_back(
            {check,
             Health::kFail,
             refusal.what(),
             "put that right, or change repo of " + project.name + " in " + set_up.file});
    }
}

}  // namespace

void lookAtRepositories(const SetUp& set_up, Findings& findings) {
    if (set_up.config.projects.empty()) {
        findings.push_back({"projects",
                            Health::kWarn,
                            "the configuration names no repository, so there is nothing to do",
                            "orchctl init writes one for the repository you stand in"});
    }
    for (const auto& project : set_up.config.projects) lookAt(project, set_up, findings);
}

}  // namespace orch::ctl
