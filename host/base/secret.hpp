#pragma once

#include <string>
#include <string_view>

namespace orch {

/// A text that must not be shown: a token, a password, the value of a ${NAME}. It has no
/// operator<<, no JSON and no conversion, so that it gets into a message, a row or an answer only
/// where somebody writes reveal(). Its bytes are wiped when it ends or is moved from.
class Secret {
public:
    Secret() = default;
    explicit Secret(std::string_view text) : text_(text) {}
    Secret(const Secret&) = default;
    Secret(Secret&& other) noexcept;
    Secret& operator=(const Secret& other);
    Secret& operator=(Secret&& other) noexcept;
    ~Secret();

    /// The text itself, as long as this lives: for the one place that uses it.
    [[nodiscard]] const std::string& reveal() const { return text_; }
    [[nodiscard]] bool empty() const { return text_.empty(); }

    /// Compares in a time that depends on the lengths only.
    [[nodiscard]] bool matches(std::string_view text) const;
    friend bool operator==(const Secret& a, const Secret& b) { return a.matches(b.text_); }

private:
    void wipe();
    std::string text_;
};

}  // namespace orch
