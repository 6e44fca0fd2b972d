#include "launch/confined_run.hpp"

#include "base/error.hpp"

namespace orch {

namespace {

UniqueFd fileWith(const std::string& text) {
    try {
        return fileInMemory(text);
    } catch (const Error& error) {
        throw LaunchError(std::string{"cannot hand an order to orch-shim: "} + error.what());
    }
}

}  // namespace

ConfinedRun::ConfinedRun(const std::filesystem::path& shim, const RunOrder& order, RunSpec bounds)
    : order_(fileWith(encodeRunOrder(order))), spec_(std::move(bounds)) {
    spec_.command = {shim.string(), "--run"};
    spec_.environment.clear();  // the command's is in the order
    spec_.folder.clear();
    spec_.hand_on = order_.get();
}

}  // namespace orch
