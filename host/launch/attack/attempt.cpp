#include "launch/attack/attempt.hpp"

#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstring>

namespace orch::attack {

void attempt(const std::string& name, const Call& call) {
    (void)fflush(stdout);
    const pid_t child = fork();
    if (child == 0) {
        errno = 0;
        const bool worked = call() >= 0;
        const auto answer = worked ? "worked" : std::string{"refused: "} + strerror(errno);
        printf("%s %s\n", name.c_str(), answer.c_str());
        (void)fflush(stdout);
        _exit(0);
    }
    int status = 0;
    waitpid(child, &status, 0);
    if (WIFSIGNALED(status)) {
        printf("%s refused: ended by signal %d\n", name.c_str(), WTERMSIG(status));
    }
}

long i386(long number, long first, long second, long third, long fourth) {
#ifdef __x86_64__
    long answer = 0;
    asm volatile("int $0x80"
                 : "=a"(answer)
                 : "a"(number), "b"(first), "c"(second), "d"(third), "S"(fourth)
                 : "memory", "r8", "r9", "r10", "r11");
    if (answer >= 0) return answer;
    errno = static_cast<int>(-answer);
#else
    (void)number, (void)first, (void)second, (void)third, (void)fourth;
    errno = ENOSYS;
#endif
    return -1;
}

}  // namespace orch::attack
