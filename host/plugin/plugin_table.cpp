#include "plugin/plugin_table.hpp"

#include <algorithm>
#include <cstddef>
#include <cstring>
#include <sstream>

#include "base/error.hpp"
#include "base/text.hpp"

namespace orch {

namespace {

constexpr std::string_view kLower = "abcdefghijklmnopqrstuvwxyz";
constexpr std::string_view kUpper = "ABCDEFGHIJKLMNOPQRSTUVWXYZ";
constexpr std::string_view kDigits = "0123456789";
constexpr std::size_t kLongestName = 64;
constexpr std::size_t kLongestVersion = 32;
constexpr std::size_t kLongestList = 4096;
constexpr std::size_t kLongestSchema = 64U << 10U;
constexpr std::int64_t kShortestInterval = 100;
constexpr std::int64_t kLongestInterval = 86'400'000;
const std::string kRebuild = ": build it with the SDK of this orchd";

std::string lettersOf(std::string_view a, std::string_view b) {
    return std::string{a} + std::string{b};
}

bool consistsOf(std::string_view text, std::string_view letters, std::size_t longest) {
    return !text.empty() && text.size() <= longest &&
           text.find_first_not_of(letters) == std::string_view::npos;
}

std::string quoted(std::string_view text) {
    return '"' + shorten(cleanUtf8(text), 80) + '"';
}

/// What a plugin hands over as text may lack its end.
std::string textOf(const char* text, const char* member, std::size_t longest) {
    if (text == nullptr) throw PluginError(std::string{"has no "} + member + kRebuild);
    const auto size = strnlen(text, longest + 1);
    if (size <= longest) return {text, size};
    throw PluginError("has more than " + std::to_string(longest) + " bytes in its " + member);
}

std::string optionalText(const char* text, const char* member, std::size_t longest) {
    return text == nullptr ? "" : textOf(text, member, longest);
}

void wantWords(const std::vector<std::string>& words, const char* member) {
    static const auto kLetters = lettersOf(kLower, kDigits) + "-_.";
    for (const auto& word : words) {
        if (consistsOf(word, kLetters, kLongestName)) continue;
        throw PluginError(std::string{"lists "} + quoted(word) + " in its " + member +
                          ": a name there has 1 to 64 of a-z 0-9 - _ .");
    }
}

std::vector<std::string> wordsOf(const char* text, const char* member) {
    std::istringstream list(optionalText(text, member, kLongestList));
    std::vector<std::string> words;
    for (std::string word; list >> word;) words.push_back(word);
    wantWords(words, member);
    return words;
}

void wantFunction(bool there, const char* member) {
    if (!there) throw PluginError(std::string{"has no "} + member + kRebuild);
}

void wantSize(std::uint32_t size, std::size_t least, const std::string& what) {
    if (size >= least) return;
    throw PluginError("has " + what + " of " + std::to_string(size) + " bytes, which begins with " +
                      std::to_string(least) + kRebuild);
}

void checkBuild(const orch_plugin* table) {
    if (table == nullptr) throw PluginError("answers orch_plugin_v1() with no table" + kRebuild);
    const auto major = table->abi >> 16U;
    if (major != ORCH_ABI_MAJOR) {
        throw PluginError("is built for version " + std::to_string(major) +
                          " of the plugin interface, this orchd has " +
                          std::to_string(ORCH_ABI_MAJOR) + kRebuild);
    }
    constexpr auto kFirstEdition =
        offsetof(orch_plugin, get_extension) + sizeof(orch_plugin::get_extension);
    wantSize(table->size, kFirstEdition, "a table");
}

void checkId(const std::string& id, const std::string& name) {
    if (!isPluginId(id)) {
        throw PluginError("calls itself " + quoted(id) + ": an id is 1 to 64 of a-z 0-9 - _");
    }
    if (id == name) return;
    throw PluginError("is the plugin " + id + ", not " + name + ": write plugins." + id +
                      ", or name the library of " + name);
}

void checkVersion(const std::string& version) {
    const bool printable = std::all_of(
        version.begin(), version.end(), [](char letter) { return letter > ' ' && letter <= '~'; });
    if (version.empty() || !printable) {
        throw PluginError("has the version " + quoted(version) +
                          ": a version is 1 to 32 printable characters without blanks");
    }
}

void checkKillSwitch(const std::string& key) {
    static const auto kLetters = lettersOf(kUpper, kDigits) + "_";
    constexpr std::string_view kEnd = "_ENABLED";
    const bool fine = consistsOf(key, kLetters, kLongestName) && key.ends_with(kEnd) &&
                      key.size() > kEnd.size() && kDigits.find(key[0]) == std::string_view::npos;
    if (fine) return;
    throw PluginError("has the kill switch " + quoted(key) +
                      ": it is an environment variable of A-Z 0-9 _ that ends with _ENABLED");
}

std::string blockOf(const orch_plugin& table, const std::string& id) {
    static const auto kLetters = lettersOf(kLower, kDigits) + "_";
    if (table.block == nullptr) {
        auto block = id;
        std::replace(block.begin(), block.end(), '-', '_');
        return block;
    }
    auto block = textOf(table.block, "block", kLongestName);
    if (consistsOf(block, kLetters, kLongestName)) return block;
    throw PluginError("has the block " + quoted(block) +
                      ": a key in GET /queue is 1 to 64 of "
                      "a-z 0-9 _");
}

Milliseconds intervalOf(const orch_plugin& table) {
    const auto interval = table.interval_ms;
    if (interval < kShortestInterval || interval > kLongestInterval) {
        throw PluginError("wants a tick every " + std::to_string(interval) +
                          " ms: an interval is 100 ms to 1 day");
    }
    return Milliseconds{interval};
}

template <typename Extension>
const Extension* extensionOf(const orch_plugin& table, const char* id) {
    const auto* const found = static_cast<const Extension*>(table.get_extension(id));
    if (found != nullptr) wantSize(found->size, sizeof(Extension), std::string{"an "} + id);
    return found;
}

void readExtensions(PluginTable& plugin) {
    plugin.state = extensionOf<orch_ext_state>(*plugin.entries, ORCH_EXT_STATE);
    plugin.snapshot = extensionOf<orch_ext_snapshot>(*plugin.entries, ORCH_EXT_SNAPSHOT);
    plugin.jobs = extensionOf<orch_ext_jobs>(*plugin.entries, ORCH_EXT_JOBS);
    if (plugin.state != nullptr) {
        wantFunction(plugin.state->save != nullptr, "save in its orch.state/1");
        wantFunction(plugin.state->load != nullptr, "load in its orch.state/1");
    }
    if (plugin.snapshot != nullptr) {
        wantFunction(plugin.snapshot->snapshot != nullptr, "snapshot in its orch.snapshot/1");
    }
    if (plugin.jobs == nullptr) return;
    wantFunction(plugin.jobs->run != nullptr, "run in its orch.jobs/1");
    plugin.agents = wordsOf(plugin.jobs->agents, "orch.jobs/1 agents");
    if (plugin.agents.empty()) throw PluginError("has an orch.jobs/1 without any agent");
}

}  // namespace

bool isPluginId(std::string_view text) {
    static const auto kLetters = lettersOf(kLower, kDigits) + "-_";
    return consistsOf(text, kLetters, kLongestName);
}

PluginTable readTable(const orch_plugin* table, const std::string& name) {
    checkBuild(table);
    PluginTable plugin;
    plugin.id = textOf(table->id, "id", kLongestName);
    checkId(plugin.id, name);
    plugin.version = textOf(table->version, "version", kLongestVersion);
    checkVersion(plugin.version);
    plugin.kill_switch = textOf(table->kill_switch, "kill_switch", kLongestName);
    checkKillSwitch(plugin.kill_switch);
    plugin.block = blockOf(*table, plugin.id);
    plugin.needs = wordsOf(table->needs, "needs");
    plugin.settings_schema =
        optionalText(table->settings_schema, "settings_schema", kLongestSchema);
    plugin.interval = intervalOf(*table);
    wantFunction(table->create != nullptr, "create");
    wantFunction(table->tick != nullptr, "tick");
    wantFunction(table->destroy != nullptr, "destroy");
    wantFunction(table->get_extension != nullptr, "get_extension");
    plugin.entries = table;
    readExtensions(plugin);
    return plugin;
}

}  // namespace orch
