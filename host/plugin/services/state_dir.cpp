#include "base/files.hpp"
#include "pipeline/setup.hpp"
#include "plugin/services/method.hpp"

namespace orch {

Json stateDirFor(const Call& call) {
    const auto folder = call.world.setup.state_dir / "plugins" / call.caller.plugin;
    if (!std::filesystem::is_directory(folder)) ensureFolder(folder);
    return {{"path", folder.string()}};
}

}  // namespace orch
