#include "plugin/candidate.hpp"

#include <algorithm>

#include "base/error.hpp"
#include "base/text.hpp"
#include "core/tick_interval.hpp"
#include "plugin/settings_json.hpp"

namespace orch {

namespace {

namespace fs = std::filesystem;

std::string keyOf(const PluginDef& def) {
    return "plugins." + def.name;
}

[[noreturn]] void refuse(const PluginDef& def, const std::string& sentence) {
    throw PluginError(def.where + ": " + keyOf(def) + ": " + sentence);
}

/// The names of the libraries in the folder.
std::vector<std::string> namesIn(const fs::path& directory) {
    std::vector<std::string> names;
    std::error_code error;
    for (fs::directory_iterator entry(directory, error), end; !error && entry != end;
         entry.increment(error)) {
        if (entry->path().extension() == ".so") names.push_back(entry->path().stem().string());
    }
    std::ranges::sort(names);
    return names;
}

std::string noSuchPlugin(const std::string& name, const fs::path& directory) {
    const auto names = namesIn(directory);
    const auto near = nearest(name, names);
    return "there is no such plugin" + (near ? ", did you mean " + *near + "?" : std::string()) +
           " (" + directory.string() + " has " + (names.empty() ? "none" : join(names, ", ")) +
           "; a library elsewhere is named by library:)";
}

fs::path libraryOf(const PluginDef& def, const fs::path& directory) {
    if (!def.library.empty()) return fs::absolute(def.library).lexically_normal();
    auto file = directory / (def.name + ".so");
    std::error_code error;
    if (!fs::exists(file, error)) refuse(def, noSuchPlugin(def.name, directory));
    return file;
}

bool isBundled(const fs::path& file, const fs::path& directory) {
    std::error_code error;
    return fs::equivalent(file.parent_path(), directory, error);
}

void requireThread(const PluginDef& def, bool bundled) {
    const bool by_place = def.isolation == Isolation::kByPlace && !bundled;
    if (def.isolation != Isolation::kProcess && !by_place) return;
    refuse(def,
           std::string(by_place ? "a library that did not come with orchd" : "this plugin") +
               " would need isolation: process, which this orchd does not have yet; write "
               "isolation: thread if you trust it with everything orchd can do");
}

std::set<std::string, std::less<>> grantsOf(const PluginDef& def,
                                            const PluginTable& table,
                                            bool bundled) {
    if (def.grants) return {def.grants->begin(), def.grants->end()};
    if (bundled) return {table.needs.begin(), table.needs.end()};
    return {};
}

std::vector<std::string> missingGrants(const Candidate& candidate) {
    std::vector<std::string> missing;
    for (const auto& need : candidate.table().needs) {
        if (!candidate.grants.contains(need)) missing.push_back(need);
    }
    if (missing.empty()) return {};
    return {candidate.def.where + ": " + keyOf(candidate.def) + ": it needs " +
            join(missing, ", ") + ", which grants: does not list, so those calls will be refused"};
}

std::vector<Setting> settingsOf(const PluginDef& def,
                                const PluginTable& table,
                                const PluginPlaces& places) {
    auto checked = checkSettings(readSettingsSchema(table.settings_schema),
                                 {def.name, table.version, def.where},
                                 def.settings,
                                 places.environment);
    if (!checked.problems.empty()) throw PluginError(join(checked.problems, "\n"));
    return std::move(checked.values);
}

Milliseconds intervalOf(const PluginDef& def,
                        const PluginTable& table,
                        const PluginPlaces& places) {
    const auto interval = tickInterval(def, table.kill_switch, table.interval, places.environment);
    if (!interval.problem.empty()) throw PluginError(interval.problem);
    return interval.value;
}

}  // namespace

Candidate prepareCandidate(const PluginDef& def,
                           const PluginPlaces& places,
                           LibraryLoader& loader,
                           std::int64_t generation) {
    if (!def.problem.empty()) throw PluginError(def.problem);
    Candidate made{.def = def, .file = libraryOf(def, places.directory)};
    const bool bundled = isBundled(made.file, places.directory);
    requireThread(def, bundled);
    try {
        made.library = loader.load(def.name, made.file, generation);
    } catch (const Error& error) {
        refuse(def, error.what());
    }
    made.settings = settingsOf(def, made.table(), places);
    made.interval = intervalOf(def, made.table(), places);
    made.grants = grantsOf(def, made.table(), bundled);
    made.remarks = missingGrants(made);
    return made;
}

fs::path pluginDirectory(const fs::path& configured, const fs::path& programs) {
    if (!configured.empty()) return fs::absolute(configured).lexically_normal();
    const auto beside = programs / "plugins";
    std::error_code error;
    if (fs::is_directory(beside, error)) return beside;
    return (programs.parent_path() / "lib" / "orch" / "plugins").lexically_normal();
}

}  // namespace orch
