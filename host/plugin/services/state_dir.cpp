#include "base/files.hpp"
#include "pipeline/setup.hpp"
#include "plugin/services/method.hpp"

namespace orch {
namespace {

// A plugin may ask at every step, and a look at a disk is most of what its question costs.
constexpr std::chrono::seconds kLookAgain{1};

}  // namespace

Json stateDirFor(const Call& call) {
    const auto folder = call.world.setup.state_dir / "plugins" / call.caller.plugin;
    auto& seen = call.memory.of(call.caller.plugin).state_dir_seen;
    const auto now = std::chrono::steady_clock::now();
    if (!seen || now - *seen >= kLookAgain) {
        ensureFolder(folder);
        seen = now;
    }
    return {{"path", folder.string()}};
}

}  // namespace orch
