#include "base/search_path.hpp"
#include "base/trust.hpp"
#include "config/trusted.hpp"
#include "ctl/config_findings.hpp"
#include "ctl/doctor/checks.hpp"

namespace orch::ctl {

std::filesystem::path programs() {
    std::error_code error;
    return std::filesystem::read_symlink("/proc/self/exe", error).parent_path();
}

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

std::optional<std::string> whoReplaces(const std::string& program, const Surroundings& around) {
    const auto found = whereIs(program, searchPathOf(around));
    if (!found) return std::nullopt;
    return trustOf(*found).problem;
}

std::string trustedSearchPath(const Surroundings& around) {
    return foldersNobodyElseChanges(searchPathOf(around));
}

/// In the words of a start, which refuses the first and goes on with the second.
void lookAtTrust(const SetUp& set_up, Findings& findings) {
    const auto search_path = searchPathOf(set_up.around);
    const auto file = (set_up.around.folder / set_up.file).string();
    const auto problems = trustProblems(set_up.config, file, programs(), search_path);
    for (const auto& problem : problems) {
        findings.push_back({"trust", Health::kFail, problem.sentence, "then start orchd again"});
    }
    const auto warnings = trustWarnings(set_up.config, search_path);
    for (const auto& warning : warnings) {
        findings.push_back({"trust", Health::kWarn, warning, "see docs/security.md"});
    }
    if (problems.empty() && warnings.empty()) {
        findings.push_back({"trust",
                            Health::kOk,
                            "nobody but root and orchd's user can replace what orchd loads or runs",
                            {}});
    }
}

void lookAtEnvironment(const SetUp& set_up, Findings& findings) {
    const auto problems = environmentProblems(set_up.config, searchPathOf(set_up.around));
    for (const auto& problem : problems) {
        // The repositories have a look of their own, which says more.
        const bool told = problem.find(".repo.path: ") != std::string::npos;
        if (!told) findings.push_back(findingOf(problem, set_up.file));
    }
}

}  // namespace orch::ctl
