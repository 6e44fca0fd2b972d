// An agent that costs next to nothing, linked statically.
//   bench_agent              ends at once
//   bench_agent FIFO         writes into FIFO what CLOCK_MONOTONIC showed, in nanoseconds, when
//                            main() began, and ends
//   bench_agent --for N      sleeps for N seconds: an end, whatever becomes of who started it

#include <fcntl.h>
#include <time.h>
#include <unistd.h>

#include <cstdint>
#include <cstdlib>

int main(int argc, char** argv) {
    timespec now{};
    clock_gettime(CLOCK_MONOTONIC, &now);
    if (argc == 1) return 0;
    if (argc == 3) {
        sleep(static_cast<unsigned>(atoi(argv[2])));
        return 0;
    }
    const std::int64_t at = std::int64_t{now.tv_sec} * 1'000'000'000 + now.tv_nsec;
    const int fifo = open(argv[1], O_WRONLY | O_CLOEXEC);
    return write(fifo, &at, sizeof at) == sizeof at ? 0 : 1;
}
