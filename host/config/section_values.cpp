#include <algorithm>
#include <charconv>

#include "base/text.hpp"
#include "config/interpolation.hpp"
#include "config/names.hpp"
#include "config/overlay.hpp"
#include "config/section.hpp"

namespace orch {

namespace {

std::optional<int> parseNumber(const std::string& text) {
    int number = 0;
    const auto* end = text.data() + text.size();
    const auto [at, error] = std::from_chars(text.data(), end, number);
    if (error != std::errc() || at != end) return {};
    return number;
}

std::string between(const std::string& least, const std::string& most) {
    return "must be between " + least + " and " + most;
}

}  // namespace

std::optional<Section::Value> Section::overlaid(const std::string& name) {
    if (overlay_ == Overlay::kNo) return {};
    std::optional<Value> found;
    for (const auto& variable : overlayNamesOf(keyOf(name))) {
        reading_.overlay[variable] = keyOf(name);
        const auto set = reading_.environment.find(variable);
        if (set == reading_.environment.end() || set->second.empty()) continue;
        if (found && found->text != set->second) {
            complain(keyOf(name), *found, "contradicts " + variable + ": set only one of them");
        }
        found = Value{set->second, variable, {}};
    }
    return found;
}

std::optional<Section::Value> Section::fromNode(const std::string& key,
                                                const YamlNode& node,
                                                const std::string& expected) {
    if (node.kind != YamlNode::Kind::kScalar) {
        reading_.problems.add(key, "expected " + expected + ", got " + describe(node));
        return {};
    }
    auto result = interpolate(node.text, reading_.environment);
    if (!result.problem.empty()) {
        reading_.problems.add(key, result.problem);
        return {};
    }
    if (result.text.find('\0') != std::string::npos) {
        reading_.problems.add(key, "has a zero byte in it: remove it");
        return {};
    }
    if (!result.from_environment) return Value{std::move(result.text), {}, {}};
    reading_.references[key] = node.text;
    return Value{std::move(result.text), {}, node.text};
}

std::optional<Section::Value> Section::value(const std::string& name, const std::string& expected) {
    const auto* node = ask(name);
    if (auto from_environment = overlaid(name)) return from_environment;
    if (node == nullptr) return {};
    return fromNode(keyOf(name), *node, expected);
}

void Section::complain(const std::string& key, const Value& value, const std::string& sentence) {
    if (value.variable.empty()) {
        reading_.problems.add(key, sentence);
    } else {
        reading_.problems.addFromEnvironment(value.variable, key, sentence);
    }
}

void Section::expected(const std::string& key, const Value& value, const std::string& what) {
    const auto shown = value.reference.empty() ? cleanUtf8(shorten(value.text, 60))
                                               : "the value of " + value.reference;
    complain(key, value, what + ", got " + (shown.empty() ? "an empty text" : shown));
}

std::optional<std::string> Section::checked(const std::string& key,
                                            const std::optional<Value>& value,
                                            const TextCheck& check,
                                            bool allow_references) {
    if (!value) return {};
    if (!value->reference.empty() && !allow_references) {
        complain(key, *value, "must be written out, not taken from " + value->reference);
        return {};
    }
    const auto problem = check ? check(value->text) : std::string();
    if (problem.empty()) return value->text;
    const auto hidden = "the value of " + value->reference + " cannot be used here";
    complain(key, *value, value->reference.empty() ? problem : hidden);
    return {};
}

std::string Section::text(const std::string& name,
                          const std::string& fallback,
                          const TextCheck& check) {
    return checked(keyOf(name), value(name, "a text"), check, true).value_or(fallback);
}

std::string Section::plain(const std::string& name,
                           const std::string& fallback,
                           const TextCheck& check) {
    return checked(keyOf(name), value(name, "a text"), check, false).value_or(fallback);
}

std::string Section::only(const std::string& name,
                          const std::string& wanted,
                          const std::string& others) {
    return plain(name, wanted, [&](const std::string& given) {
        return given == wanted
                   ? std::string()
                   : "\"" + cleanUtf8(shorten(given, 40)) + "\" is not possible: " + others;
    });
}

Milliseconds Section::duration(const std::string& name,
                               Milliseconds fallback,
                               Milliseconds least,
                               Milliseconds most) {
    const auto given = value(name, "a duration such as 30s");
    if (!given) return fallback;
    const auto parsed = parseDuration(given->text);
    if (parsed && *parsed >= least && *parsed <= most) return *parsed;
    const auto range = between(formatDuration(least), formatDuration(most));
    expected(keyOf(name), *given, parsed ? range : "expected a duration such as 30s, 15m or 2h");
    return fallback;
}

std::uint64_t Section::bytes(const std::string& name,
                             std::uint64_t fallback,
                             std::uint64_t least,
                             std::uint64_t most) {
    const auto given = value(name, "a size such as 50MB");
    if (!given) return fallback;
    const auto parsed = parseBytes(given->text);
    if (parsed && *parsed >= least && *parsed <= most) return *parsed;
    const auto range = between(formatBytes(least), formatBytes(most));
    expected(keyOf(name), *given, parsed ? range : "expected a size such as 64KB, 50MB or 2GB");
    return fallback;
}

int Section::number(const std::string& name, int fallback, int least, int most) {
    const auto given = value(name, "a whole number");
    if (!given) return fallback;
    const auto parsed = parseNumber(given->text);
    if (parsed && *parsed >= least && *parsed <= most) return *parsed;
    const auto range = between(std::to_string(least), std::to_string(most));
    expected(keyOf(name), *given, parsed ? range : "expected a whole number");
    return fallback;
}

bool Section::flag(const std::string& name, bool fallback) {
    const auto given = value(name, "true or false");
    if (!given) return fallback;
    if (given->text == "true") return true;
    if (given->text != "false") expected(keyOf(name), *given, "expected true or false");
    return false;
}

std::vector<std::string> Section::elements(const std::string& name,
                                           const std::vector<std::string>& fallback,
                                           const TextCheck& check,
                                           bool allow_references) {
    const auto* node = ask(name);
    reading_.accepted.insert(patternOf(name) + "[]");
    if (node == nullptr) return fallback;
    if (node->kind != YamlNode::Kind::kList) {
        problem(name, "expected a list such as [a, b], got " + describe(*node));
        return fallback;
    }
    std::vector<std::string> result;
    for (std::size_t i = 0; i < node->items.size(); ++i) {
        const auto key = keyOf(name) + "[" + std::to_string(i) + "]";
        reading_.problems.place(key, node->items[i].mark);
        const auto given = fromNode(key, node->items[i], "a text");
        result.push_back(checked(key, given, check, allow_references).value_or("?"));
    }
    return result;
}

std::vector<std::string> Section::texts(const std::string& name,
                                        const std::vector<std::string>& fallback,
                                        const TextCheck& check) {
    return elements(name, fallback, check, true);
}

std::vector<std::string> Section::plainTexts(const std::string& name, const TextCheck& check) {
    return elements(name, {}, check, false);
}

/// Its text, or its items'; what cannot be used is in the problems and left out.
GivenSetting Section::setting(const YamlNode& key, const YamlNode& value) {
    GivenSetting given{.key = key.text, .where = reading_.problems.whereIs(key.mark)};
    given.is_list = value.kind == YamlNode::Kind::kList;
    std::vector<std::string> shown;
    bool is_referring = false;
    const auto take = [&](const std::string& at, const YamlNode& node, const char* wanted) {
        auto text = fromNode(at, node, wanted);
        if (!text) return;
        is_referring = is_referring || !text->reference.empty();
        shown.push_back(text->reference.empty() ? text->text : text->reference);
        given.values.push_back(std::move(text->text));
    };
    if (!given.is_list) take(keyOf(key.text), value, "a value or a list such as [a, b]");
    for (std::size_t i = 0; given.is_list && i < value.items.size(); ++i) {
        const auto at = keyOf(key.text) + "[" + std::to_string(i) + "]";
        reading_.problems.place(at, value.items[i].mark);
        take(at, value.items[i], "a text");
    }
    if (is_referring) given.reference = given.is_list ? "[" + join(shown, ", ") + "]" : shown[0];
    return given;
}

std::vector<GivenSetting> Section::settings(const std::string& name) {
    auto inner = section(name);
    reading_.accepted.insert({inner.patternOf("*"), inner.patternOf("*[]")});
    std::vector<GivenSetting> given;
    if (inner.map_ == nullptr) return given;
    for (std::size_t i = 0; i < inner.map_->items.size(); i += 2) {
        given.push_back(inner.setting(inner.map_->items[i], inner.map_->items[i + 1]));
    }
    return given;
}

std::vector<std::string> Section::command(const std::string& name,
                                          const std::vector<std::string>& placeholders) {
    auto words = texts(name, {}, [&](const std::string& word) {
        return problemOfPlaceholders(word, placeholders);
    });
    const auto* node = find(name);
    const bool is_list = node != nullptr && node->kind == YamlNode::Kind::kList;
    if (is_list && (words.empty() || words.front().empty())) problem(name, "names no program");
    return words;
}

}  // namespace orch
