#pragma once

#include <functional>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "base/clock.hpp"
#include "config/config.hpp"
#include "config/problems.hpp"
#include "config/yaml_tree.hpp"
#include "core/plugin.hpp"

namespace orch {

/// What the reading of one configuration shares and finds out.
struct Reading {
    const Environment& environment;
    Problems problems;
    std::map<std::string, std::string> references = {};  ///< becomes Config::references
    std::set<std::string> accepted = {};                 ///< every key that was asked for
    std::map<std::string, std::string> overlay = {};     ///< ORCH_* variable → key
};

/// May ORCH_* variables take the place of the section's values?
enum class Overlay { kNo, kYes };

/// What is wrong with a text, as a sentence; empty when nothing is.
using TextCheck = std::function<std::string(const std::string&)>;

/// One map of the file, read key by key. What cannot be used is put into the problems and the
/// fallback is given instead, so that reading always goes on. Whatever was not asked for by the
/// time of finish() is an unknown key.
class Section {
public:
    /// `map` may be null (the section is not there) and otherwise must outlive this.
    /// `pattern` is `key` with its names and numbers left out: "agents.*", "projects[].repo".
    Section(Reading& reading,
            std::string key,
            std::string pattern,
            const YamlNode* map,
            Overlay overlay);

    /// The file has a value for this key.
    [[nodiscard]] bool has(const std::string& name) const;
    /// The dotted key of `name` in this section.
    [[nodiscard]] std::string keyOf(const std::string& name) const;
    /// Where the key stands: "config/orch.yaml:31:18"; empty when the file does not have it.
    [[nodiscard]] std::string whereIs(const std::string& name) const;
    void problem(const std::string& name, const std::string& sentence);
    /// Says so when the key is missing.
    void require(const std::string& name, const std::string& why);

    std::string text(const std::string& name,
                     const std::string& fallback,
                     const TextCheck& check = {});
    /// A text that must be in the file itself, ${…} is refused.
    std::string plain(const std::string& name, const std::string& fallback, const TextCheck& check);
    /// The only value of this release, or the sentence why another one is refused.
    std::string only(const std::string& name, const std::string& value, const std::string& others);
    Milliseconds duration(const std::string& name,
                          Milliseconds fallback,
                          Milliseconds least,
                          Milliseconds most);
    std::uint64_t bytes(const std::string& name,
                        std::uint64_t fallback,
                        std::uint64_t least,
                        std::uint64_t most);
    int number(const std::string& name, int fallback, int least, int most);
    bool flag(const std::string& name, bool fallback);

    std::vector<std::string> texts(const std::string& name,
                                   const std::vector<std::string>& fallback,
                                   const TextCheck& check = {});
    std::vector<std::string> plainTexts(const std::string& name, const TextCheck& check);
    /// A program and its arguments, in which {placeholders} are replaced later.
    std::vector<std::string> command(const std::string& name,
                                     const std::vector<std::string>& placeholders);

    Section section(const std::string& name);
    /// A list of maps.
    std::vector<Section> list(const std::string& name);
    /// A map of maps whose keys are names somebody chose.
    std::vector<std::pair<std::string, Section>> named(const std::string& name);
    /// The same for this section itself: whatever was not asked for so far.
    std::vector<std::pair<std::string, Section>> others();
    /// A map of texts and lists of texts, whose keys somebody else knows.
    std::vector<GivenSetting> settings(const std::string& name);

    /// Tells unknown keys. Call it last.
    void finish();

private:
    struct Value {
        std::string text;
        std::string variable;   ///< the ORCH_* variable it is from
        std::string reference;  ///< the text in the file, where that has ${…}
    };
    [[nodiscard]] const YamlNode* find(const std::string& name) const;
    [[nodiscard]] const YamlNode* findKey(const std::string& name) const;
    const YamlNode* ask(const std::string& name);
    std::optional<Value> value(const std::string& name, const std::string& expected);
    std::optional<Value> overlaid(const std::string& name);
    std::optional<Value> fromNode(const std::string& key,
                                  const YamlNode& node,
                                  const std::string& expected);
    void complain(const std::string& key, const Value& value, const std::string& sentence);
    void expected(const std::string& key, const Value& value, const std::string& what);
    std::optional<std::string> checked(const std::string& key,
                                       const std::optional<Value>& value,
                                       const TextCheck& check,
                                       bool allow_references);
    std::vector<std::string> elements(const std::string& name,
                                      const std::vector<std::string>& fallback,
                                      const TextCheck& check,
                                      bool allow_references);
    GivenSetting setting(const YamlNode& key, const YamlNode& value);
    void findDuplicates();
    [[nodiscard]] std::string patternOf(const std::string& name) const;

    Reading& reading_;
    std::string key_, pattern_;
    const YamlNode* map_;
    Overlay overlay_;
    std::set<std::string> asked_;
};

}  // namespace orch
