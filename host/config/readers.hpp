#pragma once

#include "config/config.hpp"
#include "config/section.hpp"

namespace orch {

// One function a part of the file. Each asks its section for the keys it knows, finishes the
// section and puts the values over the defaults that `config` has.

void readServer(Section section, Config& config);
void readStore(Section section, Config& config);
void readQueue(Section section, Config& config);
void readDisk(Section section, Config& config);
void readRetention(Section section, Config& config);
/// Agents, pipeline, plugins and projects replace their default as a whole once the file names
/// them.
void readAgents(Section& root, Config& config);
/// True when the file has stages of its own.
[[nodiscard]] bool readPipeline(Section& root, Config& config);
/// Stages' checks.
void readChecks(Section section, Config& config);
void readPlugins(Section& root, Config& config);
void readProjects(Section& root, Config& config);

}  // namespace orch
