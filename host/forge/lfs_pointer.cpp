#include "forge/lfs_pointer.hpp"

#include <algorithm>
#include <charconv>

namespace orch {

namespace {

using namespace std::string_view_literals;

constexpr auto kVersion = "version https://git-lfs.github.com/spec/v1"sv;
constexpr std::size_t kOidSize = 64;

/// Takes the first line off `text`; nothing without a line break.
std::optional<std::string_view> takeLine(std::string_view& text) {
    const auto end = text.find('\n');
    if (end == text.npos) return std::nullopt;
    const auto line = text.substr(0, end);
    text.remove_prefix(end + 1);
    return line;
}

bool isHex(std::string_view text) {
    return text.size() == kOidSize && std::ranges::all_of(text, [](char c) {
               return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f');
           });
}

/// "ext-0-foo sha256:<oid>": how the content was changed before it was stored.
bool isExtension(std::string_view line) {
    constexpr auto kMark = "ext-"sv;
    constexpr auto kHash = " sha256:"sv;
    const auto hash = line.find(kHash);
    return line.starts_with(kMark) && hash != line.npos && line.find(' ') == hash &&
           isHex(line.substr(hash + kHash.size()));
}

std::optional<std::uint64_t> numberIn(std::string_view digits) {
    // 0 is "0" alone: git-lfs writes no leading zeros.
    if (digits.empty() || (digits.front() == '0' && digits.size() > 1)) return std::nullopt;
    std::uint64_t number{};
    const auto* end = digits.data() + digits.size();
    const auto read = std::from_chars(digits.data(), end, number);
    // git-lfs counts in signed numbers.
    if (read.ec != std::errc{} || read.ptr != end || number > INT64_MAX) return std::nullopt;
    return number;
}

}  // namespace

std::optional<LfsPointer> parseLfsPointer(std::string_view text) {
    constexpr auto kOid = "oid sha256:"sv;
    constexpr auto kSize = "size "sv;
    if (text.size() >= kLfsPointerLimit || takeLine(text) != kVersion) return std::nullopt;
    auto line = takeLine(text);
    while (line && isExtension(*line)) line = takeLine(text);
    if (!line || !line->starts_with(kOid)) return std::nullopt;
    const auto oid = line->substr(kOid.size());
    line = takeLine(text);
    if (!line || !line->starts_with(kSize) || !text.empty() || !isHex(oid)) return std::nullopt;
    const auto size = numberIn(line->substr(kSize.size()));
    if (!size) return std::nullopt;
    return LfsPointer{std::string{oid}, *size};
}

}  // namespace orch
