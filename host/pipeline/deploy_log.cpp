#include "pipeline/deploy_log.hpp"

#include <sstream>

#include "base/text.hpp"
#include "core/names.hpp"

namespace orch {

std::string spoken(DeployState state) {
    return state == DeployState::kRequested ? "to be run again" : std::string(nameOf(state));
}

namespace {

/// As a block of Markdown that no line of it can end.
std::string indented(const std::string& text) {
    std::istringstream lines(text);
    std::string block;
    for (std::string line; std::getline(lines, line);) block += "    " + line + "\n";
    return block.empty() ? "    (nothing)\n" : block;
}

std::string earlierOnes(const std::vector<Deploy>& deploys, int number) {
    std::string list;
    for (const auto& deploy : deploys) {
        if (deploy.number == number) continue;
        list += "- " + deploy.version() + " (" + deploy.sha + "): " + spoken(deploy.state) +
                (deploy.reason.empty() ? "" : ", " + shorten(deploy.reason, 300)) + "\n";
    }
    return list.empty() ? "" : "\n## Earlier deploys of this task\n" + list;
}

}  // namespace

std::string deployLog(const DeployReport& report, const Now& now) {
    const Deploy& deploy = report.deploy;
    std::ostringstream out;
    out << "# Deploy of " << deploy.version() << ": " << spoken(report.end.state) << "\n\n"
        << "- project: " << deploy.project << "\n- version: " << deploy.version()
        << "\n- commit: " << deploy.sha << "\n- command: `" << deploy.command << "`\n";
    if (deploy.started_at)
        out << "- began: " << formatUtc(wallTimeOf(*deploy.started_at, now)) << "\n";
    out << "- recorded: " << formatUtc(wallTimeOf(now.at, now)) << "\n- exit code: "
        << (report.end.exit_code ? std::to_string(*report.end.exit_code) : "none was seen")
        << "\n- meaning: " << spoken(report.end.state) << "\n- reason: " << report.end.reason
        << "\n\n## The end of its output\n"
        << indented(report.log_tail) << earlierOnes(report.earlier, deploy.number);
    return out.str();
}

}  // namespace orch
