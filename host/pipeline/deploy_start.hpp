#pragma once

#include <string>

#include "core/forge.hpp"
#include "core/job.hpp"
#include "store/store.hpp"

namespace orch {

// What a deploy's command has to pass before it begins. Both throw Refused with the reason.

/// Not when its commit is in production with a later one: the command would take production back.
/// The deploy is recorded as deployed with that one then. On the project's lane.
void refuseStepBack(Store& store, Forge& forge, const Job& job);

/// The last word on whether this commit may be deployed (quarantine, a deploy that is over);
/// durable before the command begins. `command`: as it will be run, for people.
void beginCommand(Store& store, const Job& job, const std::string& command);

}  // namespace orch
