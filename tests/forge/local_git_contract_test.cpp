#include "forge/forge_contract.hpp"
#include "forge/local_world.hpp"

namespace orch::testing {

INSTANTIATE_TYPED_TEST_SUITE_P(LocalGit, ForgeContract, LocalWorld);

}  // namespace orch::testing
