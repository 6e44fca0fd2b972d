#pragma once

#include <orch/plugin.h>

#include <string>

namespace orch {

/// Gathers what a plugin writes to a sink, up to `limit` bytes. Used by one thread.
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
        if (size > self.limit_ - self.text_.size()) {
            self.overflowed_ = true;
            return ORCH_FAILED;
        }
        self.text_.append(data, size);
        return ORCH_OK;
    }

    std::size_t limit_;
    std::string text_;
    bool overflowed_ = false;
};

[[nodiscard]] inline orch_text borrow(std::string_view text) {
    return {text.data(), text.size()};
}

}  // namespace orch
