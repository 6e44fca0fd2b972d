#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/secret.hpp"

namespace orch {

/// A secret and the name it is shown by.
struct NamedSecret {
    std::string name;
    Secret value;
};

/// Why such a value is not recognised in a text, as a clause; nothing when it is. It is what stands
/// in too many harmless texts: less than 4 bytes, or less than 8 that are lower-case letters or
/// digits only ("main", "8080").
[[nodiscard]] std::optional<std::string> whyNotMasked(std::string_view value);

/// All secrets in force. Puts "${NAME}" where a value stands in a text: as it is, line by line when
/// it has several, in every spelling of base/spelling.hpp, and as base64 (either alphabet, wherever
/// the value begins, broken into lines of 16 digits or more). Not: compressed, encrypted,
/// hexadecimal, in another character set, or through two of these ways one after the other. Of a
/// text that was cut inside of a value, 8 bytes are enough. Immutable, cheap to copy, thread-safe.
class Mask {
public:
    /// Hides nothing.
    Mask() = default;
    /// What whyNotMasked() has a reason for is left out.
    explicit Mask(std::vector<NamedSecret> secrets);

    [[nodiscard]] std::string hide(std::string_view text) const;
    /// False: every text stays as it is.
    [[nodiscard]] bool hidesAnything() const { return forms_ != nullptr; }

    /// The text in the configuration's spelling: "${NAME}" where a value stands, "$${" where it
    /// says "${" itself. fill() gives the text back, and fills in nothing else.
    [[nodiscard]] std::string asTemplate(std::string_view text) const;
    [[nodiscard]] std::string fill(std::string_view pattern) const;

    /// hide() for a text that comes in pieces: what may be the beginning of a value is kept back.
    class Stream {
    public:
        explicit Stream(const Mask& mask) : mask_(mask) {}
        /// What can be shown by now.
        [[nodiscard]] std::string take(std::string_view piece);
        /// The rest: nothing follows.
        [[nodiscard]] std::string finish();

    private:
        void forget(std::size_t end);

        const Mask& mask_;
        std::string kept_;
        std::size_t shown_ =
            0;  ///< how much of its beginning is shown, and kept to be looked back at
    };

private:
    struct Forms;
    std::shared_ptr<const Forms> forms_;  ///< shared by the copies; never changed
};

}  // namespace orch
