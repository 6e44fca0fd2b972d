#include "launch/confined_run.hpp"

#include <sys/mman.h>
#include <unistd.h>

#include <cerrno>
#include <system_error>

#include "base/error.hpp"

namespace orch {

namespace {

UniqueFd fileWith(const std::string& text) {
    UniqueFd file{memfd_create("order", MFD_CLOEXEC)};
    if (file && write(file.get(), text.data(), text.size()) == static_cast<ssize_t>(text.size())) {
        return file;
    }
    throw LaunchError("cannot hand an order to orch-shim: " +
                      std::generic_category().message(errno));
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
