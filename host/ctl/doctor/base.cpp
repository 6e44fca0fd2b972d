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
#include "ctl/doctor/held_signals.hpp"

namespace orch::ctl {

namespace fs = std::filesystem;

namespace {

/// A folder of its own below the system's temporary one, gone with all it holds at the end.
class Scratch {
public:
    explicit Scratch(const Surroundings& around) {
        const fs::path parent = around.variable("TMPDIR").value_or("/tmp");
        std::error_code error;
        if (!fs::is_directory(parent, error)) {
            throw Error("there is no folder " + parent.string() + " for temporary files (TMPDIR)");
        }
        folder_ = parent / ("orchctl-doctor-" + randomHex(8));
    }
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

/// What a check needs and nothing that is secret.
std::vector<std::string> environmentOf(const Surroundings& around) {
    std::vector<std::string> environment{"PATH=" + trustedSearchPath(around)};
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
    constexpr std::size_t kMost = 4096;
    return text.substr(from, std::min(end - from + 1, kMost));
}

struct CheckStage {
    const StageDef& stage;
    std::vector<std::string> shown;  ///< its check as the file says it: a variable may be secret
};

CheckStage checkStage(const Config& config, std::size_t at) {
    const auto& stage = config.pipeline.stages[at];
    CheckStage result{stage, stage.check};
    for (std::size_t i = 0; i < result.shown.size(); ++i) {
        const auto key =
            "pipeline.stages[" + std::to_string(at) + "].check[" + std::to_string(i) + "]";
        const auto found = config.references.find(key);
        if (found != config.references.end()) result.shown[i] = found->second;
    }
    return result;
}

/// What the check says may repeat what it was called with.
std::string withoutSecrets(std::string text, const CheckStage& check) {
    for (std::size_t i = 0; i < check.shown.size(); ++i) {
        const auto& value = check.stage.check[i];
        const auto& shown = check.shown[i];
        if (value == shown || value.empty()) continue;
        for (auto at = text.find(value); at != text.npos; at = text.find(value, at)) {
            text.replace(at, value.size(), shown);
            at += shown.size();
        }
    }
    return text;
}

std::string endingOf(const RunResult& result, const CheckStage& check) {
    if (result.timed_out) return "had not ended after " + spokenDuration(check.stage.check_timeout);
    const auto line = lastLine(result.errors.empty() ? result.output : result.errors);
    const auto said = shorten(cleanUtf8(withoutSecrets(line, check)), 200);
    return "exit code " + std::to_string(result.exit_code) + (said.empty() ? "" : ": " + said);
}

void cloneBase(const ProjectDef& project, const fs::path& folder) {
    // git cannot name a folder with a line break as a place for shared objects.
    const bool shareable = project.path.string().find('\n') == std::string::npos;
    Git{}.run("a clean checkout of " + project.base,
              {"clone",
               "--quiet",
               shareable ? "--shared" : "--no-local",
               "--single-branch",
               "--branch",
               project.base,
               "--",
               project.path.string(),
               folder.string()});
}

/// The signals are held until the check has ended and its folder is gone.
RunResult runInCheckout(const ProjectDef& project, const StageDef& stage, const SetUp& set_up) {
    requireUsableRepository(project.path, project.base);
    const HeldSignals held;
    const Scratch scratch{set_up.around};
    cloneBase(project, scratch.folder());
    auto command = stage.check;
    command.front() =
        findProgram(command.front(), trustedSearchPath(set_up.around)).value_or(command.front());
    return orch::run({.command = command,
                      .environment = environmentOf(set_up.around),
                      .folder = scratch.folder(),
                      .timeout = stage.check_timeout,
                      .stop = held.descriptor()});
}

Finding runCheck(const ProjectDef& project, const CheckStage& check_stage, const SetUp& set_up) {
    const auto& stage = check_stage.stage;
    const auto check = "base " + project.name;
    const auto shown = "`" + join(check_stage.shown, " ") + "` on " + project.base;
    if (const auto problem = whoReplaces(stage.check.front(), set_up.around)) {
        return {check, Health::kFail, shown + " was not started: " + *problem, "then look again"};
    }
    set_up.progress("running " + shown + " of " + project.name + ", up to " +
                    spokenDuration(stage.check_timeout));
    const auto result = runInCheckout(project, stage, set_up);
    if (result.exit_code == 0 && !result.timed_out) {
        return {check, Health::kOk, shown + " passed", {}};
    }
    return {check,
            Health::kFail,
            shown + " failed: " + endingOf(result, check_stage),
            "repair " + project.base + " first: no change can pass while its base does not"};
}

Finding lookAtStage(const ProjectDef& project, const CheckStage& stage, const SetUp& set_up) {
    if (!set_up.run_checks) {
        return {
            "base " + project.name,
            Health::kWarn,
            "whether `" + join(stage.shown, " ") + "` passes on " + project.base + " was not tried",
            "orchctl doctor --run-checks tries it"};
    }
    try {
        return runCheck(project, stage, set_up);
    } catch (const Error& failure) {
        return {"base " + project.name, Health::kFail, failure.what(), "put that right first"};
    }
}

}  // namespace

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
        for (std::size_t i = 0; i < stages.size(); ++i) {
            if (!has_check(stages[i])) continue;
            findings.push_back(lookAtStage(project, checkStage(set_up.config, i), set_up));
        }
    }
}

}  // namespace orch::ctl
