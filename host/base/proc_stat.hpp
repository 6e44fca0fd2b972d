#pragma once

#include <sys/types.h>

#include <cstdint>
#include <optional>
#include <string_view>

namespace orch {

/// What /proc/<pid>/stat says, as far as we use it; proc(5) numbers its fields from 1.
struct ProcStat {
    char state{};               ///< field 3
    pid_t parent{};             ///< field 4
    pid_t group{};              ///< field 5
    pid_t session{};            ///< field 6
    std::uint64_t cpu_ticks{};  ///< fields 14 to 17: its own and its waited-for children's
    int threads{};              ///< field 20
    std::uint64_t start{};      ///< field 22, clock ticks since boot

    /// Is it a zombie? A leader that ended before its other threads reads as one while the process
    /// runs on.
    [[nodiscard]] bool ended() const {
        return state == 'X' || state == 'x' || (state == 'Z' && threads <= 1);
    }
};

/// The whole text of the file; nothing when it is not one.
[[nodiscard]] std::optional<ProcStat> parseProcStat(std::string_view text);

}  // namespace orch
