#include <unistd.h>

#include <string>
#include <thread>
#include <vector>

#include "store/jobs.hpp"
#include "store/store.hpp"

// Writes jobs from several threads and tells each id on its standard output as soon as it was
// acknowledged, until it is killed. Usage: store_crash_helper DATABASE
int main(int argc, char** argv) {
    using namespace orch;
    if (argc != 2) return 2;
    Store store(argv[1], Milliseconds{0});
    store.setPassEnd([](Tx& tx) { return (void)claimJobs(tx, {8, 8, 8}), nullptr; });
    std::vector<std::jthread> producers;
    for (int i = 0; i < 8; ++i) {
        producers.emplace_back([&] {
            for (;;) {
                const auto id = store.write([](Tx& tx) { return enqueueJob(tx, {}).id; });
                const auto line = std::to_string(raw(id)) + "\n";
                if (write(STDOUT_FILENO, line.data(), line.size()) < 0) return;
            }
        });
    }
}
