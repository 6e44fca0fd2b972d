#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace orch {

/// "30s", "15m", "2h", "1d", "250ms"; a whole number and one unit. Nothing for anything else.
[[nodiscard]] std::optional<std::chrono::milliseconds> parseDuration(std::string_view text);
/// The largest unit that keeps it whole: 90'000 ms is "90s", 120'000 ms is "2m".
[[nodiscard]] std::string formatDuration(std::chrono::milliseconds span);
/// For people, rounded down: "2 d 4 h", "3 h 10 m", "5 m 3 s", "12 s", "0.4 s", "40 ms".
[[nodiscard]] std::string spokenDuration(std::chrono::milliseconds span);

/// "50MB", "10GB", "64KB", "512B", "1TB"; powers of 1000. Nothing for anything else.
[[nodiscard]] std::optional<std::uint64_t> parseBytes(std::string_view text);
[[nodiscard]] std::string formatBytes(std::uint64_t bytes);
/// For people, rounded down: "812 MB", "1.4 GB", "0 B".
[[nodiscard]] std::string spokenBytes(std::uint64_t bytes);

/// "2026-11-22T14:00:00Z".
[[nodiscard]] std::string formatUtc(std::chrono::system_clock::time_point wall);

/// The candidate nearest to `word` by edit distance; nothing when none is near (more than a third
/// of the letters differ).
[[nodiscard]] std::optional<std::string> nearest(std::string_view word,
                                                 const std::vector<std::string>& candidates);

/// `text` with every byte that is not valid UTF-8 replaced by U+FFFD, and control characters other
/// than newline and tab as well.
[[nodiscard]] std::string cleanUtf8(std::string_view text);
/// `text` itself, or its beginning, cut at a character's boundary, with "…": at most `limit` bytes
/// with it. A limit too small for "…" gives the beginning alone.
[[nodiscard]] std::string shorten(std::string_view text, std::size_t limit);

[[nodiscard]] std::string join(const std::vector<std::string>& parts, std::string_view separator);
/// The text as one word of a command line that somebody hands to a shell: a-b, 'a b'.
[[nodiscard]] std::string shellWord(const std::string& text);
/// Every "{name}" replaced by its value, once: values are not expanded again. An unknown name stays
/// as it is.
[[nodiscard]] std::string expand(std::string_view pattern,
                                 const std::vector<std::pair<std::string, std::string>>& values);

/// Of the environment: [A-Za-z_][A-Za-z0-9_]*
[[nodiscard]] bool isVariableName(std::string_view name);

/// A commit as people name it: seven digits.
[[nodiscard]] std::string shortSha(const std::string& sha);

}  // namespace orch
