#include <orch/plugin.hpp>

#include "reaper/reaper.hpp"

using orch::reaper::Reaper;
ORCH_PLUGIN(Reaper)
