#include <orch/plugin.hpp>

#include "mergelease/merge_lease.hpp"

using orch::mergelease::MergeLease;
ORCH_PLUGIN(MergeLease)
