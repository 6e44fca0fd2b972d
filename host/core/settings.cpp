#include "core/settings.hpp"

#include <set>
#include <utility>

#include "base/text.hpp"

namespace orch {

namespace {

std::string shown(const std::string& text) {
    return text.empty() ? "an empty text" : cleanUtf8(shorten(text, 60));
}

class SettingsCheck {
public:
    SettingsCheck(const SettingsSchema& schema,
                  const SettingsOwner& owner,
                  const std::map<std::string, std::string>& environment)
        : schema_(schema), owner_(owner), environment_(environment) {}

    CheckedSettings run(const std::vector<GivenSetting>& given) {
        for (const auto& setting : given) take(setting);
        for (const auto& def : schema_.settings) decide(def);
        for (const auto& name : schema_.required) requireGiven(name);
        return std::move(result_);
    }

private:
    void tell(const std::string& where, const std::string& name, const std::string& sentence) {
        const auto key = "plugins." + owner_.plugin + ".settings." + cleanUtf8(shorten(name, 60));
        result_.problems.push_back(where + ": " + key + ": " + sentence);
    }

    [[nodiscard]] std::string speaker() const { return owner_.plugin + " " + owner_.version; }

    [[nodiscard]] std::string unknownKey(const std::string& name) const {
        const auto names = schema_.names();
        const auto near = nearest(name, names);
        const auto accepted = names.empty() ? " has no settings" : " accepts: " + join(names, ", ");
        return "unknown key" + (near ? ", did you mean " + *near + "?" : std::string{}) + " (" +
               speaker() + accepted + ")";
    }

    void take(const GivenSetting& setting) {
        const auto [first, is_new] = given_.emplace(setting.key, &setting);
        if (!is_new) {
            tell(setting.where, setting.key, "given twice, first at " + first->second->where);
        } else if (!schema_.find(setting.key)) {
            tell(setting.where, setting.key, unknownKey(setting.key));
        }
    }

    /// The variable beats the file, the file the default.
    void decide(const SettingDef& def) {
        if (const auto variable = environment_.find(def.environment);
            !def.environment.empty() && variable != environment_.end() &&
            !variable->second.empty()) {
            const auto where = "environment " + variable->first;
            read(def, {def.name, {variable->second}, false, where}, Spelling::kVariable);
        } else if (const auto found = given_.find(def.name); found != given_.end()) {
            read(def, *found->second, Spelling::kFile);
        } else if (def.unless_given) {
            const bool is_list = def.type == SettingType::kTexts;
            read(def, {def.name, *def.unless_given, is_list, owner_.where}, Spelling::kFile);
        }
    }

    void read(const SettingDef& def, const GivenSetting& given, Spelling spelling) {
        told_.insert(def.name);
        auto answer = readSetting(def, given.values, given.is_list, spelling);
        if (answer.value) {
            result_.values.push_back({def.name, *std::move(answer.value), given.reference});
        } else {
            tell(given.where, def.name, answer.problem + got(def, given));
        }
    }

    [[nodiscard]] static std::string got(const SettingDef& def, const GivenSetting& given) {
        if (given.is_list) return ", got a list";
        // A guess would tell the value as well.
        if (!given.reference.empty()) return ", got the value of " + given.reference;
        const auto& text = given.values.front();
        const auto near = nearest(text, def.one_of);
        return ", got " + shown(text) + (near ? ", did you mean " + *near + "?" : "");
    }

    void requireGiven(const std::string& name) {
        if (told_.count(name) != 0) return;
        const auto& about = schema_.find(name)->description;
        tell(owner_.where,
             name,
             "missing: " + speaker() + " needs it" + (about.empty() ? "" : ": " + about));
    }

    const SettingsSchema& schema_;
    const SettingsOwner& owner_;
    const std::map<std::string, std::string>& environment_;
    std::map<std::string, const GivenSetting*> given_;
    std::set<std::string> told_;
    CheckedSettings result_;
};

}  // namespace

CheckedSettings checkSettings(const SettingsSchema& schema,
                              const SettingsOwner& owner,
                              const std::vector<GivenSetting>& given,
                              const std::map<std::string, std::string>& environment) {
    return SettingsCheck{schema, owner, environment}.run(given);
}

}  // namespace orch
