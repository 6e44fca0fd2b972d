#include "config/yaml_source.hpp"

#include <algorithm>

namespace orch {

namespace {

bool isContinuation(char c) {
    return (static_cast<unsigned char>(c) & 0xC0U) == 0x80U;
}

int characters(std::string_view bytes) {
    return static_cast<int>(
        std::count_if(bytes.begin(), bytes.end(), [](char c) { return !isContinuation(c); }));
}

/// How many bytes the character that begins with `lead` has (RFC 3629); 0: it begins none.
std::size_t lengthFor(unsigned char lead) {
    if (lead < 0x80) return 1;
    if (lead >= 0xC2 && lead <= 0xDF) return 2;
    if (lead >= 0xE0 && lead <= 0xEF) return 3;
    if (lead >= 0xF0 && lead <= 0xF4) return 4;
    return 0;
}

/// The length of the valid character at `at`; 0 when there is none. Overlong forms and surrogates
/// pass: they do no harm here, as nothing is decoded.
std::size_t validLength(std::string_view text, std::size_t at) {
    const auto length = lengthFor(static_cast<unsigned char>(text[at]));
    if (length == 0 || at + length > text.size()) return 0;
    const auto rest = text.substr(at + 1, length - 1);
    return std::all_of(rest.begin(), rest.end(), isContinuation) ? length : 0;
}

bool isForbiddenControl(char c) {
    const auto byte = static_cast<unsigned char>(c);
    return (byte < 0x20 && c != '\t' && c != '\n' && c != '\r') || byte == 0x7F;
}

}  // namespace

YamlSource::YamlSource(std::string_view text) : text_(text), begins_{0} {
    for (auto at = text.find('\n'); at != std::string_view::npos; at = text.find('\n', at + 1)) {
        begins_.push_back(at + 1);
    }
}

std::size_t YamlSource::begin(int line) const {
    const auto index = static_cast<std::size_t>(std::max(line, 0));
    return index < begins_.size() ? begins_[index] : text_.size();
}

std::string_view YamlSource::line(int number) const {
    const auto rest = text_.substr(begin(number));
    return rest.substr(0, rest.find('\n'));
}

Mark YamlSource::markAt(int line_number, int byte) const {
    const auto before = line(line_number).substr(0, static_cast<std::size_t>(std::max(byte, 0)));
    return {line_number + 1, characters(before) + 1};
}

std::optional<Mark> YamlSource::tabIndent(int number) const {
    const auto whole = line(number);
    const auto indent = whole.substr(0, whole.find_first_not_of(" \t"));
    const auto tab = indent.find('\t');
    if (tab == std::string_view::npos) return {};
    return Mark{number + 1, static_cast<int>(tab) + 1};
}

bool YamlSource::quoteNeverEnds(int line_number, int byte) const {
    const auto rest = text_.substr(begin(line_number)).substr(static_cast<std::size_t>(byte));
    if (rest.empty() || (rest[0] != '"' && rest[0] != '\'')) return false;
    for (std::size_t i = 1; i < rest.size(); ++i) {
        if (rest[i] == '\\' && rest[0] == '"') {
            ++i;
        } else if (rest[0] == '\'' && rest.substr(i, 2) == "''") {
            ++i;
        } else if (rest[i] == rest[0]) {
            return false;
        }
    }
    return true;
}

std::optional<YamlError> YamlSource::firstBadByte() const {
    std::size_t line_begin = 0;
    int line_number = 1;
    for (std::size_t at = 0; at < text_.size();) {
        const auto length = validLength(text_, at);
        if (length == 0 || isForbiddenControl(text_[at])) {
            const Mark mark{line_number, characters(text_.substr(line_begin, at - line_begin)) + 1};
            return YamlError{mark,
                             length == 0 ? "this byte is not UTF-8: save the file as UTF-8"
                                         : "a control character stands here: remove it"};
        }
        if (text_[at] == '\n') ++line_number, line_begin = at + 1;
        at += length;
    }
    return {};
}

}  // namespace orch
