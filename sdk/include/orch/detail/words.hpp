#pragma once

#include <array>
#include <string>
#include <string_view>
#include <utility>

#include "orch/types.hpp"

// The words of sdk/docs/services.md for the enumerations of orch/types.hpp. A word of a later
// orchd reads as the value that justifies nothing.

namespace orch {
inline namespace sdk {
namespace detail {

template <class Value, std::size_t N>
using Words = std::array<std::pair<Value, std::string_view>, N>;

template <class Value, std::size_t N>
[[nodiscard]] Value valueOf(const Words<Value, N>& words, std::string_view word, Value otherwise) {
    for (const auto& [value, name] : words) {
        if (name == word) return value;
    }
    return otherwise;
}

/// Empty for a value outside the enumeration: orchd refuses it as a bad request.
template <class Value, std::size_t N>
[[nodiscard]] std::string wordOf(const Words<Value, N>& words, Value value) {
    for (const auto& [known, name] : words) {
        if (known == value) return std::string{name};
    }
    return {};
}

inline constexpr Words<Life, 3> kLives{
    {{Life::kAlive, "alive"}, {Life::kDead, "dead"}, {Life::kUnknown, "unknown"}}};

inline constexpr Words<Lock, 4> kLocks{{{Lock::kHeld, "held"},
                                        {Lock::kFree, "free"},
                                        {Lock::kAbsent, "absent"},
                                        {Lock::kUnknown, "unknown"}}};

inline constexpr Words<Effect, 4> kEffects{{{Effect::kDone, "done"},
                                            {Effect::kNothing, "nothing"},
                                            {Effect::kObserved, "observed"},
                                            {Effect::kHeld, "held"}}};

inline constexpr Words<ExitRecord, 4> kExitRecords{{{ExitRecord::kNone, "none"},
                                                    {ExitRecord::kValid, "valid"},
                                                    {ExitRecord::kDamaged, "damaged"},
                                                    {ExitRecord::kForeign, "foreign"}}};

inline constexpr Words<Cause, 7> kCauses{{{Cause::kExitRecord, "exit_record"},
                                          {Cause::kProcessDied, "process_died"},
                                          {Cause::kPidReused, "pid_reused"},
                                          {Cause::kSpawnLost, "spawn_lost"},
                                          {Cause::kOtherBoot, "other_boot"},
                                          {Cause::kMaxRunning, "max_running"},
                                          {Cause::kUnknownLiveness, "unknown_liveness"}}};

inline constexpr Words<ProbeOutcome, 9> kOutcomes{
    {{ProbeOutcome::kAnswered, "answered"},
     {ProbeOutcome::kRefused, "refused"},
     {ProbeOutcome::kReset, "reset"},
     {ProbeOutcome::kConnectTimeout, "connect_timeout"},
     {ProbeOutcome::kAnswerTimeout, "answer_timeout"},
     {ProbeOutcome::kNameNotResolved, "name_not_resolved"},
     {ProbeOutcome::kTls, "tls"},
     {ProbeOutcome::kNoRoute, "no_route"},
     {ProbeOutcome::kBadUrl, "bad_url"}}};

inline constexpr Words<JobAnswer::Result, 3> kResults{{{JobAnswer::Result::kDone, "done"},
                                                       {JobAnswer::Result::kFailed, "failed"},
                                                       {JobAnswer::Result::kAgain, "again"}}};

}  // namespace detail
}  // namespace sdk
}  // namespace orch
