#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "orch/plugin.h"

// Texts over the border: borrowed on the way in, collected from a sink on the way out.

namespace orch {
inline namespace sdk {
namespace detail {

/// What an orch_sink takes in all.
inline constexpr std::uint64_t kSinkLimit = 1024 * 1024;

[[nodiscard]] inline std::string_view view(orch_text text) noexcept {
    return {text.data, static_cast<std::size_t>(text.size)};
}
[[nodiscard]] inline orch_text borrow(std::string_view text) noexcept {
    return {text.data(), text.size()};
}

/// False when nobody took it.
inline bool put(orch_sink sink, std::string_view text) noexcept {
    return sink.write != nullptr && sink.write(sink.context, text.data(), text.size()) == ORCH_OK;
}

/// Keeps what the other side writes. It must outlive the call that its sink is given to.
class Collected {
public:
    explicit Collected(std::uint64_t limit = kSinkLimit) : limit_(limit) {}
    [[nodiscard]] orch_sink sink() { return {this, &Collected::write}; }
    [[nodiscard]] const std::string& text() const { return text_; }
    /// More was written than a sink takes: the text is not whole.
    [[nodiscard]] bool cut() const { return cut_; }

private:
    static std::int32_t write(void* context, const char* data, std::uint64_t size) noexcept try {
        auto& self = *static_cast<Collected*>(context);
        if (size > self.limit_ - self.text_.size()) {
            self.cut_ = true;
            return ORCH_FAILED;
        }
        self.text_.append(data, static_cast<std::size_t>(size));
        return ORCH_OK;
    } catch (...) {  // no memory; nothing may be thrown across the border
        static_cast<Collected*>(context)->cut_ = true;
        return ORCH_FAILED;
    }

    std::uint64_t limit_;
    std::string text_;
    bool cut_ = false;
};

}  // namespace detail
}  // namespace sdk
}  // namespace orch
