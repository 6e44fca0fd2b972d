#include "http/fields.hpp"

#include <algorithm>
#include <set>
#include <vector>

#include "base/text.hpp"
#include "http/json.hpp"
#include "http/problem.hpp"

namespace orch {
namespace {

using Texts = std::map<std::string, std::string>;

std::string placeOf(const std::string& body, std::size_t byte) {
    const auto before = std::string_view(body).substr(0, byte == 0 ? 0 : byte - 1);
    const auto line = 1 + std::count(before.begin(), before.end(), '\n');
    const auto last_break = before.rfind('\n');
    const auto column =
        last_break == std::string_view::npos ? before.size() + 1 : before.size() - last_break;
    return "line " + std::to_string(line) + ", column " + std::to_string(column);
}

/// nlohmann's sentence without its own prefix: "[json.exception.parse_error.101] parse error at
/// line 1, column 9: syntax error …".
std::string causeOf(const Json::parse_error& error) {
    const std::string text = error.what();
    const auto column = text.find("column ");
    const auto colon = column == std::string::npos ? column : text.find(": ", column);
    return cleanUtf8(shorten(colon == std::string::npos ? text : text.substr(colon + 2), 300));
}

/// Refuses nesting (no field of ours has any) and repeated names while parsing, so that neither
/// costs memory nor means something else to another reader.
class Strictness {
public:
    bool operator()(int depth, Json::parse_event_t event, const Json& value) {
        const bool opens =
            event == Json::parse_event_t::object_start || event == Json::parse_event_t::array_start;
        if (opens && depth > 0)
            throw Rejected(422, "every field is a text, none is a list or object");
        if (event == Json::parse_event_t::key && !seen_.insert(value.get<std::string>()).second) {
            throw Rejected(422, "the field " + quoted(value.get<std::string>()) + " comes twice");
        }
        return true;
    }
    static std::string quoted(const std::string& name) {
        return "\"" + cleanUtf8(shorten(name, 100)) + "\"";
    }

private:
    std::set<std::string> seen_;
};

Json parseObject(const std::string& body) {
    try {
        Strictness strictness;
        auto value = Json::parse(body, std::ref(strictness));
        if (!value.is_object()) throw Rejected(422, "the body must be a JSON object");
        return value;
    } catch (const Json::parse_error& error) {
        throw Rejected(
            400, "the body is not JSON: " + placeOf(body, error.byte) + ": " + causeOf(error));
    }
}

const FieldRule* find(const std::string& name, std::span<const FieldRule> rules) {
    const auto rule = std::find_if(
        rules.begin(), rules.end(), [&](const FieldRule& each) { return each.name == name; });
    return rule == rules.end() ? nullptr : &*rule;
}

[[noreturn]] void refuseUnknown(const std::string& name, std::span<const FieldRule> rules) {
    std::vector<std::string> names;
    for (const auto& rule : rules) names.emplace_back(rule.name);
    const auto near = nearest(name, names);
    throw Rejected(422,
                   "unknown field " + Strictness::quoted(name) +
                       (near ? ", did you mean " + *near + "?" : "") +
                       " (this takes: " + join(names, ", ") + ")");
}

std::string checkedText(const Json& value, const FieldRule& rule) {
    if (!value.is_string()) throw Rejected(422, std::string(rule.name) + " must be a text");
    auto text = value.get<std::string>();
    if (const auto wrong = textProblem(text, rule.max_characters, rule.lines)) {
        throw Rejected(422, std::string(rule.name) + " " + *wrong);
    }
    return text;
}

bool isBlank(const std::string& text) {
    return text.find_first_not_of(" \t\n") == std::string::npos;
}

void requireAll(const Texts& texts, std::span<const FieldRule> rules) {
    for (const auto& rule : rules) {
        if (rule.need == Need::kRequired && isBlank(valueOr(texts, rule.name, ""))) {
            throw Rejected(422, std::string(rule.name) + " is missing or empty");
        }
    }
}

}  // namespace

std::string valueOr(const Texts& fields, const std::string& name, const std::string& otherwise) {
    const auto found = fields.find(name);
    return found == fields.end() ? otherwise : found->second;
}

Texts readFields(const std::string& body, std::span<const FieldRule> rules) {
    Texts texts;
    const Json object = body.empty() ? Json::object() : parseObject(body);
    for (const auto& [name, value] : object.items()) {
        const FieldRule* rule = find(name, rules);
        if (!rule) refuseUnknown(name, rules);
        if (!value.is_null()) texts[name] = checkedText(value, *rule);
    }
    requireAll(texts, rules);
    return texts;
}

}  // namespace orch
