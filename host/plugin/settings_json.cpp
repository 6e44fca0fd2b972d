#include "plugin/settings_json.hpp"

#include <map>
#include <nlohmann/json.hpp>
#include <set>

#include "base/error.hpp"
#include "base/json_check.hpp"
#include "base/text.hpp"

namespace orch {

namespace {

using Json = nlohmann::ordered_json;

[[noreturn]] void refuse(const std::string& what) {
    throw PluginError("has a settings schema that " + what +
                      "; what may stand in one is explained in the SDK's guide");
}

void onlyKeys(const Json& object, const std::string& where, const std::set<std::string>& known) {
    for (const auto& [key, value] : object.items()) {
        if (known.contains(key)) continue;
        refuse("has " + shorten(cleanUtf8(key), 40) + " in " + where + ", which is not known here");
    }
}

std::string textIn(const Json& object, const char* key, const std::string& where) {
    const auto found = object.find(key);
    if (found == object.end()) return "";
    if (!found->is_string())
        refuse("has a " + std::string(key) + " in " + where + " that is no text");
    return found->get<std::string>();
}

/// A bound, choice or default as one would write it in the configuration.
std::string written(const Json& value, const std::string& where) {
    if (value.is_string()) return value.get<std::string>();
    if (value.is_number() || value.is_boolean()) return value.dump();
    return refuse("has a value in " + where + " that is neither a text nor a number"), "";
}

std::vector<std::string> writtenList(const Json& value, const std::string& where) {
    std::vector<std::string> texts;
    if (!value.is_array()) return {written(value, where)};
    for (const auto& item : value) texts.push_back(written(item, where));
    return texts;
}

std::string itemTypeOf(const Json& definition, const std::string& where) {
    const auto items = definition.find("items");
    if (items == definition.end() || !items->is_object()) return "";
    onlyKeys(*items, where + ".items", {"type"});
    return textIn(*items, "type", where);
}

SettingType typeOf(const Json& definition, const std::string& where) {
    static const std::map<std::string, SettingType> kTypes{
        {"boolean", SettingType::kBoolean},
        {"integer", SettingType::kInteger},
        {"number", SettingType::kNumber},
        {"string", SettingType::kText},
        {"string duration", SettingType::kDuration},
        {"string bytes", SettingType::kBytes},
        {"array of string", SettingType::kTexts}};
    auto type = textIn(definition, "type", where);
    if (const auto format = textIn(definition, "format", where); !format.empty())
        type += " " + format;
    if (const auto items = itemTypeOf(definition, where); !items.empty()) type += " of " + items;
    const auto found = kTypes.find(type);
    if (found == kTypes.end()) {
        refuse("gives " + where + " the type \"" + shorten(cleanUtf8(type), 40) + "\"");
    }
    return found->second;
}

SettingDef readDef(const std::string& name, const Json& definition) {
    if (!definition.is_object()) refuse("describes " + name + " by something that is no object");
    onlyKeys(definition,
             name,
             {"type",
              "format",
              "items",
              "minimum",
              "maximum",
              "enum",
              "default",
              "description",
              "environment"});
    SettingDef def{.name = name,
                   .type = typeOf(definition, name),
                   .description = textIn(definition, "description", name),
                   .environment = textIn(definition, "environment", name)};
    if (definition.contains("minimum")) def.minimum = written(definition["minimum"], name);
    if (definition.contains("maximum")) def.maximum = written(definition["maximum"], name);
    if (definition.contains("enum")) def.one_of = writtenList(definition["enum"], name);
    if (definition.contains("default")) def.unless_given = writtenList(definition["default"], name);
    return def;
}

Json parse(std::string_view text) {
    if (const auto trouble = jsonTrouble(text)) refuse("is no JSON object (" + *trouble + ")");
    auto schema = Json::parse(text, nullptr, false);
    if (schema.is_discarded() || !schema.is_object()) refuse("is no JSON object");
    if (textIn(schema, "type", "it") != "object") refuse("is not of the type object");
    return schema;
}

Json valueJson(const Setting& setting) {
    return std::visit([](const auto& value) { return Json(value); }, setting.value);
}

std::string dump(const Json& object) {
    return object.dump(-1, ' ', false, Json::error_handler_t::replace);
}

}  // namespace

SettingsSchema readSettingsSchema(std::string_view text) {
    SettingsSchema read;
    if (text.empty()) return read;
    const auto schema = parse(text);
    onlyKeys(schema,
             "it",
             {"$schema",
              "type",
              "title",
              "description",
              "properties",
              "required",
              "additionalProperties"});
    if (const auto found = schema.find("properties"); found != schema.end() && found->is_object()) {
        for (const auto& [name, definition] : found->items()) {
            read.settings.push_back(readDef(name, definition));
        }
    }
    if (schema.contains("required")) read.required = writtenList(schema["required"], "required");
    if (const auto problems = problemsOf(read); !problems.empty()) {
        refuse("is wrong: " + join(problems, "; "));
    }
    return read;
}

std::string settingsJson(const std::vector<Setting>& settings) {
    Json object = Json::object();
    for (const auto& setting : settings) object[setting.name] = valueJson(setting);
    return dump(object);
}

std::string shownSettingsJson(const std::vector<Setting>& settings) {
    Json object = Json::object();
    for (const auto& setting : settings) {
        object[setting.name] =
            setting.reference.empty() ? valueJson(setting) : Json(setting.reference);
    }
    return dump(object);
}

}  // namespace orch
