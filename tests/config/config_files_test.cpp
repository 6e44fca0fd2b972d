#include <gmock/gmock.h>

#include <algorithm>
#include <fstream>
#include <nlohmann/json.hpp>
#include <set>

#include "config/prompt.hpp"
#include "config_text.hpp"

// The files in config/ that people read: they must say what the program does.

namespace orch {

using ::testing::IsEmpty;
using Json = nlohmann::json;

const std::filesystem::path kFolder = ORCH_CONFIG_DIR;

Json schema() {
    std::ifstream file(kFolder / "orch.schema.json");
    return Json::parse(file);
}

void collectKeys(const Json& node, const std::string& key, std::set<std::string>& keys) {
    if (!key.empty()) keys.insert(key);
    if (node.contains("items")) collectKeys(node["items"], key + "[]", keys);
    const auto prefix = key.empty() ? key : key + ".";
    const auto properties = node.value("properties", Json::object());
    for (const auto& [name, child] : properties.items()) {
        collectKeys(child, prefix + name, keys);
    }
    const auto named = node.value("patternProperties", Json::object());
    for (const auto& [pattern, child] : named.items()) collectKeys(child, prefix + "*", keys);
    if (node.contains("additionalProperties") && node["additionalProperties"].is_object()) {
        collectKeys(node["additionalProperties"], prefix + "*", keys);
    }
}

/// The blocks of YAML in a page of documentation.
std::vector<std::string> yamlIn(const std::filesystem::path& page) {
    std::ifstream file(page);
    std::vector<std::string> blocks;
    bool inside = false;
    for (std::string line; std::getline(file, line);) {
        const bool is_fence = line.compare(0, 3, "```") == 0;
        if (inside && !is_fence) blocks.back() += line + "\n";
        if (is_fence) inside = line == "```yaml";
        if (is_fence && inside) blocks.emplace_back();
    }
    return blocks;
}

TEST(ConfigFilesTest, DefaultFileSaysExactlyTheDefaults) {
    const auto config = loadConfig(kFolder / "orch.yaml", {});
    EXPECT_THAT(diff(defaultConfig(), config), IsEmpty());
    EXPECT_THAT(config.warnings, IsEmpty());
}

TEST(ConfigFilesTest, DefaultFileShowsEveryKey) {
    std::ifstream file(kFolder / "orch.yaml");
    const std::string text{std::istreambuf_iterator<char>(file), {}};
    for (const auto& key : acceptedKeys()) {
        const auto last = key.substr(key.find_last_of('.') + 1);
        if (last.back() == ']' || last == "*") continue;
        EXPECT_NE(text.find(last), std::string::npos) << key;
    }
}

TEST(ConfigFilesTest, CommentedExampleProjectIsAccepted) {
    std::ifstream file(kFolder / "orch.yaml");
    std::string text, line;
    bool in_example = false;
    while (std::getline(file, line)) {
        if (line == "projects: []") {
            in_example = true;
            text = "projects:\n";
        } else if (in_example) {
            text += line.substr(1) + "\n";
        }
    }
    const auto config = testing::parse(text);
    EXPECT_EQ(config.projects.at(0).name, "greeter");
    EXPECT_THAT(config.warnings, IsEmpty());
}

TEST(ConfigFilesTest, ExamplesOfTheOperatorsGuideAreAccepted) {
    const auto examples = yamlIn(kFolder / ".." / "docs" / "operating.md");
    EXPECT_FALSE(examples.empty());
    for (const auto& text : examples) EXPECT_EQ(testing::refusal(text), "accepted") << text;
}

TEST(ConfigFilesTest, SchemaHasTheLoadersKeys) {
    std::set<std::string> keys;
    collectKeys(schema(), "", keys);
    const auto accepted = acceptedKeys();
    EXPECT_EQ(keys, std::set<std::string>(accepted.begin(), accepted.end()));
}

TEST(ConfigFilesTest, SchemaDescribesEveryKeyAndRefusesOthers) {
    const std::function<void(const Json&, const std::string&)> check = [&](const Json& node,
                                                                           const std::string& key) {
        const auto properties = node.value("properties", Json::object());
        for (const auto& [name, child] : properties.items()) {
            EXPECT_TRUE(child.contains("description")) << key << "." << name;
            check(child, key + "." + name);
        }
        if (node.contains("properties")) {
            EXPECT_EQ(node["additionalProperties"], false) << key;
        }
        if (node.contains("items")) check(node["items"], key + "[]");
        const auto named = node.value("patternProperties", Json::object());
        for (const auto& [pattern, child] : named.items()) check(child, key + ".*");
    };
    check(schema(), "");
}

TEST(ConfigFilesTest, SchemaKnowsTheMethodsThatCanBeGranted) {
    const auto plugin = schema()["properties"]["plugins"]["patternProperties"].front();
    EXPECT_EQ(plugin["properties"]["grants"]["items"]["enum"], Json(knownMethods()));
}

TEST(ConfigFilesTest, MethodsThatCanBeGrantedAreInTheAuthorsCatalogue) {
    std::ifstream file(kFolder / ".." / "sdk" / "docs" / "services.md");
    std::set<std::string> methods;
    const std::string begin = "| `";
    for (std::string line; std::getline(file, line);) {
        if (line.compare(0, begin.size(), begin) != 0) continue;
        methods.insert(line.substr(begin.size(), line.find('`', begin.size()) - begin.size()));
    }
    EXPECT_EQ(methods, std::set<std::string>(knownMethods().begin(), knownMethods().end()));
}

TEST(ConfigFilesTest, DefaultPromptsAreComplete) {
    auto config = defaultConfig();
    config.prompts = kFolder / "prompts";
    EXPECT_EQ(loadPrompts(config).size(), 4U);
}

TEST(ConfigFilesTest, EveryExampleIsAccepted) {
    int examples = 0;
    for (const auto& entry : std::filesystem::directory_iterator(kFolder / "examples")) {
        if (entry.path().extension() != ".yaml") continue;
        ++examples;
        EXPECT_NO_THROW((void)loadConfig(entry.path(), {})) << entry.path();
    }
    EXPECT_EQ(examples, 6);
}

}  // namespace orch
