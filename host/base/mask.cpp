#include "base/mask.hpp"

#include <algorithm>
#include <array>
#include <cstdint>
#include <set>
#include <utility>

#include "base/spelling.hpp"

namespace orch {

namespace {

constexpr std::size_t kShortest = 4;
constexpr std::size_t kShortestWord = 8;
/// Less of a value's beginning or of its base64 says too little, and stands in harmless texts.
constexpr std::size_t kTelling = 8;
constexpr std::string_view kCut = "…";
/// Of base64.
constexpr std::size_t kShortestLine = 16;

std::uint8_t byteOf(char c) {
    return static_cast<std::uint8_t>(c);
}

bool isWord(std::string_view value) {
    return std::ranges::all_of(
        value, [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9'); });
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

std::vector<std::string> base64sOf(std::string_view value) {
    std::vector<std::string> all;
    for (const std::size_t before : {0U, 1U, 2U}) {
        for (const std::string_view last : {"+/", "-_"}) {
            auto digits = asBase64(value, before, last);
            if (digits.size() >= kTelling) all.push_back(std::move(digits));
        }
    }
    return all;
}

/// Whether a line of base64 may end before `at`: what breaks it makes no shorter ones.
bool isAfterDigits(std::string_view text, std::size_t at) {
    constexpr std::string_view kDigits =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/-_\\";
    return at >= kShortestLine &&
           text.substr(at - kShortestLine, kShortestLine).find_first_not_of(kDigits) ==
               std::string_view::npos;
}

/// Where the next line of base64 begins, when one ends before `at`; `at` when none does. `open`:
/// the text ends before that is told.
std::size_t afterBreak(std::string_view text, std::size_t at, bool& open) {
    constexpr std::size_t kMostBlanks = 16;
    const auto begin = at;
    bool broken = false;
    for (int i = 0; i < 2 && at < text.size(); ++i) {  // "\r\n"
        const Spellings here{text, at};
        const auto found = std::ranges::find_if(here, [](const Spelling& spelling) {
            return spelling.bytes[0] == '\n' || spelling.bytes[0] == '\r';
        });
        open |= here.open();
        if (found == here.end()) break;
        at += found->taken;
        broken = true;
    }
    if (!broken || !isAfterDigits(text, begin)) return begin;
    const auto blanks = std::min(at + kMostBlanks, text.size());
    while (at < blanks && (text[at] == ' ' || text[at] == '\t')) ++at;
    open |= at == text.size();
    return at;
}

std::string reference(const std::string& name) {
    return "${" + name + "}";
}

struct Form {
    std::string text, shown;
    bool base64{};
};

struct Match {
    std::size_t begin{}, end{};
    const std::string* shown{};
};

/// One form against one place of a text.
class Attempt {
public:
    /// `cut`: the text's end counts as a place where a value was cut off.
    Attempt(const Form& form, std::string_view text, bool cut)
        : form_(form), text_(text), cut_(cut) {}

    void from(std::size_t at) {
        // Most end here: at the first byte that is another one.
        std::size_t same = 0;
        const auto most = std::min(form_.text.size(), text_.size() - at);
        while (same < most && form_.text[same] == text_[at + same] &&
               !beginsSpelling(text_[at + same])) {
            ++same;
        }
        if (endsAt(same, at + same)) return;
        ways_.emplace(same, at + same);
        // Only runs of backslashes or percent signs, in value and text, have more ways.
        auto steps = 2 * form_.text.size() + 64;
        while (!ways_.empty() && steps-- > 0) {
            const auto [matched, place] = *ways_.begin();
            ways_.erase(ways_.begin());
            step(matched, place);
        }
    }
    [[nodiscard]] std::size_t end() const { return end_; }  ///< 0: it is not here
    /// The text ends where it may go on.
    [[nodiscard]] bool open() const { return open_; }

private:
    /// The usual case, told without more ado.
    [[nodiscard]] bool endsAt(std::size_t matched, std::size_t at) const {
        if (matched == form_.text.size() || at == text_.size()) return false;
        const char other = text_[at];
        const bool breaks = form_.base64 && (other == '\n' || other == '\r');
        return !breaks && !beginsSpelling(other) && (matched < kTelling || other != kCut.front());
    }
    void step(std::size_t matched, std::size_t at) {
        if (matched == form_.text.size()) return reach(at);
        const auto rest = std::string_view{form_.text}.substr(matched);
        if (matched >= kTelling && text_.substr(at).starts_with(kCut)) reach(at);
        if (at == text_.size()) return runOut(matched);
        const Spellings here{text_, at};
        for (const auto& spelling : here) {
            if (rest.starts_with(std::string_view{spelling.bytes.data(), spelling.count})) {
                ways_.emplace(matched + spelling.count, at + spelling.taken);
            }
        }
        bool open = here.open();
        if (form_.base64 && matched > 0) {
            const auto next = afterBreak(text_, at, open);
            if (next > at) ways_.emplace(matched, next);
        }
        if (open) runOut(matched);
    }
    void reach(std::size_t at) { end_ = std::max(end_, at); }
    void runOut(std::size_t matched) {
        open_ = true;
        if (cut_ && matched >= kTelling) reach(text_.size());
    }

    const Form& form_;
    std::string_view text_;
    bool cut_;
    std::size_t end_ = 0;
    bool open_ = false;
    std::set<std::pair<std::size_t, std::size_t>> ways_;  ///< how much is matched, and up to where
};

}  // namespace

std::optional<std::string> whyNotMasked(std::string_view value) {
    if (value.size() < kShortest) return "it has less than 4 characters";
    if (value.size() < kShortestWord && isWord(value)) return "it is a short plain word";
    return {};
}

/// By first byte.
struct Mask::Forms {
    struct Found {
        std::vector<Match> matches;
        std::size_t open{};  ///< where the text's end may be the beginning of a value, or its size
    };

    void add(std::string text, const std::string& name, bool base64) {
        auto& of_byte = by_byte[byteOf(text.front())];
        const auto same = [&](const Form& form) { return form.text == text; };
        if (std::ranges::any_of(of_byte, same)) return;
        of_byte.push_back({std::move(text), reference(name), base64});
    }
    void addValue(std::string_view value, const std::string& name) {
        add(std::string{value}, name, false);
        for (auto& text : base64sOf(value)) add(std::move(text), name, true);
    }
    void add(const NamedSecret& secret) {
        const auto& value = secret.value.reveal();
        if (whyNotMasked(value)) return;
        values.push_back(secret);
        addValue(value, secret.name);
        if (const auto core = trimmed(value); !whyNotMasked(core)) addValue(core, secret.name);
        if (value.find('\n') == std::string::npos) return;
        for (const auto line : linesOf(value)) add(std::string{line}, secret.name, false);
    }

    /// What begins at `at`; `open` is set when the text's end may be the beginning of it.
    [[nodiscard]] Match matchAt(std::string_view text, std::size_t at, bool cut, bool& open) const {
        Match best{at, at, nullptr};
        const Spellings here{text, at};
        open |= here.open();
        for (const auto& spelling : here) {
            for (const auto& form : by_byte[byteOf(spelling.bytes[0])]) {
                Attempt attempt{form, text, cut};
                attempt.from(at);
                open |= attempt.open();
                if (attempt.end() > best.end) best = {at, attempt.end(), &form.shown};
            }
        }
        return best;
    }
    /// From `from` on. Those that overlap are one, so that nothing of either is left.
    [[nodiscard]] Found look(std::string_view text, std::size_t from, bool cut) const {
        Found found{{}, text.size()};
        for (std::size_t at = from; at < text.size(); ++at) {
            if (by_byte[byteOf(text[at])].empty() && !beginsSpelling(text[at])) continue;
            bool open = false;
            const auto match = matchAt(text, at, cut, open);
            if (open) found.open = std::min(found.open, at);
            if (match.shown == nullptr) continue;
            auto& matches = found.matches;
            if (!matches.empty() && matches.back().end > at) {
                matches.back().end = std::max(matches.back().end, match.end);
            } else {
                matches.push_back(match);
            }
        }
        return found;
    }

    std::array<std::vector<Form>, 256> by_byte;
    std::vector<NamedSecret> values;
};

Mask::Mask(std::vector<NamedSecret> secrets) {
    auto forms = std::make_shared<Forms>();
    for (const auto& secret : secrets) forms->add(secret);
    if (!forms->values.empty()) forms_ = std::move(forms);
}

namespace {

template <class Keep>
std::string replaced(std::string_view text,
                     std::size_t from,
                     const std::vector<Match>& matches,
                     Keep keep) {
    std::string result;
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
    return replaced(text, 0, forms_->look(text, 0, true).matches, [](auto part) { return part; });
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
    return replaced(text, 0, whole, escaped);
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
    auto [matches, cut] = mask_.forms_->look(kept_, shown_, false);
    std::size_t whole = 0;
    while (whole < matches.size() && matches[whole].end <= cut) ++whole;
    // One that reaches beyond it may still become part of a longer one.
    if (whole < matches.size()) cut = std::min(cut, matches[whole].begin);
    matches.resize(whole);
    auto text = replaced({kept_.data(), cut}, shown_, matches, [](auto part) { return part; });
    forget(cut);
    return text;
}

std::string Mask::Stream::finish() {
    if (!mask_.forms_) return {};
    const auto matches = mask_.forms_->look(kept_, shown_, true).matches;
    auto text = replaced(kept_, shown_, matches, [](auto part) { return part; });
    forget(kept_.size());
    return text;
}

/// What was shown is kept as far as it is looked back at.
void Mask::Stream::forget(std::size_t end) {
    shown_ = std::min(end, kShortestLine);
    kept_.erase(0, end - shown_);
}

}  // namespace orch
