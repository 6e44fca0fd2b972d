#include "config/section.hpp"

#include <algorithm>

#include "base/text.hpp"
#include "config/names.hpp"

namespace orch {

namespace {

std::string unknownKey(const std::string& name,
                       const std::string& section,
                       const std::vector<std::string>& accepted) {
    if (name == "<<") return "merge keys are not supported: write the keys out";
    const auto near = nearest(name, accepted);
    return "unknown key" + (near ? ", did you mean " + *near + "?" : std::string()) + " (" +
           (section.empty() ? "the file" : section) + " accepts: " + join(accepted, ", ") + ")";
}

}  // namespace

Section::Section(
    Reading& reading, std::string key, std::string pattern, const YamlNode* map, Overlay overlay)
    : reading_(reading),
      key_(std::move(key)),
      pattern_(std::move(pattern)),
      map_(map),
      overlay_(overlay) {
    if (map_ == nullptr) return;
    if (map_->kind == YamlNode::Kind::kMap) {
        findDuplicates();
    } else {
        if (map_->kind != YamlNode::Kind::kNull) {
            reading_.problems.add(
                map_->mark, key_, "expected a map of keys, got " + describe(*map_));
        }
        map_ = nullptr;
    }
}

void Section::findDuplicates() {
    std::map<std::string, Mark> seen;
    for (std::size_t i = 0; i < map_->items.size(); i += 2) {
        const auto& key = map_->items[i];
        const auto& value = map_->items[i + 1];
        const auto [first, is_new] = seen.emplace(key.text, key.mark);
        const bool empty = value.kind == YamlNode::Kind::kNull;
        if (is_new) {
            reading_.problems.place(keyOf(key.text), empty ? key.mark : value.mark);
        } else {
            reading_.problems.add(
                key.mark,
                keyOf(key.text),
                "written twice, first in line " + std::to_string(first->second.line));
        }
    }
}

std::string Section::keyOf(const std::string& name) const {
    return key_.empty() ? name : key_ + "." + name;
}

std::string Section::patternOf(const std::string& name) const {
    return pattern_.empty() ? name : pattern_ + "." + name;
}

const YamlNode* Section::findKey(const std::string& name) const {
    if (map_ == nullptr) return nullptr;
    for (std::size_t i = 0; i < map_->items.size(); i += 2) {
        if (map_->items[i].text == name) return &map_->items[i];
    }
    return nullptr;
}

const YamlNode* Section::find(const std::string& name) const {
    const auto* key = findKey(name);
    return key == nullptr ? nullptr : key + 1;
}

const YamlNode* Section::ask(const std::string& name) {
    asked_.insert(name);
    reading_.accepted.insert(patternOf(name));
    return find(name);
}

bool Section::has(const std::string& name) const {
    const auto* node = find(name);
    return node != nullptr && node->kind != YamlNode::Kind::kNull;
}

std::string Section::whereIs(const std::string& name) const {
    const auto* key = findKey(name);
    return key == nullptr ? "" : reading_.problems.whereIs(key->mark);
}

void Section::problem(const std::string& name, const std::string& sentence) {
    reading_.problems.add(name.empty() ? key_ : keyOf(name), sentence);
}

void Section::require(const std::string& name, const std::string& why) {
    if (find(name) == nullptr) reading_.problems.add(keyOf(name), "missing: " + why);
}

Section Section::section(const std::string& name) {
    const auto* node = ask(name);
    return {reading_, keyOf(name), patternOf(name), node, overlay_};
}

std::vector<Section> Section::list(const std::string& name) {
    std::vector<Section> sections;
    const auto* node = ask(name);
    reading_.accepted.insert(patternOf(name) + "[]");
    if (node == nullptr || node->kind == YamlNode::Kind::kNull) return sections;
    if (node->kind != YamlNode::Kind::kList) {
        problem(name, "expected a list (- …), got " + describe(*node));
        return sections;
    }
    for (std::size_t i = 0; i < node->items.size(); ++i) {
        const auto& item = node->items[i];
        const auto key = keyOf(name) + "[" + std::to_string(i) + "]";
        const bool is_empty = item.kind == YamlNode::Kind::kNull;
        reading_.problems.place(key, is_empty ? node->mark : item.mark);
        if (is_empty) {
            reading_.problems.add(key, "this list item is empty");
        } else {
            sections.emplace_back(reading_, key, patternOf(name) + "[]", &item, Overlay::kNo);
        }
    }
    return sections;
}

std::vector<std::pair<std::string, Section>> Section::named(const std::string& name) {
    return section(name).others();
}

std::vector<std::pair<std::string, Section>> Section::others() {
    std::vector<std::pair<std::string, Section>> sections;
    reading_.accepted.insert(patternOf("*"));
    if (map_ == nullptr) return sections;
    for (std::size_t i = 0; i < map_->items.size(); i += 2) {
        const auto& key = map_->items[i];
        if (!asked_.insert(key.text).second) continue;
        const auto problem_of_name = problemOfName(key.text);
        if (!problem_of_name.empty()) reading_.problems.add(key.mark, key_, problem_of_name);
        sections.emplace_back(
            key.text,
            Section(reading_, keyOf(key.text), patternOf("*"), &map_->items[i + 1], Overlay::kNo));
    }
    return sections;
}

void Section::finish() {
    if (map_ == nullptr) return;
    const std::vector<std::string> accepted(asked_.begin(), asked_.end());
    std::set<std::string> told;
    for (std::size_t i = 0; i < map_->items.size(); i += 2) {
        const auto& key = map_->items[i];
        if (asked_.count(key.text) != 0 || !told.insert(key.text).second) continue;
        const auto shown = keyOf(cleanUtf8(shorten(key.text, 60)));
        reading_.problems.add(key.mark, shown, unknownKey(key.text, key_, accepted));
    }
}

}  // namespace orch
