#include "base/spelling.hpp"

#include <cstdint>
#include <optional>
#include <utility>

namespace orch {

namespace {

/// Written three times, a backslash is eight.
constexpr std::size_t kMostBackslashes = 8;
constexpr int kMostTimes = 3;

bool isAlphanumeric(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

std::optional<unsigned> digitOf(char c, unsigned base) {
    unsigned digit = base;
    if (c >= '0' && c <= '9') digit = static_cast<unsigned>(c - '0');
    if (c >= 'a' && c <= 'f') digit = static_cast<unsigned>(c - 'a') + 10;
    if (c >= 'A' && c <= 'F') digit = static_cast<unsigned>(c - 'A') + 10;
    return digit < base ? std::optional{digit} : std::nullopt;
}

char asChar(unsigned byte) {
    return static_cast<char>(static_cast<std::uint8_t>(byte));
}

}  // namespace

/// Reads on from a place; where the text ends in the middle of what may become a spelling, it
/// tells.
class Spellings::Reader {
public:
    Reader(std::string_view text, std::size_t at, bool& open)
        : text_(text), begin_(at), at_(at), open_(&open) {}

    [[nodiscard]] std::size_t taken() const { return at_ - begin_; }
    std::optional<char> next() {
        if (at_ < text_.size()) return text_[at_++];
        *open_ = true;
        return std::nullopt;
    }
    /// Whether it goes on like that; only then it is read.
    bool skip(std::string_view word) {
        Reader reader{*this};
        for (const char c : word) {
            const auto found = reader.next();
            if (!found || *found != c) return false;
        }
        at_ = reader.at_;
        return true;
    }
    std::optional<unsigned> number(unsigned base, int digits) {
        unsigned value = 0;
        for (int i = 0; i < digits; ++i) {
            const auto c = next();
            const auto digit = c ? digitOf(*c, base) : std::nullopt;
            if (!digit) return std::nullopt;
            value = value * base + *digit;
        }
        return value;
    }
    /// One to eight digits up to `end`, which is read too.
    std::optional<unsigned> numberUpTo(char end, unsigned base) {
        constexpr int kMostDigits = 8;
        unsigned value = 0;
        for (int i = 0; i <= kMostDigits; ++i) {
            const auto c = next();
            if (c && *c == end && i > 0) return value;
            const auto digit = c ? digitOf(*c, base) : std::nullopt;
            if (!digit) return std::nullopt;
            value = value * base + *digit;
        }
        return std::nullopt;
    }
    /// From 1 to kMostBackslashes; 0 when there are none, or more.
    std::size_t backslashes() {
        std::size_t count = 0;
        while (skip("\\")) {
            if (++count > kMostBackslashes) return 0;
        }
        return count;
    }
    /// What follows \u: four digits, twice for a surrogate pair, or any number in braces.
    std::optional<unsigned> codePoint() {
        if (skip("{")) return numberUpTo('}', 16);
        const auto unit = number(16, 4);
        if (!unit || *unit < 0xD800 || *unit > 0xDFFF) return unit;
        if (backslashes() == 0 || !skip("u")) return std::nullopt;
        const auto low = number(16, 4);
        if (*unit > 0xDBFF || !low || *low < 0xDC00 || *low > 0xDFFF) return std::nullopt;
        return 0x10000 + ((*unit - 0xD800) << 10U) + (*low - 0xDC00);
    }

private:
    std::string_view text_;
    std::size_t begin_, at_;
    bool* open_;
};

Spellings::Spellings(std::string_view text, std::size_t at) {
    const char first = text[at];
    add(first, 1);
    const Reader reader{text, at, open_};
    if (first == '\\') afterBackslashes(reader);
    if (first == '%') afterPercent(reader);
    if (first == '&') afterAmpersand(reader);
    if (first == '+') add(' ', 1);
}

void Spellings::add(char byte, std::size_t taken) {
    all_[count_++] = {{byte}, 1, taken};
}

void Spellings::addCharacter(unsigned code, std::size_t taken) {
    const auto tail = [code](unsigned shift) { return asChar(0x80U | ((code >> shift) & 0x3FU)); };
    if (code < 0x80) {
        add(asChar(code), taken);
    } else if (code < 0x800) {
        all_[count_++] = {{asChar(0xC0U | (code >> 6U)), tail(0)}, 2, taken};
    } else if (code < 0x10000) {
        all_[count_++] = {{asChar(0xE0U | (code >> 12U)), tail(6), tail(0)}, 3, taken};
    } else if (code < 0x110000) {
        all_[count_++] = {{asChar(0xF0U | (code >> 18U)), tail(12), tail(6), tail(0)}, 4, taken};
    }
}

void Spellings::afterBackslashes(Reader reader) {
    constexpr std::string_view kNames = "abfnrtv", kNamed = "\a\b\f\n\r\t\v";
    const auto count = reader.backslashes();
    for (const std::size_t written : {2U, 4U, 8U}) {  // of a backslash itself
        if (written <= count || count == 0) add('\\', written);
    }
    if (count == 0) return;
    auto octal = reader;
    const auto kind = reader.next();
    if (!kind) return;
    if (!isAlphanumeric(*kind)) return add(*kind, reader.taken());
    if (const auto at = kNames.find(*kind); at != std::string_view::npos) {
        return add(kNamed[at], reader.taken());
    }
    if (const auto code = *kind == 'u' ? reader.codePoint() : std::nullopt) {
        return addCharacter(*code, reader.taken());
    }
    if (const auto code = *kind == 'U' ? reader.number(16, 8) : std::nullopt) {
        return addCharacter(*code, reader.taken());
    }
    if (const auto code = *kind == 'x' ? reader.number(16, 2) : std::nullopt) {
        add(asChar(*code), reader.taken());
        return addCharacter(*code, reader.taken());
    }
    if (const auto code = *kind <= '3' ? octal.number(8, 3) : std::nullopt) {
        add(asChar(*code), octal.taken());
    }
}

void Spellings::afterPercent(Reader reader) {
    reader.skip("%");
    for (int time = 0; time < kMostTimes; ++time) {
        auto digits = reader;
        if (const auto byte = digits.number(16, 2)) add(asChar(*byte), digits.taken());
        if (!reader.skip("25")) return;
    }
}

void Spellings::afterAmpersand(Reader reader) {
    constexpr std::array<std::pair<std::string_view, char>, 5> kEntities{
        {{"amp;", '&'}, {"lt;", '<'}, {"gt;", '>'}, {"quot;", '"'}, {"apos;", '\''}}};
    reader.skip("&");
    for (int time = 0; time < kMostTimes; ++time) {
        for (const auto& [name, byte] : kEntities) {
            auto entity = reader;
            if (entity.skip(name)) add(byte, entity.taken());
        }
        auto numeric = reader;
        if (numeric.skip("#")) {
            const bool hex = numeric.skip("x") || numeric.skip("X");
            if (const auto code = numeric.numberUpTo(';', hex ? 16 : 10)) {
                addCharacter(*code, numeric.taken());
            }
        }
        if (!reader.skip("amp;")) return;
    }
}

}  // namespace orch
