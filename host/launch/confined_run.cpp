#include "launch/confined_run.hpp"

#include <unistd.h>

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

RunOrder owned(RunOrder order) {
    if (order.owner) return order;
    order.owner = identityOf(getpid());
    if (!order.owner) throw LaunchError("cannot read from /proc who this process is");
    return order;
}

}  // namespace

ConfinedRun::ConfinedRun(const std::filesystem::path& shim, RunOrder order, RunSpec bounds)
    : order_(fileWith(encodeRunOrder(owned(std::move(order))))), spec_(std::move(bounds)) {
    spec_.command = {shim.string(), "--run"};
    spec_.environment.clear();  // the command's is in the order
    spec_.folder.clear();
    spec_.hand_on = order_.get();
}

}  // namespace orch
