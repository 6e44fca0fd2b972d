#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "core/attempt.hpp"

namespace orch {

/// The version in every file a shim reads or writes. A shim outlives upgrades of orchd: readers
/// take this version and the next one, and ignore keys they do not know.
inline constexpr int kRecordFormat = 1;

[[nodiscard]] std::string encodeProc(const ProcRecord& proc);
/// Nothing for a text that is broken or about another attempt.
[[nodiscard]] std::optional<ProcRecord> decodeProc(std::string_view text, AttemptKey key);

/// Carries a checksum over everything else in it.
[[nodiscard]] std::string encodeExit(const ExitRecord& exit);
/// Nothing for a text that is cut, altered, contradictory or about another attempt.
[[nodiscard]] std::optional<ExitRecord> decodeExit(std::string_view text, AttemptKey key);

/// Whose exit record this is; nothing unless it is whole.
[[nodiscard]] std::optional<AttemptKey> keyOfExit(std::string_view text);

}  // namespace orch
