#include "core/settings_schema.hpp"

#include <algorithm>
#include <functional>
#include <set>

#include "base/text.hpp"

namespace orch {

namespace {

constexpr auto kWritten = Spelling::kFile;

bool isOrdered(SettingType type) {
    return type == SettingType::kInteger || type == SettingType::kNumber ||
           type == SettingType::kDuration || type == SettingType::kBytes;
}

/// "must be between 1 and 100", "must be at least 1s"; empty when `value` is in its range.
std::string problemOfRange(const SettingDef& def, const SettingValue& value) {
    const auto beyond = [&](const std::optional<std::string>& bound, auto is_beyond) {
        return bound && is_beyond(value, *parseSetting(def.type, *bound, kWritten));
    };
    if (!beyond(def.minimum, std::less{}) && !beyond(def.maximum, std::greater{})) return {};
    if (def.minimum && def.maximum)
        return "must be between " + *def.minimum + " and " + *def.maximum;
    return def.minimum ? "must be at least " + *def.minimum : "must be at most " + *def.maximum;
}

std::string problemOfChoice(const SettingDef& def, const SettingValue& value) {
    const auto is_value = [&](const std::string& choice) {
        return parseSetting(def.type, choice, kWritten) == value;
    };
    if (def.one_of.empty() || std::ranges::any_of(def.one_of, is_value)) return {};
    return "must be one of " + join(def.one_of, ", ");
}

/// Finds what is wrong with one schema.
class SchemaCheck {
public:
    explicit SchemaCheck(const SettingsSchema& schema) : schema_(schema) {}

    std::vector<std::string> run() {
        for (const auto& def : schema_.settings) check(def);
        for (const auto& name : schema_.required) {
            if (!schema_.find(name)) tell(name, "required, but there is no such setting");
        }
        return std::move(problems_);
    }

private:
    void tell(const std::string& name, const std::string& sentence) {
        problems_.push_back(cleanUtf8(shorten(name, 60)) + ": " + sentence);
    }

    void check(const SettingDef& def) {
        checkName(def);
        checkVariable(def);
        const auto before = problems_.size();
        checkBound(def, "minimum", def.minimum);
        checkBound(def, "maximum", def.maximum);
        checkChoices(def);
        // The default is measured by the others.
        if (problems_.size() == before) checkOrder(def);
        if (problems_.size() == before) checkDefault(def);
    }

    void checkName(const SettingDef& def) {
        constexpr auto kLetters = "abcdefghijklmnopqrstuvwxyz0123456789_";
        const auto& name = def.name;
        const bool good = !name.empty() && name.size() <= 63 && name[0] >= 'a' && name[0] <= 'z' &&
                          name.find_first_not_of(kLetters) == std::string::npos;
        if (!good)
            tell(name, "not a setting's name: take 1 to 63 of a-z, 0-9 and _, a letter first");
        if (!names_.insert(name).second) tell(name, "described twice");
    }

    void checkVariable(const SettingDef& def) {
        const auto& variable = def.environment;
        if (variable.empty()) return;
        if (!isVariableName(variable)) {
            tell(def.name,
                 "its environment is not the name of a variable: " +
                     cleanUtf8(shorten(variable, 60)));
        } else if (!variables_.insert(variable).second) {
            tell(def.name, variable + " stands for another setting already");
        }
    }

    bool isValue(const SettingDef& def, const char* what, const std::string& text) {
        if (parseSetting(def.type, text, kWritten)) return true;
        tell(def.name,
             std::string{"its "} + what + " is not " + spokenOf(def.type, kWritten) + ": " +
                 cleanUtf8(shorten(text, 60)));
        return false;
    }

    void checkBound(const SettingDef& def,
                    const char* what,
                    const std::optional<std::string>& bound) {
        if (!bound) return;
        if (isOrdered(def.type)) {
            (void)isValue(def, what, *bound);
        } else {
            tell(def.name,
                 std::string{"has a "} + what + ", but is " + spokenOf(def.type, kWritten));
        }
    }

    void checkOrder(const SettingDef& def) {
        if (!def.minimum || !def.maximum) return;
        const auto least = parseSetting(def.type, *def.minimum, kWritten);
        if (least <= parseSetting(def.type, *def.maximum, kWritten)) return;
        tell(def.name, "its minimum " + *def.minimum + " is above its maximum " + *def.maximum);
    }

    void checkChoices(const SettingDef& def) {
        if (!def.one_of.empty() && def.type == SettingType::kTexts) {
            tell(def.name, "has an enum, but is a list");
            return;
        }
        for (const auto& choice : def.one_of) (void)isValue(def, "enum", choice);
    }

    void checkDefault(const SettingDef& def) {
        if (!def.unless_given) return;
        const bool is_list = def.type == SettingType::kTexts;
        const auto read = readSetting(def, *def.unless_given, is_list, kWritten);
        if (read.problem.empty()) return;
        const auto shown = cleanUtf8(shorten(join(*def.unless_given, ", "), 60));
        tell(def.name, "its default is wrong: " + read.problem + ", got " + shown);
    }

    const SettingsSchema& schema_;
    std::set<std::string> names_, variables_;
    std::vector<std::string> problems_;
};

}  // namespace

const SettingDef* SettingsSchema::find(const std::string& name) const {
    const auto found = std::ranges::find(settings, name, &SettingDef::name);
    return found == settings.end() ? nullptr : &*found;
}

std::vector<std::string> SettingsSchema::names() const {
    std::vector<std::string> all;
    for (const auto& def : settings) all.push_back(def.name);
    return all;
}

ReadSetting readSetting(const SettingDef& def,
                        const std::vector<std::string>& texts,
                        bool is_list,
                        Spelling spelling) {
    const auto wrong = [&] { return "expected " + spokenOf(def.type, spelling); };
    const bool wants_list = def.type == SettingType::kTexts;
    if (is_list && wants_list) return {SettingValue{texts}, {}};
    const bool from_variable = spelling == Spelling::kVariable;
    if (is_list || (wants_list && !from_variable) || texts.size() != 1) return {{}, wrong()};
    auto value = parseSetting(def.type, texts.front(), spelling);
    if (!value) return {{}, wrong()};
    auto problem = problemOfRange(def, *value);
    if (problem.empty()) problem = problemOfChoice(def, *value);
    if (!problem.empty()) return {{}, problem};
    return {std::move(value), {}};
}

std::vector<std::string> problemsOf(const SettingsSchema& schema) {
    return SchemaCheck{schema}.run();
}

}  // namespace orch
