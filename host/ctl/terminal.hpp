#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace orch::ctl {

enum class Tint { kPlain, kGreen, kRed, kYellow, kBold, kFaint };

/// What the output is written to.
struct Terminal {
    bool tty = false;         ///< a person looks at it
    bool colours = false;     ///< tints are shown
    std::size_t columns = 0;  ///< its width; 0: lines may be as long as they like

    [[nodiscard]] std::string paint(Tint tint, std::string_view text) const;
};

/// Looks at descriptor `fd`: no colours unless it is a terminal, and none where NO_COLOR is set or
/// TERM is "dumb".
[[nodiscard]] Terminal terminalOf(int fd);

/// What orchd sent, made harmless for a terminal: whatever could move the cursor, change colours,
/// reorder text or is not UTF-8 becomes U+FFFD. Newlines and tabs stay, "\r\n" becomes "\n".
[[nodiscard]] std::string harmless(std::string_view text);
/// The same on one line: every run of white space becomes one space.
[[nodiscard]] std::string harmlessLine(std::string_view text);

/// How many columns a terminal gives to `text`, which is valid UTF-8.
[[nodiscard]] std::size_t displayWidth(std::string_view text);
/// `text`, or its beginning and "…": at most `columns` wide.
[[nodiscard]] std::string fit(std::string_view text, std::size_t columns);

}  // namespace orch::ctl
