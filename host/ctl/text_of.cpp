#include "ctl/text_of.hpp"

#include <map>
#include <nlohmann/json.hpp>

#include "base/text.hpp"

namespace orch::ctl {

using nlohmann::json;

namespace {

const json& fieldOf(const json& object, const char* field) {
    static const json kNothing;
    if (!object.is_object()) return kNothing;
    const auto found = object.find(field);
    return found == object.end() ? kNothing : *found;
}

}  // namespace

std::string textOr(const json& object, const char* field) {
    const auto& value = fieldOf(object, field);
    if (value.is_null()) return {};
    return value.is_string() ? value.get<std::string>()
                             : value.dump(-1, ' ', false, json::error_handler_t::replace);
}

std::string textOf(const json& object, const char* field) {
    const auto text = textOr(object, field);
    return text.empty() ? "-" : harmlessLine(text);
}

long numberOf(const json& object, const char* field) {
    const auto& value = fieldOf(object, field);
    return value.is_number() ? value.get<long>() : 0;
}

bool isSet(const json& object, const char* field) {
    const auto& value = fieldOf(object, field);
    return value.is_boolean() && value.get<bool>();
}

const json& listOf(const json& object, const char* field) {
    static const json kEmpty = json::array();
    const auto& value = fieldOf(object, field);
    return value.is_array() ? value : kEmpty;
}

json listOf(json&& object, const char* field) {
    const auto& there = object;
    return listOf(there, field);
}

const json& objectOf(const json& object, const char* field) {
    static const json kEmpty = json::object();
    const auto& value = fieldOf(object, field);
    return value.is_object() ? value : kEmpty;
}

std::string evidenceOf(const json& object) {
    std::vector<std::string> parts;
    for (const auto& [name, value] : objectOf(object, "evidence").items()) {
        const auto text = value.is_string() ? value.get<std::string>() : value.dump();
        // A sha or hash says enough with its first seven digits.
        const bool hash =
            text.size() >= 40 && text.find_first_not_of("0123456789abcdef") == std::string::npos;
        parts.push_back(name + " " + (hash ? shortSha(text) : shorten(text, 60)));
    }
    return harmlessLine(join(parts, ", "));
}

Tint tintOf(const std::string& state) {
    static const std::map<std::string, Tint> kTints{{"green", Tint::kGreen},
                                                    {"succeeded", Tint::kGreen},
                                                    {"done", Tint::kGreen},
                                                    {"red", Tint::kRed},
                                                    {"refused", Tint::kRed},
                                                    {"hung", Tint::kRed},
                                                    {"failed", Tint::kRed},
                                                    {"timed_out", Tint::kRed},
                                                    {"lost", Tint::kRed},
                                                    {"parked", Tint::kYellow},
                                                    {"paused", Tint::kYellow},
                                                    {"quarantined", Tint::kYellow},
                                                    {"human", Tint::kYellow},
                                                    {"unclear", Tint::kYellow},
                                                    {"cancelled", Tint::kFaint},
                                                    {"off", Tint::kFaint},
                                                    {"scheduled", Tint::kFaint}};
    const auto found = kTints.find(state);
    return found == kTints.end() ? Tint::kPlain : found->second;
}

}  // namespace orch::ctl
