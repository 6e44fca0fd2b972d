#include <algorithm>

#include "base/digest.hpp"
#include "base/error.hpp"
#include "base/git.hpp"
#include "base/repository_check.hpp"
#include "base/run.hpp"
#include "base/search_path.hpp"
#include "base/text.hpp"
#include "ctl/config_findings.hpp"
#include "ctl/doctor/checks.hpp"

namespace orch::ctl {

namespace fs = std::filesystem;

namespace {

/// A folder of its own below the system's temporary one, gone with all it holds at the end.
class Scratch {
public:
    Scratch() : folder_(fs::temp_directory_path() / ("orchctl-doctor-" + randomHex(8))) {}
    Scratch(const Scratch&) = delete;
    Scratch& operator=(const Scratch&) = delete;
    ~Scratch() {
        std::error_code left_over;  // in the temporary folder, where it may stay
        fs::remove_all(folder_, left_over);
    }
    [[nodiscard]] const fs::path& folder() const { return folder_; }

private:
    fs::path folder_;
};

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
        findings.push_back({check, Health::kOk, what, {}});
    } catch (const RemoteError& refusal) {
        findings.push_back(
            {check,
             Health::kFail,
             refusal.what(),
             "put that right, or change repo of " + project.name + " in " + set_up.file});
    }
}

/// What a check needs and nothing that is secret.
std::vector<std::string> environmentOf(const Surroundings& around) {
    std::vector<std::string> environment{"PATH=" + searchPathOf(around)};
    for (const auto* name :
         {"HOME", "USER", "LOGNAME", "LANG", "LC_ALL", "TZ", "TMPDIR", "SHELL"}) {
        if (const auto value = around.variable(name)) environment.push_back(name + ("=" + *value));
    }
    return environment;
}

std::string lastLine(const std::string& text) {
    const auto end = text.find_last_not_of(" \t\r\n");
    if (end == std::string::npos) return {};
    const auto begin = text.find_last_of('\n', end);
    const auto from = begin == std::string::npos ? 0 : begin + 1;
    return shorten(cleanUtf8(text.substr(from, end - from + 1)), 200);
}

std::string endingOf(const RunResult& result, Milliseconds limit) {
    if (result.timed_out) return "had not ended after " + spokenDuration(limit);
    const auto said = lastLine(result.errors.empty() ? result.output : result.errors);
    return "exit code " + std::to_string(result.exit_code) + (said.empty() ? "" : ": " + said);
}

Finding runCheck(const ProjectDef& project, const StageDef& stage, const SetUp& set_up) {
    const auto check = "base " + project.name;
    const auto shown = "`" + join(stage.check, " ") + "` on " + project.base;
    set_up.progress("running " + shown + " of " + project.name + ", up to " +
                    spokenDuration(stage.check_timeout));
    const Scratch scratch;
    Git{}.run("a clean checkout of " + project.base,
              {"clone",
               "--quiet",
               "--shared",
               "--single-branch",
               "--branch",
               project.base,
               "--",
               project.path.string(),
               scratch.folder().string()});
    auto command = stage.check;
    command.front() =
        findProgram(command.front(), searchPathOf(set_up.around)).value_or(command.front());
    const auto result = orch::run({.command = command,
                                   .environment = environmentOf(set_up.around),
                                   .folder = scratch.folder(),
                                   .timeout = stage.check_timeout});
    if (result.exit_code == 0 && !result.timed_out) {
        return {check, Health::kOk, shown + " passed", {}};
    }
    return {check,
            Health::kFail,
            shown + " failed: " + endingOf(result, stage.check_timeout),
            "repair " + project.base + " first: no change can pass while its base does not"};
}

Finding lookAtStage(const ProjectDef& project, const StageDef& stage, const SetUp& set_up) {
    if (!set_up.run_checks) {
        return {
            "base " + project.name,
            Health::kWarn,
            "whether `" + join(stage.check, " ") + "` passes on " + project.base + " was not tried",
            "orchctl doctor --run-checks tries it"};
    }
    try {
        return runCheck(project, stage, set_up);
    } catch (const Error& failure) {
        return {"base " + project.name, Health::kFail, failure.what(), "put that right first"};
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

void lookAtBase(const SetUp& set_up, Findings& findings) {
    const auto& stages = set_up.config.pipeline.stages;
    const auto has_check = [](const StageDef& stage) { return !stage.check.empty(); };
    if (std::ranges::none_of(stages, has_check)) {
        findings.push_back({"check",
                            Health::kWarn,
                            "no stage has a check, so nothing tests what agents do",
                            "add a stage with `check: [make, check]`, or what tests your project"});
    }
    for (const auto& project : set_up.config.projects) {
        for (const auto& stage : stages) {
            if (has_check(stage)) findings.push_back(lookAtStage(project, stage, set_up));
        }
    }
}

}  // namespace orch::ctl
