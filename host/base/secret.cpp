#include "base/secret.hpp"

#include <string.h>

#include <utility>

namespace orch {

Secret::Secret(Secret&& other) noexcept : text_(std::move(other.text_)) {
    other.wipe();  // a short text was copied, not handed over
}

Secret& Secret::operator=(const Secret& other) {
    if (this == &other) return *this;
    return *this = Secret{other};
}

Secret& Secret::operator=(Secret&& other) noexcept {
    if (this == &other) return *this;
    wipe();
    text_ = std::move(other.text_);
    other.wipe();
    return *this;
}

Secret::~Secret() {
    wipe();
}

bool Secret::matches(std::string_view text) const {
    if (text.size() != text_.size()) return false;
    // Every byte, whatever the first ones say; volatile: not to be cut short by the compiler.
    volatile unsigned differing = 0;
    for (std::size_t i = 0; i < text.size(); ++i) {
        differing = differing |
                    (static_cast<unsigned char>(text[i]) ^ static_cast<unsigned char>(text_[i]));
    }
    return differing == 0;
}

void Secret::wipe() {
    // All that was ever allotted: a moved-from text may still hold its bytes.
    text_.resize(text_.capacity());
    explicit_bzero(text_.data(), text_.size());
    text_.clear();
}

}  // namespace orch
