#pragma once

#include <array>
#include <cstddef>
#include <string_view>

namespace orch {

/// What a piece of a text may stand for, in the ways in which programs write one character of a
/// value: itself; after backslashes as JSON, C, Python and shells do (\n \/ \" \x26 \046 \u0026,
/// surrogate pairs, \u{26}, \U00000026); %26 and '+' of URLs; &amp; &#38; &#x26; of HTML. Each also
/// when it was written so up to three times (\\u0026, %2526, &amp;amp;).
struct Spelling {
    std::array<char, 4> bytes{};  ///< a byte, or a character in UTF-8
    std::size_t count{};          ///< of `bytes`
    std::size_t taken{};          ///< bytes of the text, from 1 to kLongestSpelling
};

inline constexpr std::size_t kLongestSpelling = 36;

/// All that may begin at one place.
class Spellings {
public:
    /// `at`: less than the text's size. Looks at no more than kLongestSpelling + 1 bytes.
    Spellings(std::string_view text, std::size_t at);

    [[nodiscard]] const Spelling* begin() const { return all_.data(); }
    [[nodiscard]] const Spelling* end() const { return all_.data() + count_; }
    /// The text ends before it is told what begins here.
    [[nodiscard]] bool open() const { return open_; }

private:
    class Reader;
    void add(char byte, std::size_t taken);
    void addCharacter(unsigned code_point, std::size_t taken);
    void afterBackslashes(Reader reader);
    void afterPercent(Reader reader);
    void afterAmpersand(Reader reader);

    static constexpr std::size_t kMost = 12;
    std::array<Spelling, kMost> all_{};
    std::size_t count_ = 0;
    bool open_ = false;
};

/// False: what begins with this byte stands for itself alone.
[[nodiscard]] constexpr bool beginsSpelling(char c) {
    return c == '\\' || c == '%' || c == '&' || c == '+';
}

}  // namespace orch
