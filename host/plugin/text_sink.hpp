#pragma once

#include <orch/plugin.h>

#include <algorithm>
#include <string>
#include <string_view>

namespace orch {

/// Gathers what a plugin writes to a sink: the first `limit` bytes of it. Used by one thread.
class TextSink {
public:
    explicit TextSink(std::size_t limit) : limit_(limit) {}
    TextSink(const TextSink&) = delete;
    TextSink& operator=(const TextSink&) = delete;

    [[nodiscard]] orch_sink sink() { return {this, write}; }
    [[nodiscard]] const std::string& text() const { return text_; }
    /// The text was longer than the limit, and is not whole.
    [[nodiscard]] bool overflowed() const { return overflowed_; }

private:
    static std::int32_t write(void* context, const char* data, std::uint64_t size) {
        auto& self = *static_cast<TextSink*>(context);
        if (self.overflowed_) return ORCH_FAILED;
        const auto taken = std::min<std::uint64_t>(size, self.limit_ - self.text_.size());
        if (taken > 0) self.text_.append(data, taken);
        self.overflowed_ = taken < size;
        return self.overflowed_ ? ORCH_FAILED : ORCH_OK;
    }

    std::size_t limit_;
    std::string text_;
    bool overflowed_ = false;
};

[[nodiscard]] inline orch_text borrow(std::string_view text) {
    return {text.data(), text.size()};
}

}  // namespace orch
