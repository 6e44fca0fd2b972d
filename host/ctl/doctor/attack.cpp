#include <algorithm>
#include <iterator>
#include <map>
#include <nlohmann/json.hpp>
#include <sstream>

#include "base/error.hpp"
#include "base/process.hpp"
#include "base/run.hpp"
#include "base/text.hpp"
#include "ctl/doctor/checks.hpp"

namespace orch::ctl {

using nlohmann::json;

namespace {

constexpr auto kOfTheUser =
    "confinement does not hold this (docs/security.md); run_as with a user of its own for agents "
    "does, where it is a file";

std::vector<std::string> linesOf(const std::map<std::string, std::string>& environment) {
    std::vector<std::string> lines;
    for (const auto& [name, value] : environment) lines.push_back(name + "=" + value);
    return lines;
}

RunResult askOrchd(const SetUp& set_up) {
    constexpr std::chrono::minutes kPatience{10};
    RunSpec spec{.command = {(programs() / "orchd").string(), "--attack", "--config", set_up.file},
                 .environment = linesOf(set_up.around.environment),
                 .folder = set_up.around.folder,
                 .timeout = kPatience};
    const auto daemon = readDaemonFile(set_up.config.state_dir / "daemon.json");
    if (daemon && daemon->pid > 0 && identityOf(static_cast<pid_t>(daemon->pid))) {
        spec.command.insert(spec.command.end(), {"--api", daemon->url});
    }
    return run(spec);
}

std::string sentenceOf(const json& tried) {
    const auto what = tried.at("what").get<std::string>(), on = tried.at("on").get<std::string>();
    return what.ends_with(on) ? what : what + " (" + on + ")";
}

/// What one way of being confined holds and does not.
struct Outcome {
    std::vector<std::string> could, known;
    std::map<std::string, std::vector<std::string>> refused;  ///< by kind
};

void tell(const std::string& by, const Outcome& outcome, Findings& findings) {
    const auto check = "hostile agent as " + by;
    for (const auto& what : outcome.could) {
        findings.push_back({check,
                            Health::kFail,
                            "could " + what,
                            "confine: auto where it is off; where the kernel cannot hold it, "
                            "confine: required starts no such agent"});
    }
    for (const auto& what : outcome.known) {
        findings.push_back({check, Health::kWarn, "could " + what, kOfTheUser});
    }
    for (const auto& [kind, refused] : outcome.refused) {
        findings.push_back({check,
                            Health::kOk,
                            "could not (" + kind + ", " + std::to_string(refused.size()) +
                                "): " + join(refused, ", "),
                            {}});
    }
}

std::map<std::string, Outcome> outcomesIn(const std::string& output) {
    std::map<std::string, Outcome> outcomes;
    std::istringstream lines(output);
    for (std::string line; std::getline(lines, line);) {
        const auto tried = json::parse(line);
        auto& outcome = outcomes[tried.at("by").get<std::string>()];
        const auto sentence = sentenceOf(tried);
        if (!tried.at("could").get<bool>()) {
            outcome.refused[tried.at("kind").get<std::string>()].push_back(tried.at("what"));
        } else if (tried.at("known").get<bool>()) {
            outcome.known.push_back(sentence);
        } else {
            outcome.could.push_back(sentence);
        }
    }
    return outcomes;
}

}  // namespace

void lookAtAttack(const SetUp& set_up, Findings& findings) {
    const auto refuse = [&](const std::string& what) {
        findings.push_back({"hostile agent", Health::kFail, what, "mend that and look again"});
    };
    Findings trust;
    lookAtTrust(set_up, trust);
    const auto fails = [](const Finding& finding) { return finding.health == Health::kFail; };
    if (std::ranges::any_of(trust, fails)) {
        std::ranges::copy_if(trust, std::back_inserter(findings), fails);
        return refuse("not played: others could have written what would be started");
    }
    try {
        const auto result = askOrchd(set_up);
        if (result.timed_out) return refuse("orchd --attack did not end");
        if (result.exit_code != 0) return refuse(cleanUtf8(result.errors));
        for (const auto& [by, outcome] : outcomesIn(result.output)) tell(by, outcome, findings);
    } catch (const json::exception& error) {
        refuse(std::string{"orchd --attack answered what is no list of what was tried: "} +
               error.what());
    } catch (const Error& error) {
        refuse(error.what());
    }
}

}  // namespace orch::ctl
