#pragma once

#include <optional>
#include <string>
#include <vector>

#include "core/deploy.hpp"
#include "store/connection.hpp"

namespace orch {

// Rows of `deploys`. Every later write of a deploy is guarded by its state: a final one stays.

/// The number of the project's next deploy, from 1; the row is made with it, kRequested.
[[nodiscard]] int newDeploy(Tx& tx,
                            const std::string& project,
                            TaskId task,
                            const std::string& sha);
/// Which job runs its command (again): back to kRequested.
void assignDeploy(Tx& tx, const std::string& project, int number, JobId job);
/// Its command is about to be started by this attempt; false when the deploy is in a final state.
bool beginDeploy(
    Tx& tx, const std::string& project, int number, AttemptKey by, const std::string& command);
/// Records the end, or with kRequested that it is tried again. False: that was done already, and
/// nothing changed.
bool endDeploy(Tx& tx, const std::string& project, int number, const DeployEnd& end);

[[nodiscard]] std::optional<Deploy> findDeploy(Connection& db,
                                               const std::string& project,
                                               int number);
/// Newest first.
[[nodiscard]] std::vector<Deploy> deploysOf(Connection& db, TaskId task, int limit);

/// What is in the project's production as far as orchd put it there: the last that became deployed.
[[nodiscard]] std::optional<Deploy> lastDeployed(Connection& db, const std::string& project);

/// Marks a version as bad; its commit is then not deployed again. False when there is no such
/// deploy or it is marked already: the first reason stays.
bool quarantineDeploy(Tx& tx, const std::string& project, int number, const std::string& reason);
/// What keeps this commit out of the project's production; nothing when nothing does.
[[nodiscard]] std::optional<Quarantine> quarantineOf(Connection& db,
                                                     const std::string& project,
                                                     const std::string& sha);
/// A person says that this commit may be deployed again; false when it was not in quarantine.
bool liftQuarantine(Tx& tx,
                    const std::string& project,
                    const std::string& sha,
                    const std::string& by);

}  // namespace orch
