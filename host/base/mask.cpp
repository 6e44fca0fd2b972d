#include "base/mask.hpp"

#include <algorithm>
#include <array>
#include <cstdint>
#include <utility>

namespace orch {

namespace {

constexpr std::size_t kShortest = 4;
constexpr std::size_t kShortestWord = 8;
/// Less of a value's beginning or of its base64 says too little, and stands in harmless texts.
constexpr std::size_t kTelling = 8;
constexpr std::string_view kCut = "…";

std::uint8_t byteOf(char c) {
    return static_cast<std::uint8_t>(c);
}

bool isAlphanumeric(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

bool isWord(std::string_view value) {
    return std::ranges::all_of(
        value, [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9'); });
}

/// Two hexadecimal digits.
std::string hex(char c, std::string_view digits) {
    return {digits[byteOf(c) >> 4U], digits[byteOf(c) & 15U]};
}
constexpr std::string_view kLower = "0123456789abcdef";
constexpr std::string_view kUpper = "0123456789ABCDEF";

/// RFC 8259, section 7, as our own writer spells it.
std::string asJson(std::string_view value) {
    constexpr std::string_view kNamed = "\"\\\b\f\n\r\t";
    constexpr std::string_view kNames = "\"\\bfnrt";
    std::string text;
    for (const char c : value) {
        if (const auto at = kNamed.find(c); at != std::string_view::npos) {
            text += {'\\', kNames[at]};
        } else if (byteOf(c) < 0x20) {
            text += "\\u00" + hex(c, kLower);
        } else {
            text += c;
        }
    }
    return text;
}

/// RFC 3986, section 2; `blank` for a space.
std::string asUrl(std::string_view value, std::string_view digits, std::string_view blank) {
    constexpr std::string_view kUnreserved = "-._~";
    std::string text;
    for (const char c : value) {
        if (c == ' ') {
            text += blank;
        } else if (isAlphanumeric(c) || kUnreserved.find(c) != std::string_view::npos) {
            text += c;
        } else {
            text += "%" + hex(c, digits);
        }
    }
    return text;
}

/// RFC 4648: the digits that come from `value` alone when `before` bytes (0 to 2) precede it and
/// others follow. `last`: the digits for 62 and 63.
std::string asBase64(std::string_view value, std::size_t before, std::string_view last) {
    const auto digits =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789" + std::string{last};
    const auto bytes = std::string(before, '\0') + std::string{value};
    std::string text;
    for (std::size_t bit = before == 0 ? 0 : before * 8 + (before == 1 ? 4 : 2);
         bit + 6 <= bytes.size() * 8;
         bit += 6) {
        const auto at = bit / 8;
        const auto next = at + 1 < bytes.size() ? byteOf(bytes[at + 1]) : 0U;
        const auto pair = (static_cast<unsigned>(byteOf(bytes[at])) << 8U) | next;
        text += digits[(pair >> (10U - bit % 8)) & 63U];
    }
    return text;
}

std::string_view trimmed(std::string_view text) {
    constexpr std::string_view kBlank = " \t\r\n";
    const auto first = text.find_first_not_of(kBlank);
    if (first == std::string_view::npos) return {};
    return text.substr(first, text.find_last_not_of(kBlank) - first + 1);
}

/// The lines of a value that has several, such as a key, but for those that frame it.
std::vector<std::string_view> linesOf(std::string_view value) {
    std::vector<std::string_view> lines;
    for (std::size_t from = 0; from < value.size();) {
        const auto end = std::min(value.find('\n', from), value.size());
        const auto line = trimmed(value.substr(from, end - from));
        if (line.size() >= kTelling && !line.starts_with("-----")) lines.push_back(line);
        from = end + 1;
    }
    return lines;
}

std::vector<std::string> spellingsOf(std::string_view value) {
    const auto json = asJson(value);
    std::vector<std::string> all{std::string{value},
                                 json,
                                 asJson(json),
                                 asUrl(value, kUpper, "%20"),
                                 asUrl(value, kLower, "%20"),
                                 asUrl(value, kUpper, "+")};
    for (const std::size_t before : {0U, 1U, 2U}) {
        for (const std::string_view last : {"+/", "-_"}) {
            auto digits = asBase64(value, before, last);
            if (digits.size() >= kTelling) all.push_back(std::move(digits));
        }
    }
    return all;
}

std::string reference(const std::string& name) {
    return "${" + name + "}";
}

struct Match {
    std::size_t begin{}, end{};
    const std::string* shown{};
};

}  // namespace

std::optional<std::string> whyNotMasked(std::string_view value) {
    if (value.size() < kShortest) return "it has less than 4 characters";
    if (value.size() < kShortestWord && isWord(value)) return "it is a short plain word";
    return {};
}

/// By first byte, the longest first.
struct Mask::Forms {
    struct Form {
        std::string text, shown;
    };

    void add(std::string text, const std::string& name) {
        auto& of_byte = by_byte[byteOf(text.front())];
        longest = std::max(longest, text.size());
        const auto same = [&](const Form& form) { return form.text == text; };
        if (std::ranges::any_of(of_byte, same)) return;
        of_byte.push_back({std::move(text), reference(name)});
        std::ranges::sort(
            of_byte, std::ranges::greater{}, [](const Form& form) { return form.text.size(); });
    }
    void add(const NamedSecret& secret) {
        const auto& value = secret.value.reveal();
        if (whyNotMasked(value)) return;
        values.push_back(secret);
        for (auto& text : spellingsOf(value)) add(std::move(text), secret.name);
        if (const auto core = trimmed(value); !whyNotMasked(core)) {
            for (auto& text : spellingsOf(core)) add(std::move(text), secret.name);
        }
        if (value.find('\n') == std::string::npos) return;
        for (const auto line : linesOf(value)) add(std::string{line}, secret.name);
    }

    /// What begins at `at`. `cut`: the text's end counts as a place where a value was cut off.
    [[nodiscard]] Match matchAt(std::string_view text, std::size_t at, bool cut) const {
        Match best{at, at, nullptr};
        const auto rest = text.substr(at);
        for (const auto& form : by_byte[byteOf(text[at])]) {
            const auto same = static_cast<std::size_t>(std::ranges::mismatch(form.text, rest).in1 -
                                                       form.text.begin());
            const auto after = rest.substr(same);
            const bool is_cut =
                same >= kTelling && (after.starts_with(kCut) || (cut && after.empty()));
            if (same != form.text.size() && !is_cut) continue;
            if (at + same > best.end) best = {at, at + same, &form.shown};
        }
        return best;
    }
    /// Those that overlap are one, so that nothing of either is left.
    [[nodiscard]] std::vector<Match> matches(std::string_view text, bool cut) const {
        std::vector<Match> found;
        for (std::size_t at = 0; at < text.size(); ++at) {
            if (by_byte[byteOf(text[at])].empty()) continue;
            const auto match = matchAt(text, at, cut);
            if (match.shown == nullptr) continue;
            if (!found.empty() && found.back().end > at) {
                found.back().end = std::max(found.back().end, match.end);
            } else {
                found.push_back(match);
            }
        }
        return found;
    }
    /// Where the text's end may be the beginning of a value; its size when it is none.
    [[nodiscard]] std::size_t openEnd(std::string_view text) const {
        for (auto at = text.size() - std::min(text.size(), longest); at < text.size(); ++at) {
            for (const auto& form : by_byte[byteOf(text[at])]) {
                if (form.text.size() > text.size() - at && form.text.starts_with(text.substr(at))) {
                    return at;
                }
            }
        }
        return text.size();
    }

    std::array<std::vector<Form>, 256> by_byte;
    std::size_t longest = 0;
    std::vector<NamedSecret> values;
};

Mask::Mask(std::vector<NamedSecret> secrets) {
    auto forms = std::make_shared<Forms>();
    for (const auto& secret : secrets) forms->add(secret);
    if (!forms->values.empty()) forms_ = std::move(forms);
}

namespace {

template <class Keep>
std::string replaced(std::string_view text, const std::vector<Match>& matches, Keep keep) {
    std::string result;
    std::size_t from = 0;
    for (const auto& match : matches) {
        result += keep(text.substr(from, match.begin - from));
        result += *match.shown;
        from = match.end;
    }
    return result += keep(text.substr(from));
}

std::string escaped(std::string_view text) {
    std::string result;
    for (std::size_t at = 0; at < text.size(); ++at) {
        if (text.substr(at).starts_with("${")) result += '$';
        result += text[at];
    }
    return result;
}

}  // namespace

std::string Mask::hide(std::string_view text) const {
    if (!forms_) return std::string{text};
    return replaced(text, forms_->matches(text, true), [](auto part) { return part; });
}

std::string Mask::asTemplate(std::string_view text) const {
    if (!forms_) return escaped(text);
    std::vector<Match> whole;  // values as they are: fill() knows no other spelling
    std::vector<std::string> shown(forms_->values.size());
    std::size_t from = 0;
    while (from < text.size()) {
        Match first{text.size(), text.size(), nullptr};
        for (std::size_t i = 0; i < shown.size(); ++i) {
            const auto& value = forms_->values[i].value.reveal();
            const auto at = text.find(value, from);
            const bool longer = at == first.begin && at + value.size() > first.end;
            if (at == std::string_view::npos || (at >= first.begin && !longer)) continue;
            shown[i] = reference(forms_->values[i].name);
            first = {at, at + value.size(), &shown[i]};
        }
        if (first.shown == nullptr) break;
        whole.push_back(first);
        from = first.end;
    }
    return replaced(text, whole, escaped);
}

std::string Mask::fill(std::string_view pattern) const {
    std::string result;
    while (!pattern.empty()) {
        if (pattern.starts_with("$${")) {
            result += "${";
            pattern.remove_prefix(3);
            continue;
        }
        const auto known = [&](const NamedSecret& secret) {
            return pattern.starts_with(reference(secret.name));
        };
        const auto found = forms_ ? std::ranges::find_if(forms_->values, known)
                                  : decltype(forms_->values.begin()){};
        if (forms_ && found != forms_->values.end()) {
            result += found->value.reveal();
            pattern.remove_prefix(reference(found->name).size());
        } else {
            result += pattern.front();
            pattern.remove_prefix(1);
        }
    }
    return result;
}

std::string Mask::Stream::take(std::string_view piece) {
    if (!mask_.forms_) return std::string{piece};
    kept_ += piece;
    const auto matches = mask_.forms_->matches(kept_, false);
    auto cut = mask_.forms_->openEnd(kept_);
    std::size_t whole = 0;
    while (whole < matches.size() && matches[whole].end <= cut) ++whole;
    // One that reaches beyond it may still become part of a longer one.
    if (whole < matches.size()) cut = std::min(cut, matches[whole].begin);
    const auto shown = replaced(std::string_view{kept_}.substr(0, cut),
                                {matches.begin(), matches.begin() + static_cast<long>(whole)},
                                [](auto part) { return part; });
    kept_.erase(0, cut);
    return shown;
}

std::string Mask::Stream::finish() {
    return mask_.hide(std::exchange(kept_, {}));
}

}  // namespace orch
