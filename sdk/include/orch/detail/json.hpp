#pragma once

#include <chrono>
#include <cstdint>
#include <nlohmann/json.hpp>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace orch {
inline namespace sdk {
namespace detail {

/// Objects keep the order in which they were written: evidence reads as it was told.
using Json = nlohmann::ordered_json;

/// The JSON that came is not what was promised. Its sentence names the member.
class BadJson : public std::runtime_error {
    using std::runtime_error::runtime_error;
};

/// As text. A byte that is not UTF-8 becomes U+FFFD: a file's name must not make a plugin fail.
[[nodiscard]] inline std::string dump(const Json& value) {
    return value.dump(-1, ' ', false, Json::error_handler_t::replace);
}

/// At most 80 bytes of what came, for a sentence.
[[nodiscard]] inline std::string glimpse(std::string_view text) {
    const bool whole = text.size() <= 80;
    return dump(std::string{text.substr(0, 80)}) + (whole ? "" : " …");
}

/// Throws BadJson when it is not one JSON object.
[[nodiscard]] inline Json parseObject(std::string_view text) {
    Json value = Json::parse(text, nullptr, /*allow_exceptions=*/false);
    if (!value.is_object()) throw BadJson("expected a JSON object, got " + glimpse(text));
    return value;
}

/// Nothing unless it is a whole number that fits.
template <class Number>
[[nodiscard]] std::optional<Number> whole(const Json& value) {
    if (value.is_number_unsigned()) {
        const auto number = value.get<std::uint64_t>();
        return std::in_range<Number>(number) ? std::optional{static_cast<Number>(number)}
                                             : std::nullopt;
    }
    if (!value.is_number_integer()) return {};
    const auto number = value.get<std::int64_t>();
    return std::in_range<Number>(number) ? std::optional{static_cast<Number>(number)}
                                         : std::nullopt;
}

/// Reads the members of one object. A member that is absent or null has its default; one of the
/// wrong type throws BadJson. Members nobody asks for are ignored. The object must outlive it.
class Members {
public:
    explicit Members(const Json& object) : object_(object) {
        if (!object.is_object())
            throw BadJson("expected a JSON object, got " + glimpse(dump(object)));
    }

    [[nodiscard]] std::string text(const char* name) const {
        const auto* value = find(name);
        if (value == nullptr) return {};
        if (!value->is_string()) throw wrong(name, "a text", *value);
        return value->get<std::string>();
    }
    [[nodiscard]] bool flag(const char* name, bool fallback = false) const {
        const auto* value = find(name);
        if (value == nullptr) return fallback;
        if (!value->is_boolean()) throw wrong(name, "true or false", *value);
        return value->get<bool>();
    }
    template <class Number>
    [[nodiscard]] std::optional<Number> maybe(const char* name) const {
        const auto* value = find(name);
        if (value == nullptr) return {};
        if (const auto number = whole<Number>(*value)) return number;
        throw wrong(name, "a whole number that fits", *value);
    }
    template <class Number>
    [[nodiscard]] Number number(const char* name, Number fallback = {}) const {
        return maybe<Number>(name).value_or(fallback);
    }
    /// Without a default: what the rest of the object is about.
    template <class Number>
    [[nodiscard]] Number required(const char* name) const {
        const auto value = maybe<Number>(name);
        if (!value) throw BadJson(std::string{"\""} + name + "\" is missing");
        return *value;
    }
    [[nodiscard]] std::optional<std::chrono::milliseconds> maybeSpan(const char* name) const {
        const auto ms = maybe<std::int64_t>(name);
        return ms ? std::optional{std::chrono::milliseconds{*ms}} : std::nullopt;
    }
    [[nodiscard]] std::chrono::milliseconds span(const char* name) const {
        return std::chrono::milliseconds{number<std::int64_t>(name)};
    }
    /// Calls `read(element)` for each element of an array, which must be there.
    template <class Read>
    void each(const char* name, const Read& read) const {
        const auto* value = find(name);
        if (value == nullptr) throw BadJson(std::string{"\""} + name + "\" is missing");
        if (!value->is_array()) throw wrong(name, "an array", *value);
        for (const auto& element : *value) read(element);
    }
    /// The texts of an object of texts; empty when there is none.
    [[nodiscard]] std::vector<std::pair<std::string, std::string>> pairs(const char* name) const {
        std::vector<std::pair<std::string, std::string>> pairs;
        const auto* value = find(name);
        if (value == nullptr) return pairs;
        const Members members{*value};
        for (const auto& [key, text] : value->items()) {
            pairs.emplace_back(key, members.text(key.c_str()));
        }
        return pairs;
    }

private:
    [[nodiscard]] const Json* find(const char* name) const {
        const auto found = object_.find(name);
        return found == object_.end() || found->is_null() ? nullptr : &*found;
    }
    static BadJson wrong(const char* name, const char* expected, const Json& value) {
        return BadJson{std::string{"\""} + name + "\" must be " + expected + ", it is " +
                       glimpse(dump(value))};
    }

    const Json& object_;
};

}  // namespace detail
}  // namespace sdk
}  // namespace orch
