// start_and_wait <jobs folder> <shim> <working folder> <script>: starts attempt 7.1 and waits to be
// killed: a little orchd, built with crash points.

#include <unistd.h>

#include <cstdio>

#include "launch/shim_launcher.hpp"

namespace {

class Unheard final : public orch::AttemptListener {
public:
    void attemptStarted(const orch::ProcRecord&) override {}
    void attemptEnded(orch::AttemptKey, const orch::AttemptObservation&) override {}
};

}  // namespace

int main(int argc, char** argv) {
    if (argc != 5) return 64;
    Unheard unheard;
    orch::ShimLauncher launcher(argv[1], argv[2], unheard);
    orch::StartSpec spec;
    spec.key = {orch::JobId{7}, 1};
    spec.folder = argv[3];
    spec.command = {"sh", "-c", argv[4]};
    spec.environment = {"PATH=/usr/bin:/bin"};
    launcher.start(spec);
    (void)puts("started");
    (void)fflush(stdout);
    while (true) pause();
}
