#include "base/proc_stat.hpp"

#include <array>
#include <charconv>

namespace orch {

namespace {

constexpr std::size_t kFirst = 4;
constexpr std::size_t kLast = 22;

/// Fields 4 to 22, numbered as in proc(5), of a text that begins with the space before field 4.
class Fields {
public:
    explicit Fields(std::string_view text) {
        for (auto n = kFirst; n <= kLast; ++n) {
            if (!text.starts_with(' ')) return;
            const auto* begin = text.data() + 1;
            const auto [end, error] = std::from_chars(begin, text.data() + text.size(), values_[n]);
            if (error != std::errc{}) return;
            text.remove_prefix(static_cast<std::size_t>(end - text.data()));
        }
        whole_ = true;
    }
    [[nodiscard]] bool whole() const { return whole_; }
    [[nodiscard]] int small(std::size_t n) const { return static_cast<int>(values_[n]); }
    [[nodiscard]] std::uint64_t large(std::size_t n) const {
        return static_cast<std::uint64_t>(values_[n]);
    }

private:
    std::array<std::int64_t, kLast + 1> values_{};
    bool whole_ = false;
};

}  // namespace

std::optional<ProcStat> parseProcStat(std::string_view text) {
    // The name in field 2 may hold spaces and parentheses: what counts is its last one.
    const auto name_end = text.rfind(") ");
    if (name_end == std::string_view::npos || name_end + 3 > text.size()) return {};
    const Fields fields(text.substr(name_end + 3));
    if (!fields.whole()) return {};
    ProcStat stat{text[name_end + 2]};
    stat.parent = fields.small(4);
    stat.group = fields.small(5);
    stat.session = fields.small(6);
    for (std::size_t n = 14; n <= 17; ++n) stat.cpu_ticks += fields.large(n);
    stat.threads = fields.small(20);
    stat.start = fields.large(22);
    return stat;
}

}  // namespace orch
