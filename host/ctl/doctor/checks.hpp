#pragma once

#include <filesystem>
#include <functional>
#include <optional>
#include <string>

#include "config/config.hpp"
#include "ctl/doctor/finding.hpp"
#include "ctl/endpoint.hpp"

namespace orch::ctl {

/// What is looked at: a configuration that could be loaded, its paths made absolute.
struct SetUp {
    Config config;
    std::string file;  ///< the configuration, as it was named
    Surroundings around;
    bool run_checks = false;
    std::function<void(const std::string&)> progress;  ///< told before something slow begins
};

/// The folder of orchd and orch-shim: that of this program.
[[nodiscard]] std::filesystem::path programs();

/// Who besides root and this user could have put that program there, as a sentence with its cure:
/// then it is not started. Nothing for one that is trusted, not there, or part of a checkout.
[[nodiscard]] std::optional<std::string> whoReplaces(const std::string& program,
                                                     const Surroundings& around);
/// PATH without the folders that others can change, for what is started.
[[nodiscard]] std::string trustedSearchPath(const Surroundings& around);

// Each adds what it finds and changes nothing on this machine, with or without an orchd that runs.
// A program that is started gets a few seconds, a check command as long as its stage.

void lookAtMachine(Findings& findings);                     ///< git, clock, confinement
void lookAtTrust(const SetUp& set_up, Findings& findings);  ///< who can replace what orchd runs?
void lookAtEnvironment(const SetUp& set_up, Findings& findings);  ///< programs, prompts, folders
void lookAtRepositories(const SetUp& set_up, Findings& findings);
void lookAtBase(const SetUp& set_up, Findings& findings);  ///< is it green?
void lookAtAgents(const SetUp& set_up, Findings& findings);
void lookAtStateFolder(const SetUp& set_up, Findings& findings);
void lookAtServer(const SetUp& set_up, Findings& findings);  ///< port, and the orchd there

/// Plays a hostile agent as this configuration confines it (orchd --attack): what it could do.
void lookAtAttack(const SetUp& set_up, Findings& findings);

}  // namespace orch::ctl
