#include "config/overlay.hpp"

#include <algorithm>
#include <array>
#include <cctype>

#include "base/text.hpp"

namespace orch {

namespace {

bool endsWith(const std::string& text, std::string_view end) {
    return text.size() >= end.size() &&
           text.compare(text.size() - end.size(), end.size(), end) == 0;
}

/// Beginnings of variables that mean something to plugins, agents, the shim or orchctl.
constexpr std::array<std::string_view, 18> kOtherMeanings{"ORCH_ARTEFACT",
                                                          "ORCH_ATTEMPT",
                                                          "ORCH_BASE",
                                                          "ORCH_BRANCH",
                                                          "ORCH_CONFIG",
                                                          "ORCH_DATABASE_URL",
                                                          "ORCH_HEAD",
                                                          "ORCH_JOB",
                                                          "ORCH_LEASE_",
                                                          "ORCH_MERGE_LEASE_",
                                                          "ORCH_POST_DEPLOY_",
                                                          "ORCH_PROJECT",
                                                          "ORCH_PROMPT_FILE",
                                                          "ORCH_REAPER_",
                                                          "ORCH_RECONCILE_",
                                                          "ORCH_STAGE",
                                                          "ORCH_TASK",
                                                          "ORCH_VERSION"};

/// By the rule of the other sections this would be a plugin's key, and it is none: an operator who
/// believes to have switched something off must hear of it.
bool looksLikeAPluginsKey(const std::string& name) {
    return name.starts_with("ORCH_PLUGINS_");
}

bool hasOtherMeaning(const std::string& name) {
    if (looksLikeAPluginsKey(name)) return false;
    if (endsWith(name, "_ENABLED") || name == "ORCH_URL" || name == "ORCH_TOKEN") return true;
    return std::any_of(
        kOtherMeanings.begin(), kOtherMeanings.end(), [&](std::string_view beginning) {
            return name.compare(0, beginning.size(), beginning) == 0;
        });
}

std::string variableOf(const std::string& key) {
    std::string name = "ORCH_";
    for (const char c : key) {
        const bool is_joint = c == '.' || c == '-';
        name += is_joint ? '_' : static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
    }
    return name;
}

bool isReferredTo(const std::string& name, const Reading& reading) {
    return std::any_of(
        reading.references.begin(), reading.references.end(), [&](const auto& reference) {
            return reference.second.find("${" + name + "}") != std::string::npos;
        });
}

}  // namespace

std::vector<std::string> overlayNamesOf(const std::string& key) {
    const auto name = variableOf(key);
    if (key == "queue.max_concurrency") return {name, "ORCH_MAX_CONCURRENCY"};
    if (key == "plugins.directory") return {name, "ORCH_PLUGIN_DIR"};
    return {name};
}

std::vector<std::string> overlayWarnings(const Reading& reading,
                                         const std::vector<std::string>& plugins) {
    std::vector<std::string> known, warnings;
    for (const auto& [name, key] : reading.overlay) known.push_back(name);
    for (const auto& [name, value] : reading.environment) {
        const bool ours = name.compare(0, 5, "ORCH_") == 0 && reading.overlay.count(name) == 0;
        if (!ours || hasOtherMeaning(name) || isReferredTo(name, reading)) continue;
        const auto is_its = [&](const std::string& plugin) {
            return name.starts_with(variableOf(plugin) + "_");
        };
        if (std::any_of(plugins.begin(), plugins.end(), is_its)) continue;
        if (looksLikeAPluginsKey(name)) {
            warnings.push_back("the environment variable " + name +
                               " changes nothing: a plugin has variables of its own, such as "
                               "ORCH_REAPER_ENABLED (orchctl plugin show tells its switch)");
            continue;
        }
        if (const auto near = nearest(name, known)) {
            warnings.push_back("the environment variable " + name + " changes nothing, did you " +
                               "mean " + *near + "?");
        }
    }
    return warnings;
}

}  // namespace orch
