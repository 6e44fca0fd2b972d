#include "ctl/config_findings.hpp"
#include "ctl/doctor/checks.hpp"

namespace orch::ctl {

namespace {

/// The sentence begins with the key: "agents.analyst.command: there is no program …: install it".
Finding findingOf(const std::string& sentence, const std::string& file) {
    const auto colon = sentence.find(": ");
    const auto last = sentence.rfind(": ");
    if (colon == std::string::npos || last == colon) {
        return {"environment", Health::kFail, sentence, "put that right, or change " + file};
    }
    return {sentence.substr(0, colon),
            Health::kFail,
            sentence.substr(colon + 2, last - colon - 2),
            sentence.substr(last + 2)};
}

}  // namespace

void lookAtEnvironment(const SetUp& set_up, Findings& findings) {
    const auto problems = environmentProblems(set_up.config, searchPathOf(set_up.around));
    for (const auto& problem : problems) {
        // The repositories have a look of their own, which says more.
        const bool told = problem.find(".repo.path: ") != std::string::npos;
        if (!told) findings.push_back(findingOf(problem, set_up.file));
    }
}

}  // namespace orch::ctl
