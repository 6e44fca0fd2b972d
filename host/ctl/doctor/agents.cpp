#include <algorithm>
#include <map>

#include "base/error.hpp"
#include "base/run.hpp"
#include "base/search_path.hpp"
#include "base/text.hpp"
#include "ctl/config_findings.hpp"
#include "ctl/doctor/checks.hpp"
#include "ctl/init/agents.hpp"

namespace orch::ctl {

namespace {

constexpr std::chrono::seconds kPatience{10};

/// Only programs that are known to answer --version and end: a script of somebody's own could take
/// it for a prompt and begin to work.
bool answersVersion(const std::string& program) {
    const auto profiles = agentProfiles();
    return std::ranges::any_of(profiles, [&](const AgentProfile& profile) {
        return profile.program == std::filesystem::path{program}.filename();
    });
}

/// Without any key, so that it could not spend anything.
RunResult askVersion(const std::string& program, const Surroundings& around) {
    const auto search_path = trustedSearchPath(around);
    RunSpec spec{.command = {findProgram(program, search_path).value_or(program), "--version"},
                 .environment = {"PATH=" + search_path},
                 .folder = "/",
                 .timeout = kPatience,
                 .output_limit = 4096};
    if (const auto home = around.variable("HOME")) spec.environment.push_back("HOME=" + *home);
    return run(spec);
}

Finding judge(const std::string& check, const std::string& program, const RunResult& result) {
    const auto asked = program + " --version";
    if (result.timed_out) {
        return {check,
                Health::kWarn,
                asked + " had not ended after " + spokenDuration(kPatience),
                "run it yourself, as the user who runs orchd"};
    }
    if (result.exit_code != 0) {
        return {check,
                Health::kFail,
                asked + " ended with exit code " + std::to_string(result.exit_code),
                "run it yourself, as the user who runs orchd, and repair its installation"};
    }
    const auto line = result.output.substr(0, result.output.find('\n'));
    return {check, Health::kOk, shorten(cleanUtf8(program + ": " + line), 120), {}};
}

Finding look(const std::string& names, const std::string& program, const Surroundings& around) {
    const auto check = "agent " + names;
    if (!answersVersion(program)) {
        return {check, Health::kOk, program + " is there (not asked: its answer is not known)", {}};
    }
    if (const auto problem = whoReplaces(program, around)) {
        return {check, Health::kWarn, program + " was not asked: " + *problem, "then look again"};
    }
    try {
        return judge(check, program, askVersion(program, around));
    } catch (const Error& failure) {
        return {check, Health::kFail, failure.what(), "repair its installation"};
    }
}

bool isThere(const std::string& program, const std::string& search_path) {
    const bool searched = program.find('/') == std::string::npos;
    return searched ? findProgram(program, search_path).has_value() : isProgram(program);
}

}  // namespace

void lookAtAgents(const SetUp& set_up, Findings& findings) {
    std::map<std::string, std::vector<std::string>> users;  // of each program
    for (const auto& agent : set_up.config.agents) {
        const auto& stages = set_up.config.pipeline.stages;
        const bool used = std::ranges::find(stages, agent.name, &StageDef::agent) != stages.end();
        if (used && !agent.command.empty()) users[agent.command.front()].push_back(agent.name);
    }
    for (const auto& [program, names] : users) {
        // What is missing the look at the environment tells.
        if (!isThere(program, searchPathOf(set_up.around))) continue;
        findings.push_back(look(join(names, ", "), program, set_up.around));
    }
}

}  // namespace orch::ctl
