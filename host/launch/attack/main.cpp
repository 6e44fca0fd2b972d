// orch-attack VERB NAME TARGET [VERB NAME TARGET]...: plays a hostile agent for orchd --attack,
// which starts it as it starts agents. Tells a line for each thing it tried (attempt.hpp).

#include <cstdio>
#include <cstdlib>

#include "launch/attack/attempt.hpp"

namespace {

bool tryIt(const std::string& verb, const std::string& name, const std::string& target) {
    using namespace orch::attack;
    if (verb == "process") {
        onProcess(name, static_cast<pid_t>(std::atol(target.c_str())));
    } else if (verb == "user") {
        onUser();
    } else if (verb == "kernel") {
        onKernel();
    } else {
        return onPath(verb, name, target);
    }
    return true;
}

}  // namespace

int main(int argc, char** argv) {
    constexpr int kUsage = 64;
    if (argc < 4 || argc % 3 != 1) return kUsage;
    for (int i = 1; i < argc; i += 3) {
        if (!tryIt(argv[i], argv[i + 1], argv[i + 2])) return kUsage;
    }
}
