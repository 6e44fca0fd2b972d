#pragma once

#include <chrono>
#include <concepts>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "orch/detail/json.hpp"

// Enough JSON to write a snapshot or a state:
//     return orch::JsonObject{}.set("free", free).set("last", orch::JsonArray{}.add("a").add("b"));

namespace orch {
inline namespace sdk {

class JsonObject;
class JsonArray;

namespace detail {
template <class Value>
concept JsonScalar = std::same_as<Value, bool> || std::integral<Value> ||
    std::floating_point<Value> || std::convertible_to<Value, std::string_view>;

template <JsonScalar Value>
[[nodiscard]] Json scalar(const Value& value) {
    if constexpr (std::convertible_to<Value, std::string_view>) {
        return Json(std::string{std::string_view{value}});
    } else {
        return Json(value);
    }
}
}  // namespace detail

class JsonArray {
public:
    template <detail::JsonScalar Value>
    JsonArray& add(const Value& value) {
        array_.push_back(detail::scalar(value));
        return *this;
    }
    JsonArray& add(const JsonObject& object);
    [[nodiscard]] std::string text() const { return detail::dump(array_); }

private:
    friend JsonObject;
    detail::Json array_ = detail::Json::array();
};

class JsonObject {
public:
    /// A name that is set already gets the new value.
    template <detail::JsonScalar Value>
    JsonObject& set(const std::string& name, const Value& value) {
        object_[name] = detail::scalar(value);
        return *this;
    }
    /// Whole milliseconds.
    JsonObject& set(const std::string& name, std::chrono::milliseconds span) {
        object_[name] = span.count();
        return *this;
    }
    JsonObject& set(const std::string& name, const JsonObject& object) {
        object_[name] = object.object_;
        return *this;
    }
    JsonObject& set(const std::string& name, const JsonArray& array) {
        object_[name] = array.array_;
        return *this;
    }
    JsonObject& setNull(const std::string& name) {
        object_[name] = nullptr;
        return *this;
    }
    [[nodiscard]] std::string text() const { return detail::dump(object_); }

private:
    friend JsonArray;
    detail::Json object_ = detail::Json::object();
};

inline JsonArray& JsonArray::add(const JsonObject& object) {
    array_.push_back(object.object_);
    return *this;
}

}  // namespace sdk
}  // namespace orch
