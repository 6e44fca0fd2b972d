#pragma once

#include <string>
#include <string_view>

#include "core/attempt.hpp"

namespace orch {

/// spec.json: what one shim is to do. The prompt is not in it; the environment is complete.
struct ShimSpec {
    StartSpec start;
    /// Random, unique to the attempt and part of the agent's environment: processes that carry it
    /// are the attempt's, whatever became of their parents.
    std::string mark;
};

/// The variable of the environment that holds the mark.
inline constexpr std::string_view kMarkVariable = "ORCH_ATTEMPT_MARK";

/// `spec` with a new mark; its environment gains ORCH_JOB, ORCH_ATTEMPT, ORCH_TASK (when there is
/// one) and the mark, replacing what had those names.
[[nodiscard]] ShimSpec shimSpecFor(const StartSpec& spec);

/// The version of a spec that asks for confinement. The first shims took 1 and 2 and ignored what
/// they did not know: they must refuse this one, not run it unconfined.
inline constexpr int kConfinedSpecFormat = 3;

/// The file's text: format version 1, or kConfinedSpecFormat. Throws LaunchError when the command,
/// the environment or a path holds bytes that are not UTF-8, naming where.
[[nodiscard]] std::string encodeSpec(const ShimSpec& spec);

/// More than any environment the kernel hands to a program (execve(2)).
inline constexpr std::uint64_t kLongestSpec = 64U << 20U;
/// What must stay of a spec once its shim has read it: neither command nor environment, which may
/// hold secrets. Where the agent works and how it is confined stays: what is left of it is found by
/// that.
[[nodiscard]] ShimSpec spent(const ShimSpec& spec);

/// Reads all formats up to one above kConfinedSpecFormat; unknown keys are ignored. Throws
/// LaunchError saying what is wrong.
[[nodiscard]] ShimSpec decodeSpec(std::string_view text);

}  // namespace orch
