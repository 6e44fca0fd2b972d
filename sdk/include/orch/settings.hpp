#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "orch/detail/json.hpp"
#include "orch/units.hpp"

namespace orch {
inline namespace sdk {

/// A setting is not there, or not what it is asked for. Its sentence names the key.
class SettingsError : public std::runtime_error {
    using std::runtime_error::runtime_error;
};

/// A plugin's settings, checked by orchd against its settings_schema. Each is asked for by name:
/// without a fallback it must be there. Everything throws SettingsError.
class Settings {
public:
    /// `json`: one object.
    explicit Settings(std::string_view json)
        : object_(detail::Json::parse(json, nullptr, /*allow_exceptions=*/false)) {
        if (!object_.is_object()) {
            throw SettingsError("the settings must be a JSON object, they are " +
                                detail::glimpse(json));
        }
    }

    [[nodiscard]] bool has(std::string_view key) const { return find(key) != nullptr; }

    [[nodiscard]] std::string text(std::string_view key) const { return must(key, asText(key)); }
    [[nodiscard]] std::string text(std::string_view key, std::string fallback) const {
        return asText(key).value_or(std::move(fallback));
    }
    [[nodiscard]] bool flag(std::string_view key) const { return must(key, asFlag(key)); }
    [[nodiscard]] bool flag(std::string_view key, bool fallback) const {
        return asFlag(key).value_or(fallback);
    }
    [[nodiscard]] std::int64_t number(std::string_view key) const {
        return must(key, asNumber(key));
    }
    [[nodiscard]] std::int64_t number(std::string_view key, std::int64_t fallback) const {
        return asNumber(key).value_or(fallback);
    }
    [[nodiscard]] double real(std::string_view key) const { return must(key, asReal(key)); }
    [[nodiscard]] double real(std::string_view key, double fallback) const {
        return asReal(key).value_or(fallback);
    }
    /// A number of bytes, or a text such as "10GB".
    [[nodiscard]] std::uint64_t bytes(std::string_view key) const {
        return must(key, asBytes(key));
    }
    [[nodiscard]] std::uint64_t bytes(std::string_view key, std::uint64_t fallback) const {
        return asBytes(key).value_or(fallback);
    }
    /// A number of milliseconds, or a text such as "30s".
    [[nodiscard]] std::chrono::milliseconds duration(std::string_view key) const {
        return must(key, asDuration(key));
    }
    [[nodiscard]] std::chrono::milliseconds duration(std::string_view key,
                                                     std::chrono::milliseconds fallback) const {
        return asDuration(key).value_or(fallback);
    }
    [[nodiscard]] std::vector<std::string> texts(std::string_view key) const {
        return must(key, asTexts(key));
    }
    [[nodiscard]] std::vector<std::string> texts(std::string_view key,
                                                 std::vector<std::string> fallback) const {
        return asTexts(key).value_or(std::move(fallback));
    }

private:
    [[nodiscard]] const detail::Json* find(std::string_view key) const {
        const auto found = object_.find(std::string{key});
        return found == object_.end() || found->is_null() ? nullptr : &*found;
    }
    static SettingsError wrong(std::string_view key,
                               const char* expected,
                               const detail::Json& value) {
        return SettingsError{"setting " + std::string{key} + " must be " + expected + ", it is " +
                             detail::dump(value)};
    }
    template <class Value>
    static Value must(std::string_view key, std::optional<Value> value) {
        if (!value) throw SettingsError{"setting " + std::string{key} + " is missing"};
        return *std::move(value);
    }
    [[nodiscard]] std::optional<std::string> asText(std::string_view key) const {
        const auto* value = find(key);
        if (value == nullptr) return {};
        if (!value->is_string()) throw wrong(key, "a text", *value);
        return value->get<std::string>();
    }
    [[nodiscard]] std::optional<bool> asFlag(std::string_view key) const {
        const auto* value = find(key);
        if (value == nullptr) return {};
        if (!value->is_boolean()) throw wrong(key, "true or false", *value);
        return value->get<bool>();
    }
    [[nodiscard]] std::optional<std::int64_t> asNumber(std::string_view key) const {
        const auto* value = find(key);
        if (value == nullptr) return {};
        const auto number = detail::whole<std::int64_t>(*value);
        if (!number) throw wrong(key, "a whole number", *value);
        return number;
    }
    [[nodiscard]] std::optional<double> asReal(std::string_view key) const {
        const auto* value = find(key);
        if (value == nullptr) return {};
        if (!value->is_number()) throw wrong(key, "a number", *value);
        return value->get<double>();
    }
    [[nodiscard]] std::optional<std::uint64_t> asBytes(std::string_view key) const {
        const auto* value = find(key);
        if (value == nullptr) return {};
        const auto size = value->is_string() ? parseSize(value->get<std::string>())
                                             : detail::whole<std::uint64_t>(*value);
        if (!size) throw wrong(key, "a size such as 10GB", *value);
        return size;
    }
    [[nodiscard]] std::optional<std::chrono::milliseconds> asDuration(std::string_view key) const {
        const auto* value = find(key);
        if (value == nullptr) return {};
        if (value->is_string()) {
            if (const auto span = parseSpan(value->get<std::string>())) return span;
        } else if (const auto ms = detail::whole<std::int64_t>(*value); ms && *ms >= 0) {
            return std::chrono::milliseconds{*ms};
        }
        throw wrong(key, "a duration such as 30s", *value);
    }
    [[nodiscard]] std::optional<std::vector<std::string>> asTexts(std::string_view key) const {
        const auto* value = find(key);
        if (value == nullptr) return {};
        if (!value->is_array()) throw wrong(key, "a list of texts", *value);
        std::vector<std::string> texts;
        for (const auto& element : *value) {
            if (!element.is_string()) throw wrong(key, "a list of texts", *value);
            texts.push_back(element.get<std::string>());
        }
        return texts;
    }
    detail::Json object_;
};

}  // namespace sdk
}  // namespace orch
