#include "ctl/terminal.hpp"

#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstdlib>
#include <utility>

#include "base/text.hpp"

namespace orch::ctl {

namespace {

using Range = std::pair<char32_t, char32_t>;

/// Characters that reorder or hide what stands beside them (UTR 36): marks, overrides, isolates.
constexpr std::array<Range, 4> kInvisible{
    {{0x200B, 0x200F}, {0x2028, 0x202E}, {0x2060, 0x206F}, {0xFEFF, 0xFEFF}}};
constexpr std::array<Range, 5> kCombining{
    {{0x0300, 0x036F}, {0x1AB0, 0x1AFF}, {0x20D0, 0x20FF}, {0xFE00, 0xFE0F}, {0xFE20, 0xFE2F}}};
/// East Asian Width W and F, in blocks.
constexpr std::array<Range, 9> kWide{{{0x1100, 0x115F},
                                      {0x2E80, 0xA4CF},
                                      {0xAC00, 0xD7A3},
                                      {0xF900, 0xFAFF},
                                      {0xFE30, 0xFE6F},
                                      {0xFF00, 0xFF60},
                                      {0xFFE0, 0xFFE6},
                                      {0x1F300, 0x1FAFF},
                                      {0x20000, 0x3FFFD}}};

template <std::size_t N>
bool in(char32_t character, const std::array<Range, N>& ranges) {
    return std::any_of(ranges.begin(), ranges.end(), [&](const Range& range) {
        return character >= range.first && character <= range.second;
    });
}

/// The bytes of the character valid UTF-8 begins with.
std::size_t lengthOf(std::string_view text) {
    const auto first = static_cast<unsigned char>(text.front());
    const std::size_t length = first < 0x80 ? 1 : first < 0xE0 ? 2 : first < 0xF0 ? 3 : 4;
    return std::min(length, text.size());
}

char32_t codePointOf(std::string_view character) {
    const auto first = static_cast<unsigned char>(character.front());
    if (character.size() == 1) return first;
    char32_t point = first & (0xFFU >> (character.size() + 1));
    for (const char byte : character.substr(1)) {
        point = (point << 6U) | (static_cast<unsigned char>(byte) & 0x3FU);
    }
    return point;
}

std::size_t widthOf(char32_t character) {
    if (in(character, kCombining)) return 0;
    return in(character, kWide) ? 2 : 1;
}

std::string withPlainNewlines(std::string_view text) {
    std::string plain;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const bool pair = text[i] == '\r' && i + 1 < text.size() && text[i + 1] == '\n';
        if (!pair) plain += text[i];
    }
    return plain;
}

const char* codeOf(Tint tint) {
    switch (tint) {
        case Tint::kGreen:
            return "32";
        case Tint::kRed:
            return "31";
        case Tint::kYellow:
            return "33";
        case Tint::kBold:
            return "1";
        case Tint::kFaint:
            return "2";
        case Tint::kPlain:
            break;
    }
    return "0";
}

bool wantsNoColour() {
    const char* no_color = std::getenv("NO_COLOR");
    const char* term = std::getenv("TERM");
    return (no_color != nullptr && *no_color != '\0') ||
           (term != nullptr && std::string_view{term} == "dumb");
}

}  // namespace

std::string Terminal::paint(Tint tint, std::string_view text) const {
    if (!colours || tint == Tint::kPlain || text.empty()) return std::string{text};
    return std::string{"\x1b["} + codeOf(tint) + "m" + std::string{text} + "\x1b[0m";
}

Terminal terminalOf(int fd) {
    Terminal terminal;
    terminal.tty = isatty(fd) == 1;
    terminal.colours = terminal.tty && !wantsNoColour();
    winsize size{};
    if (terminal.tty && ioctl(fd, TIOCGWINSZ, &size) == 0) terminal.columns = size.ws_col;
    return terminal;
}

std::string harmless(std::string_view text) {
    const auto clean = cleanUtf8(withPlainNewlines(text));
    std::string result;
    for (std::string_view rest = clean; !rest.empty();) {
        const auto character = rest.substr(0, lengthOf(rest));
        result += in(codePointOf(character), kInvisible) ? "\xEF\xBF\xBD" : character;
        rest.remove_prefix(character.size());
    }
    return result;
}

std::string harmlessLine(std::string_view text) {
    std::string line;
    for (const char byte : harmless(text)) {
        const bool space = byte == ' ' || byte == '\n' || byte == '\t';
        if (!space) line += byte;
        if (space && !line.empty() && line.back() != ' ') line += ' ';
    }
    while (line.ends_with(' ')) line.pop_back();
    return line;
}

std::size_t displayWidth(std::string_view text) {
    std::size_t width = 0;
    while (!text.empty()) {
        const auto length = lengthOf(text);
        width += widthOf(codePointOf(text.substr(0, length)));
        text.remove_prefix(length);
    }
    return width;
}

std::string fit(std::string_view text, std::size_t columns) {
    if (displayWidth(text) <= columns) return std::string{text};
    std::string result;
    std::size_t width = 1;  // of the "…"
    while (!text.empty()) {
        const auto character = text.substr(0, lengthOf(text));
        width += widthOf(codePointOf(character));
        if (width > columns) break;
        result += character;
        text.remove_prefix(character.size());
    }
    return result + "…";
}

}  // namespace orch::ctl
