#include "base/json_check.hpp"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <cstdlib>
#include <vector>

namespace orch {

namespace {

bool isDigit(char c) {
    return c >= '0' && c <= '9';
}

/// One pass over the text with a stack of its own. Each step answers false once something is wrong,
/// and has said it then.
class Check {
public:
    Check(std::string_view text, const JsonLimits& limits) : text_(text), limits_(limits) {
        if (text_.starts_with("\xEF\xBB\xBF")) at_ = 3;  // parsers skip a byte order mark
    }

    [[nodiscard]] std::optional<std::string> run() {
        while (next_ != Next::kEnd) {
            space();
            if (!step()) return trouble_;
        }
        space();
        if (at_ < text_.size()) (void)fail("the end is expected");
        return trouble_;
    }

private:
    enum class Next { kValue, kValueOrClose, kName, kNameOrClose, kCommaOrClose, kEnd };

    bool step() {
        switch (next_) {
            case Next::kValue:
                return value();
            case Next::kValueOrClose:
                return take(']') ? close() : value();
            case Next::kName:
                return name();
            case Next::kNameOrClose:
                return take('}') ? close() : name();
            case Next::kCommaOrClose:
                return commaOrClose();
            case Next::kEnd:
                break;
        }
        return true;
    }

    bool fail(const std::string& what) {
        const auto before = text_.substr(0, at_);
        const auto line = 1 + std::count(before.begin(), before.end(), '\n');
        const auto column = at_ - (before.rfind('\n') + 1) + 1;  // npos + 1 is 0
        trouble_ = "line " + std::to_string(line) + ", column " + std::to_string(column) + ": " +
                   what + (at_ == text_.size() ? ", and the text ends" : "");
        return false;
    }

    [[nodiscard]] char peek() const { return at_ < text_.size() ? text_[at_] : '\0'; }
    bool take(char c) {
        if (at_ == text_.size() || text_[at_] != c) return false;
        ++at_;
        return true;
    }
    void space() { at_ = std::min(text_.find_first_not_of(" \t\r\n", at_), text_.size()); }

    bool count() {
        return ++values_ <= limits_.values ||
               fail("there are more than " + std::to_string(limits_.values) + " values");
    }
    void ended() { next_ = open_.empty() ? Next::kEnd : Next::kCommaOrClose; }

    bool open(char bracket, Next next) {
        if (open_.size() == limits_.depth) {
            return fail("it is more than " + std::to_string(limits_.depth) + " levels deep");
        }
        ++at_;
        open_.push_back(bracket);
        next_ = next;
        return true;
    }
    bool close() {
        open_.pop_back();
        ended();
        return true;
    }

    bool value() {
        if (!count()) return false;
        const char c = peek();
        if (c == '{') return open('{', Next::kNameOrClose);
        if (c == '[') return open('[', Next::kValueOrClose);
        const bool good = c == '"' ? string() : c == '-' || isDigit(c) ? number() : word();
        if (good) ended();
        return good;
    }

    bool name() {
        if (peek() != '"') return fail("the name of a member is expected");
        if (!count() || !string()) return false;
        space();
        if (!take(':')) return fail("\":\" is expected");
        next_ = Next::kValue;
        return true;
    }

    bool commaOrClose() {
        const bool object = open_.back() == '{';
        if (take(object ? '}' : ']')) return close();
        if (!take(','))
            return fail(object ? "\",\" or \"}\" is expected" : "\",\" or \"]\" is expected");
        next_ = object ? Next::kName : Next::kValue;
        return true;
    }

    bool word() {
        for (const std::string_view known : {"true", "false", "null"}) {
            if (!text_.substr(at_).starts_with(known)) continue;
            at_ += known.size();
            return true;
        }
        return fail("a value is expected");
    }

    bool digits() {
        if (!isDigit(peek())) return fail("a digit is expected");
        while (isDigit(peek())) ++at_;
        return true;
    }

    bool number() {
        const auto begin = at_;
        (void)take('-');
        if (!take('0') && !digits()) return false;
        if (take('.') && !digits()) return false;
        if (take('e') || take('E')) {
            if (!take('+')) (void)take('-');
            if (!digits()) return false;
        }
        const std::string number{text_.substr(begin, at_ - begin)};
        return std::isfinite(std::strtod(number.c_str(), nullptr)) ||
               fail("the number before it is too large");
    }

    bool string() {
        ++at_;
        while (at_ < text_.size()) {
            const char c = text_[at_];
            if (c == '"') return ++at_, true;
            if (static_cast<unsigned char>(c) < 0x20) {
                return fail("a control character in a text is not escaped");
            }
            if (!(c == '\\' ? escape() : character())) return false;
        }
        return fail("a text has no end");
    }

    bool escape() {
        ++at_;
        if (!take('u')) {
            if (at_ < text_.size() &&
                std::string_view("\"\\/bfnrt").find(text_[at_]) != std::string_view::npos) {
                return ++at_, true;
            }
            return fail("no escape in a text is called so");
        }
        const auto unit = hex4();
        if (!unit) return false;
        if (*unit >= 0xDC00 && *unit <= 0xDFFF) return fail("half of a surrogate pair");
        if (*unit < 0xD800 || *unit > 0xDBFF) return true;
        if (!take('\\') || !take('u')) return fail("half of a surrogate pair");
        const auto low = hex4();
        if (!low) return false;
        return (*low >= 0xDC00 && *low <= 0xDFFF) || fail("half of a surrogate pair");
    }

    std::optional<unsigned> hex4() {
        unsigned unit = 0;
        for (int i = 0; i < 4; ++i, ++at_) {
            const char c = peek();
            const char low = static_cast<char>(c | 0x20);
            if (!isDigit(c) && (low < 'a' || low > 'f')) {
                (void)fail("four hexadecimal digits are expected");
                return {};
            }
            unit = unit * 16 + static_cast<unsigned>(isDigit(c) ? c - '0' : low - 'a' + 10);
        }
        return unit;
    }

    /// One character of UTF-8 in its shortest form (RFC 3629).
    bool character() {
        const auto byte = [&](std::size_t i) -> unsigned {
            return at_ + i < text_.size() ? static_cast<unsigned char>(text_[at_ + i]) : 0U;
        };
        const unsigned first = byte(0);
        std::size_t more = 0;
        unsigned low = 0x80;
        unsigned high = 0xBF;
        if (first >= 0x80) {
            if (first < 0xC2 || first > 0xF4) return fail("a text is not valid UTF-8");
            more = first < 0xE0 ? 1 : first < 0xF0 ? 2 : 3;
            if (first == 0xE0) low = 0xA0;
            if (first == 0xED) high = 0x9F;
            if (first == 0xF0) low = 0x90;
            if (first == 0xF4) high = 0x8F;
        }
        for (std::size_t i = 1; i <= more; ++i, low = 0x80, high = 0xBF) {
            if (byte(i) < low || byte(i) > high) return fail("a text is not valid UTF-8");
        }
        at_ += more + 1;
        return true;
    }

    std::string_view text_;
    JsonLimits limits_;
    std::size_t at_ = 0;
    std::size_t values_ = 0;
    Next next_ = Next::kValue;
    std::vector<char> open_;
    std::optional<std::string> trouble_;
};

}  // namespace

std::optional<std::string> jsonTrouble(std::string_view text, const JsonLimits& limits) {
    return Check(text, limits).run();
}

}  // namespace orch
