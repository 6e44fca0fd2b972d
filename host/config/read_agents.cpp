#include <algorithm>
#include <array>

#include "base/text.hpp"
#include "config/names.hpp"
#include "config/read_confinement.hpp"
#include "config/readers.hpp"

namespace orch {

namespace {

using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;

constexpr auto kMonth = hours(24 * 30);

/// What jobs of orchd's own are called in the agent column.
constexpr std::array<std::string_view, 5> kReserved{
    "check", "merge", "deploy", "deploy-finalizer", "post-deploy-monitor"};

std::string problemOfVariable(const std::string& name) {
    if (!isVariableName(name)) {
        return "\"" + cleanUtf8(shorten(name, 40)) + "\" is not the name of a variable";
    }
    if (name.compare(0, 5, "ORCH_") == 0) {
        return name + " cannot be passed on: orchd itself decides an agent's ORCH_* variables";
    }
    return {};
}

std::string problemOfApi(const std::string& text) {
    if (text == "none" || text == "read") return {};
    return "expected none or read, got \"" + cleanUtf8(shorten(text, 40)) + "\"";
}

AgentDef readAgent(const std::string& name, Section& section) {
    AgentDef agent;
    agent.name = name;
    section.require("command",
                    "the program and its arguments, such as [my-agent, '{prompt_file}']");
    agent.command = section.command("command", {"prompt_file", "artefact", "task", "stage"});
    agent.timeout = section.duration("timeout", agent.timeout, seconds(1), kMonth);
    agent.stall = section.duration("stall", agent.stall, seconds(0), kMonth);
    agent.grace = section.duration("grace", agent.grace, seconds(0), minutes(10));
    agent.output_limit = section.bytes("output_limit", agent.output_limit, 1'000, 10'000'000'000);
    agent.retries = section.number("retries", agent.retries, 0, 20);
    agent.pass_env = section.plainTexts("pass_env", problemOfVariable);
    agent.confine = readConfine(section, agent.confine);
    agent.run_as = readRunAs(section);
    agent.reads_api = section.plain("api", "none", problemOfApi) == "read";
    section.finish();
    return agent;
}

}  // namespace

void readAgents(Section& root, Config& config) {
    const bool given = root.has("agents");
    auto sections = root.named("agents");
    if (given) config.agents.clear();
    for (auto& [name, section] : sections) {
        if (std::find(kReserved.begin(), kReserved.end(), name) != kReserved.end()) {
            section.problem("", name + " is the name of a job of orchd's own: take another one");
        }
        config.agents.push_back(readAgent(name, section));
    }
}

}  // namespace orch
