#pragma once

#include "reaper/decide.hpp"

// What the reaper says about what it decides: rules, sentences and evidence.

namespace orch::reaper {

/// As in sdk/docs/services.md: "process_died".
[[nodiscard]] std::string wordOf(Cause cause);

/// The same decision has the same words at every tick, so that it is told once in mode: observe.
[[nodiscard]] Why whyOf(const RunningJob& job,
                        Cause cause,
                        const Suspicion& suspicion,
                        Milliseconds max_running);

/// An exit record that is damaged or of another attempt.
[[nodiscard]] common::Remark aboutRecord(const RunningJob& job);
/// orchd does not see itself alive.
[[nodiscard]] common::Remark aboutSelf(Life self);
/// `flips` of `subjects` attempts look over at once.
[[nodiscard]] Notice aboutMass(std::size_t flips, std::size_t subjects);

}  // namespace orch::reaper
