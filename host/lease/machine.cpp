#include "lease/machine.hpp"

#include <limits.h>
#include <unistd.h>

#include <array>

#include "base/error.hpp"

namespace orch {

namespace {

std::string hostName() {
    std::array<char, HOST_NAME_MAX + 1> name{};
    if (gethostname(name.data(), name.size()) != 0) throw Error("cannot tell this host's name");
    return name.data();
}

ProcessIdentity ownIdentity() {
    const auto self = identityOf(getpid());
    if (!self) throw Error("cannot read this process's own entry in /proc");
    return *self;
}

}  // namespace

Machine thisMachine() {
    return {.host = hostName(),
            .boot_id = bootId(),
            .self = ownIdentity(),
            .now = [] { return Milliseconds{bootMilliseconds()}; },
            .observe = [](const ProcessIdentity& who) { return observe(who); }};
}

}  // namespace orch
